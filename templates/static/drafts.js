/** What is typed into a form of one exception survives a reload, a refusal and a lost connection, in this tab. */

const PREFIX = "vinspect-draft-";
/** Fields that belong to one sending of the form, not to what the person means. */
const PASSING = ["_csrf", "decisionId", "seen"];

/** By its address; `form.action` would be the field of that name. */
const keyOf = (form) => PREFIX + form.getAttribute("action");

/** A choice alone is a key away; text is what must not be typed twice, and with it what it was typed for. */
function keep(form) {
	const typed = [...form.querySelectorAll("input:not([type=radio], [type=hidden]), textarea")];
	if (typed.every(({ value }) => value.trim() === "")) {
		sessionStorage.removeItem(keyOf(form));
		return;
	}
	const fields = [...new FormData(form)].filter(([name, value]) => !PASSING.includes(name) && value !== "");
	sessionStorage.setItem(keyOf(form), JSON.stringify(fields));
}

function put(form, name, value) {
	for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
		if (field.type === "radio") field.checked = field.value === value;
		else if (field.value === "") field.value = value;
	}
}

function restore(form) {
	const typed = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "[]");
	if (typed.length === 0) return;
	for (const [name, value] of typed) put(form, name, value);
	const note = form.querySelector("[data-draft-note]");
	if (note) note.hidden = false;
}

function forgetAll() {
	for (const key of Object.keys(sessionStorage)) {
		if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
	}
}

export function startDrafts() {
	for (const form of document.querySelectorAll("[data-draft]")) restore(form);
	for (const type of ["input", "change"]) {
		document.body.addEventListener(type, (event) => {
			const form = event.target.closest("[data-draft]");
			if (form) keep(form);
		});
	}
	// a decision that was taken moves the page on; a refused one keeps what was typed
	document.body.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr, elt } }) => {
		const form = elt.closest("[data-draft]");
		if (form && xhr.status < 400) sessionStorage.removeItem(keyOf(form));
	});
	document.addEventListener("submit", (event) => {
		if (event.target.getAttribute("action") === "/sign-out") forgetAll();
	});
}
