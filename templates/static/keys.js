/** Single-key shortcuts of the exception page. They can be switched off (WCAG 2.2, 2.1.4). */
import { benchViewer } from "./viewer.js";

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
	const needs = radio.name === "action" && radio.closest(".choice").querySelector("[name=correctedText]");
	const target = needs || radio;
	target.focus();
	target.scrollIntoView({ block: "nearest" });
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

function onKey(event) {
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
	if (event.key.toLowerCase() === "g" && document.querySelector("[data-workbench]")) nextSuspect();
	else if (!pressKey(event.key) && !benchViewer()?.key(event.key)) return;
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
