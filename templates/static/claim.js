/**
 * The claim on the exception that is shown. It is renewed while somebody is at work on the page, so that whoever
 * leaves the desk doesn't keep others out; a claim that ran out is said, and taken again with the next move.
 */

const CHECK_MS = 1000;
/** A claim is renewed once less than this share of it is left. */
const RENEW_SHARE = 0.6;
/** After a moment that passed, the page asks how things stand at most this often. */
const ASK_MS = 3000;

let active = true;
/** A decision is on its way: a renewal behind it would keep from others what is done with. */
let leaving = false;
let asked = 0;

function claimForm() {
	return document.querySelector("[data-claim-now] #claim[data-claimable]");
}

function take(form) {
	active = false;
	window.htmx.trigger(form, "submit");
}

function renew() {
	const form = claimForm();
	if (!form || !active || leaving || document.hidden) return;
	if (form.dataset.claim === "free") take(form);
	else if (form.dataset.claim === "mine") {
		const left = Date.parse(form.dataset.expires) - Date.now();
		if (left < Number(form.dataset.seconds) * 1000 * RENEW_SHARE) take(form);
	}
}

/** Claims that ran out since they were drawn: parts of the page listen for `linechange` and ask again. */
function noticeEnds() {
	const now = Date.now();
	if (now - asked < ASK_MS) return;
	const over = [...document.querySelectorAll("[data-expires]")].some(
		({ dataset }) => Date.parse(dataset.expires) < now,
	);
	if (!over) return;
	asked = now;
	document.body.dispatchEvent(new CustomEvent("linechange"));
}

export function startClaims() {
	const wake = () => {
		active = true;
		if (claimForm()?.dataset.claim === "free") renew();
	};
	for (const type of ["keydown", "pointerdown", "pointermove", "wheel", "input"]) {
		document.addEventListener(type, wake, { capture: true, passive: true });
	}
	const sending = (sent) => (event) => {
		if (event.target.id === "decide") leaving = sent;
	};
	document.body.addEventListener("htmx:beforeRequest", sending(true));
	document.addEventListener("submit", ({ target }) => {
		if (target.id === "go-on") leaving = true;
	});
	window.addEventListener("pageshow", () => {
		leaving = false;
	});
	// a decision that was taken leads away from here; a refused one leaves the person at work
	document.body.addEventListener("htmx:afterSwap", sending(false));
	document.body.addEventListener("htmx:sendError", sending(false));
	// htmx takes its elements over at this moment, in a listener added before this one
	document.addEventListener("DOMContentLoaded", renew);
	setInterval(() => {
		renew();
		noticeEnds();
	}, CHECK_MS);
}
