import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

/** What the fuzzer of the pages found (`npm run fuzz:pages`), each as the request that showed it. */
describe("hostile forms", () => {
	let web: ServedWeb;
	let administrator: string;
	beforeAll(async () => {
		web = await serveWeb();
		administrator = await web.key("administrator");
	});
	afterAll(() => web.listening.close());

	const headers = () => ({ authorization: `Bearer ${administrator}`, accept: "text/html" });

	test.each([
		["/record-imports", ["_csrf", "_csrf"]],
		["/plans/P/try-out", ["_csrf", "_csrf"]],
		["/record-imports", ["_csrf[a]"]],
		["/plans/P/try-out", ["_csrf[a]"]],
	])("the token of an upload to %s that comes as %j counts as none", async (path, names) => {
		const body = new FormData();
		for (const name of names) body.append(name, "x");
		body.append("file", new Blob(["no picture"]), "a.csv");
		const answer = await fetch(`${web.url}${path}`, {
			method: "POST",
			headers: headers(),
			body,
			redirect: "manual",
		});
		expect(answer.status).toBeLessThan(500);
		expect(web.log.filter(({ level }) => level === 50)).toEqual([]);
	});
});
