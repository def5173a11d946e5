/** Live events: tells the page that something changed, and the person when the connection is lost. */

const GATHER_MS = 400;
const PATIENCE_MS = 1500;
const RESTORED_MS = 4000;
/** How often a page without live events asks whether the service is there; more often while it is not. */
const HEARTBEAT_MS = 15_000;
const LOST_HEARTBEAT_MS = 3_000;

let gathering = false;
let lost = false;
let losing = null;
let source = null;

/** Many events at once are one change: parts of the page listen for `linechange` and ask again. */
function gather() {
	if (gathering) return;
	gathering = true;
	setTimeout(() => {
		gathering = false;
		document.body.dispatchEvent(new CustomEvent("linechange"));
	}, GATHER_MS);
}

function show(text) {
	const banner = document.getElementById("connection");
	banner.textContent = text;
	banner.classList.toggle("is-lost", lost);
	document.getElementById("live")?.classList.toggle("is-lost", lost);
}

function onLost() {
	// a reconnect within a moment is nothing to tell
	losing ??= setTimeout(() => {
		lost = true;
		show(document.getElementById("connection").dataset.lost);
	}, PATIENCE_MS);
}

function onOpen(event) {
	source = event.detail.source;
	recover();
}

/** A short outage may leave the stream open, and then nobody says that it is back. */
function onOnline() {
	if (source?.readyState === EventSource.OPEN) recover();
	else if (!document.getElementById("live")) void askOnce();
	gather();
}

function recover() {
	clearTimeout(losing);
	losing = null;
	if (!lost) return;
	lost = false;
	show(document.getElementById("connection").dataset.restored);
	setTimeout(() => !lost && show(""), RESTORED_MS);
	gather();
}

/** For pages without live events: a question now and then that costs the service nothing. */
async function askOnce() {
	try {
		await fetch("/health", { cache: "no-store" });
		recover();
	} catch {
		onLost();
	}
}

async function askIfThere() {
	if (!document.hidden) await askOnce();
	setTimeout(askIfThere, lost || losing ? LOST_HEARTBEAT_MS : HEARTBEAT_MS);
}

/** Rows whose version changed are marked for a moment. */
function markChanges(versions) {
	for (const row of document.querySelectorAll("[data-version]")) {
		const before = versions.get(row.id);
		if (versions.size > 0 && before !== row.dataset.version) row.classList.add("is-changed");
	}
}

function versionsNow() {
	return new Map(
		[...document.querySelectorAll("[data-version]")].map((row) => [row.id, row.dataset.version]),
	);
}

export function startLive() {
	let versions = versionsNow();
	document.body.addEventListener("sse:inspection", gather);
	document.body.addEventListener("sse:claim", gather);
	document.body.addEventListener("htmx:sseError", onLost);
	document.body.addEventListener("htmx:sseOpen", onOpen);
	window.addEventListener("offline", onLost);
	window.addEventListener("online", onOnline);
	document.body.addEventListener("htmx:sendError", onLost);
	if (!document.getElementById("live")) setTimeout(askIfThere, HEARTBEAT_MS);
	if (!navigator.onLine) onLost();
	document.body.addEventListener("htmx:afterSettle", () => {
		markChanges(versions);
		versions = versionsNow();
	});
}
