import { describe, expect, test } from "vitest";
import { type Answer, problemsOf, type Sent } from "../../scripts/fuzz/page-claims.mjs";

const page = (inside: string) =>
	`<!DOCTYPE html><html lang="en"><title>x</title><body>${inside}</body></html>`;
const answer = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
	status,
	headers: { "content-type": "text/html; charset=utf-8", ...headers },
	body: Buffer.from(body),
	ms: 1,
});
const asked: Sent = { method: "POST", isPart: false, form: null, typed: null };
const form = { method: "POST", action: "/stations" };
const typed = (value: string): Sent => ({ ...asked, form, typed: new Map([["name", value]]) });
const shown = (field: string) => page(`<form method="post" action="/stations">${field}</form>`);
const problem = (status: number, code: string) =>
	answer(400, JSON.stringify({ status, code }), { "content-type": "application/problem+json" });

/** The fuzzer of the pages is worth what its judge sees: each claim, kept and broken. */
describe("what the fuzzer of the pages claims of an answer", () => {
	test.each<[string, Answer, Sent]>([
		["a page with escaped text", answer(200, page("&lt;x-fuzz-1&gt; &quot; x-fuzz-1=")), asked],
		["a piece where one was asked for", answer(200, "<p>yes</p>"), { ...asked, isPart: true }],
		["a redirect within the site", answer(303, "", { location: "/stations/a" }), asked],
		["a problem document", problem(400, "request_invalid"), asked],
		["unavailable, with when to come again", answer(503, page(""), { "retry-after": "2" }), asked],
		[
			"a form that holds what was typed",
			answer(422, shown('<input name="name" value="&lt;a&gt;">')),
			typed("<a>"),
		],
		["a text area that does", answer(422, shown("<textarea name=name>\na\nb</textarea>")), typed("a\r\nb")],
		["a form that was accepted", answer(200, shown('<input name="name">')), typed("a")],
		[
			"a password that does not come back",
			answer(422, shown('<input type="password" name="name">')),
			typed("a"),
		],
		[
			"a form of something else",
			answer(422, shown('<input type="hidden" name="itemId" value="2"><input name="name">')),
			typed("a"),
		],
		[
			"a list that has no such choice",
			answer(422, shown("<select name=name><option>b</select>")),
			typed("a"),
		],
	])("nothing is wrong with %s", (_, given, sent) => {
		expect(problemsOf(given, sent)).toEqual([]);
	});

	test.each<[string, Answer, Sent, string]>([
		["a failure", answer(500, page("")), asked, "status"],
		["unavailable without a word on when", answer(503, page("")), asked, "status"],
		["an element that was typed", answer(200, page("<x-fuzz-1>")), asked, "escape"],
		["an attribute that was typed", answer(200, page('<p title="" x-fuzz-1="1">')), asked, "escape"],
		["a handler", answer(200, page("<p onclick=a()>")), asked, "escape"],
		["a script inside the page", answer(200, page("<script>1</script>")), asked, "escape"],
		["an address that runs", answer(200, page('<a href=" java&#10;script:1">')), asked, "escape"],
		["an address elsewhere", answer(200, page('<a href="//fuzz.example/">')), asked, "escape"],
		["a redirect elsewhere", answer(303, "", { location: "/\\fuzz.example" }), asked, "escape"],
		["a header that was typed", answer(200, page(""), { "x-fuzz": "1" }), asked, "escape"],
		["plain text", answer(404, "no", { "content-type": "text/plain" }), asked, "kind"],
		["a piece where a page was asked for", answer(200, "<p>yes</p>"), asked, "kind"],
		["nothing", answer(200, ""), asked, "kind"],
		["a problem document of another status", problem(404, "not_found"), asked, "kind"],
		["no answer", { ...answer(0, ""), failed: "ECONNRESET" }, asked, "answer"],
		["a form that forgot", answer(422, shown('<input name="name" value="">')), typed("a"), "kept"],
		["a choice that is gone", answer(422, shown("<input type=radio name=name value=a>")), typed("a"), "kept"],
	])("%s is seen", (_, given, sent, claim) => {
		expect(problemsOf(given, sent).map((one) => one.split(":")[0])).toContain(claim);
	});
});
