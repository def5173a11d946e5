/** Forms: filters that submit themselves, refusals shown in place, nothing typed lost. */

/** A refused decision comes back as the form itself with its explanation; it is shown like any answer. */
function showRefusals(event) {
	const { xhr, requestConfig } = event.detail;
	if (
		requestConfig.verb === "post" &&
		xhr.status >= 400 &&
		xhr.status < 600 &&
		xhr.responseText.includes("<form")
	) {
		event.detail.shouldSwap = true;
		event.detail.isError = false;
	}
}

function sayNotSent(event) {
	const form = event.target.closest("[data-not-sent]");
	const place = form?.querySelector(".decide-problem");
	if (!place) return;
	const notice = document.createElement("p");
	notice.className = "notice n-bad";
	notice.textContent = form.dataset.notSent;
	place.replaceChildren(notice);
}

/** Elements whose request was answered by leading elsewhere: asked again, they would break off the way there. */
const leaving = new Set();

function noteLeaving({ detail }) {
	if (detail.xhr.getResponseHeader("HX-Redirect")) leaving.add(detail.elt);
}

function sendOnce(event) {
	if (leaving.has(event.detail.elt)) event.preventDefault();
}

function closeMenus(event) {
	for (const menu of document.querySelectorAll("details.menu[open]")) {
		const leaving = event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target);
		if (leaving) menu.open = false;
	}
}

export function startForms() {
	document.body.addEventListener("change", (event) => {
		if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
	});
	document.body.addEventListener("htmx:beforeRequest", sendOnce);
	document.body.addEventListener("htmx:beforeOnLoad", noteLeaving);
	// a page come back to is at work again
	window.addEventListener("pageshow", () => leaving.clear());
	document.body.addEventListener("htmx:beforeSwap", showRefusals);
	document.body.addEventListener("htmx:sendError", sayNotSent);
	document.body.addEventListener("htmx:responseError", sayNotSent);
	document.addEventListener("click", closeMenus);
	document.addEventListener("keydown", closeMenus);
}
