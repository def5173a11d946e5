// What is claimed of every answer of a page, whatever was sent.
import { formsIn, intrudersIn, leadsAway, readPage } from "./html.mjs";

/** Nobody waits longer for a page. */
export const SLOW_MS = 5_000;
/** What answers besides pages: files, exports, pictures; and what they may be. */
const FILES =
	/^(text\/(css|csv|javascript)|application\/(javascript|pdf)|image\/(svg\+xml|png|jpeg|webp|x-icon))\b/;
/** Kinds of fields whose content comes back. Secrets must not, hidden fields are nobody's typing. */
const TYPED = ["text", "search", "number", "date", "textarea", "select", "radio", "checkbox"];
/** A field that nobody can type more into need not come back whole. */
const ENOUGH = 200;
/** Beyond this a request does not get as far as a route. */
const HEADERS_REFUSED = [400, 408, 431];

const oneLineBreak = (text) => text.replace(/\r\n?/g, "\n");

/** Whether a field holds what was typed into it, whole or as far as anybody needs it back. */
function holds(field, typed) {
	if ("checked" in field) return field.checked && field.value === typed;
	const [shown, meant] = [field.value, typed].map(oneLineBreak);
	return shown === meant || (shown.length >= ENOUGH && meant.startsWith(shown));
}

/** What a form that is shown again has lost of what was typed, by field. */
function lostIn(form, typed) {
	const short = (text) => JSON.stringify(text.slice(0, 60));
	const lost = [];
	for (const [name, value] of typed) {
		const fields = form.fields.filter((field) => field.name === name && TYPED.includes(field.type));
		const choices = fields.flatMap((field) => field.options ?? ("checked" in field ? [field.value] : []));
		// no list can show again what it does not offer
		if (fields.length === 0 || (choices.length > 0 && !choices.includes(value))) continue;
		if (fields.some((field) => holds(field, value))) continue;
		lost.push(
			`${name}: ${short(value)} came back as ${fields.map((field) => short(field.value)).join(", ")}`,
		);
	}
	return lost;
}

/** Whether this is the form that was sent: a list has one for each thing, told apart by the id they carry. */
function isSame({ method, action, fields }, { form, typed }) {
	const ids = fields.filter(({ name, type }) => type === "hidden" && name.endsWith("Id"));
	return (
		method === form.method &&
		action === form.action &&
		ids.every(({ name, value }) => typed.get(name) === value)
	);
}

function pageProblems(answer, sent, isPart) {
	const html = answer.body.toString("utf8");
	const page = readPage(html);
	const problems = intrudersIn(page).map((what) => `escape: ${what}`);
	if (!page.whole && !isPart) problems.push("kind: a piece of a page where a page is expected");
	if (answer.status >= 400 && sent.typed) {
		const again = formsIn(page).find((form) => isSame(form, sent));
		if (again) problems.push(...lostIn(again, sent.typed).map((what) => `kept: ${what}`));
	}
	return problems;
}

function problemDocumentProblems({ status, body }) {
	try {
		const document = JSON.parse(body.toString("utf8"));
		if (document.status === status && typeof document.code === "string" && document.code !== "internal")
			return [];
		return [`kind: a problem document that says ${document.status} ${document.code} under ${status}`];
	} catch {
		return ["kind: a problem document that is no JSON"];
	}
}

/**
 * What is wrong with an answer, in words that begin with the claim that is broken. `sent` is what was sent: `typed`
 * what a form's fields held where it is known exactly, `form` that form, `isPart` whether a piece of a page was asked
 * for, `mayHangUp` whether more was sent than is taken.
 */
export function problemsOf(answer, sent) {
	if (answer.failed) {
		const cut = ["ECONNRESET", "EPIPE"].includes(answer.failed);
		return cut && sent.mayHangUp ? [] : [`answer: none, ${answer.failed}`];
	}
	const { status, headers } = answer;
	const problems = [];
	const type = headers["content-type"] ?? "";
	if (status >= 500 && !(status === 503 && headers["retry-after"])) problems.push(`status: ${status}`);
	if (Object.keys(headers).some((name) => name.startsWith("x-fuzz")))
		problems.push("escape: a header that was typed");
	if (headers.location !== undefined && leadsAway(headers.location))
		problems.push(`escape: a redirect to ${headers.location}`);
	const refusedEarly = HEADERS_REFUSED.includes(status) && type === "";
	if (refusedEarly) problems.push(`kind: ${status} without a problem document`);
	if (headers["hx-redirect"] !== undefined && leadsAway(headers["hx-redirect"]))
		problems.push("escape: a redirect by htmx");
	if (sent.method === "HEAD" || answer.body.length === 0) {
		if (answer.body.length === 0 && status === 200 && sent.method !== "HEAD" && !FILES.test(type))
			problems.push("kind: an empty page");
		return problems;
	}
	if (type.startsWith("text/html")) problems.push(...pageProblems(answer, sent, sent.isPart));
	else if (type.startsWith("application/problem+json")) problems.push(...problemDocumentProblems(answer));
	else if (status >= 300 && status < 400) {
		if (!type.startsWith("text/plain")) problems.push(`kind: a redirect with ${type}`);
	} else if (status >= 400 || !FILES.test(type)) problems.push(`kind: ${status} as ${type || "nothing"}`);
	return problems;
}
