/** Single-key shortcuts, and on every page the list of its keys. Shortcuts can be switched off (WCAG 2.2, 2.1.4). */
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

/** A page with a list of its own shows that one. */
const helpOf = () => document.getElementById("keys") ?? document.getElementById("page-keys");

const searchField = () => document.querySelector("main input[type=search]");

/** The page's own shortcuts, by the words on what they press. */
function listPageKeys(list) {
	for (const row of list.querySelectorAll("[data-keys-found]")) row.remove();
	const pressed = document.querySelectorAll("main a[data-key], main button[data-key]");
	for (const element of [...pressed].reverse()) {
		const words = element.cloneNode(true);
		for (const part of words.querySelectorAll("kbd, svg")) part.remove();
		const row = document.createElement("div");
		row.dataset.keysFound = "";
		const [term, meaning] = ["dt", "dd"].map((name) => row.appendChild(document.createElement(name)));
		term.appendChild(document.createElement("kbd")).textContent = element.dataset.key.toUpperCase();
		meaning.textContent = words.textContent.trim();
		list.prepend(row);
	}
}

function showHelp() {
	const help = helpOf();
	if (help.id === "page-keys") {
		listPageKeys(help.querySelector("dl"));
		help.querySelector("[data-keys-search]").hidden = searchField() === null;
		const viewer = document.querySelector("[data-viewer]");
		for (const row of help.querySelectorAll("[data-keys-viewer]")) row.hidden = viewer === null;
	}
	help.showModal();
}

function onKey(event) {
	leaveField(event);
	const isOpen = document.querySelector("dialog[open]") !== null;
	if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOpen) return;
	if (event.key === "?") {
		event.preventDefault();
		showHelp();
		return;
	}
	if (!isOn()) return;
	if (event.key === "/" && searchField()) {
		event.preventDefault();
		searchField().focus();
		return;
	}
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
	for (const button of document.querySelectorAll("[data-show-keys]")) {
		button.addEventListener("click", showHelp);
	}
	for (const toggle of document.querySelectorAll("#keys-on, [data-keys-on]")) {
		toggle.checked = isOn();
		toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
	}
}
