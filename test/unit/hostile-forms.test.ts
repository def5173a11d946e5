import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleException, sampleInspection } from "../support/inspections.js";
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

	const send = (path: string, fields: Record<string, string>) =>
		fetch(`${web.url}${path}`, {
			method: "POST",
			headers: headers(),
			body: new URLSearchParams(fields),
			redirect: "manual",
		});

	test("a decision that is refused keeps the reasons chosen for the actions that were not", async () => {
		const { inspectionId } = sampleInspection();
		const exceptions = [sampleException(inspectionId)];
		await web.store.inspections.project(sampleInspection({ status: "reviewing", exceptions }));
		const path = `/exceptions/${exceptions[0]?.exceptionId}/decision`;
		const chosen = {
			reason_confirm_discrepancy: "damaged",
			reason_correct_reading: "confused_character",
			reason_retake: "covered",
		};
		const answer = await send(path, { ...chosen, comment: "two scratches" });
		const html = await answer.text();
		expect(answer.status).toBe(422);
		expect(html).toContain("two scratches");
		for (const [name, value] of Object.entries(chosen))
			expect(html).toMatch(new RegExp(`name="${name}" value="${value}"[^>]* checked`));
	});

	test("a key that is not replaced keeps the overlap that was chosen", async () => {
		await web.key("station", "S-77");
		const answer = await send("/stations/S-77/key", { overlap: "480", seen: "9" });
		expect(answer.status).toBe(409);
		expect(await answer.text()).toContain('<option value="480" selected>');
	});
});
