/** Single-key shortcuts of the exception page. They can be switched off (WCAG 2.2, 2.1.4). */
import { benchViewer, nextPicture } from "./viewer.js";

const SWITCH = "vinspect-keys";

const isOn = () => localStorage.getItem(SWITCH) !== "off";

function isTyping(target) {
	return target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
}

function choose(radio) {
	radio.checked = true;
	// a disposition belongs to its action
	const action = radio.closest(".choice")?.querySelector("input[name=action]");
	if (action) action.checked = true;
	const text = radio.dataset.key && radio.closest(".choice")?.querySelector("input.mono");
	const target = radio.name === "disposition" ? radio : text || radio;
	target.focus();
	radio.closest(".choice")?.scrollIntoView({ block: "nearest" });
	radio.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A letter chooses a reason of the chosen decision, or takes it back; where a reason must be given, it decides. */
function pressReason(key) {
	const choice = document.querySelector(".choice:has(> label input:checked)");
	const radio = choice?.querySelector(`[data-reason="${CSS.escape(key)}" i]`);
	if (!radio) return false;
	radio.checked = !radio.checked;
	radio.focus();
	radio.dispatchEvent(new Event("change", { bubbles: true }));
	if (radio.checked && "decides" in radio.dataset) radio.form.requestSubmit();
	return true;
}

function pressKey(key) {
	const element = document.querySelector(`[data-key="${CSS.escape(key)}" i]`);
	if (!element) return false;
	if (element.type === "radio") choose(element);
	else element.click();
	return true;
}

/** First the marked place, then one suspect character after the other. */
function nextSuspect() {
	const suspects = [...document.querySelectorAll("[data-suspect]")];
	const at = suspects.indexOf(document.activeElement);
	const next = suspects[at + 1];
	if (next) next.focus();
	else {
		document.activeElement.blur();
		benchViewer()?.focus();
	}
}

function showSuspect(event) {
	const column = event.target.closest?.("[data-suspect]");
	if (!column) return;
	const columns = [...column.parentElement.children];
	benchViewer()?.focusShare(columns.indexOf(column), columns.length);
}

/** Escape leaves a field, so that single keys work again; what was typed stays. */
function leaveField(event) {
	if (event.key === "Escape" && isTyping(event.target) && event.target.closest("[data-workbench]")) {
		event.target.blur();
	}
}

function onKey(event) {
	leaveField(event);
	const help = document.getElementById("keys");
	if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || help?.open) return;
	if (event.key === "?" && help) {
		event.preventDefault();
		help.showModal();
		return;
	}
	if (!isOn()) return;
	const isArrow = event.key.startsWith("Arrow");
	if (isArrow && event.target !== document.body) return;
	const key = event.key.toLowerCase();
	const atBench = document.querySelector("[data-workbench]") !== null;
	if (key === "g" && atBench) nextSuspect();
	else if (key === "c" && atBench) nextPicture();
	else if (!pressKey(event.key) && !pressReason(key) && !benchViewer()?.key(event.key)) return;
	event.preventDefault();
}

export function startKeys() {
	document.addEventListener("keydown", onKey);
	document.addEventListener("focusin", showSuspect);
	const help = document.getElementById("keys");
	if (!help) return;
	document.querySelector("[data-show-keys]").addEventListener("click", () => help.showModal());
	const toggle = document.getElementById("keys-on");
	toggle.checked = isOn();
	toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
}
