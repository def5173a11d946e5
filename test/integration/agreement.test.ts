import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { Scenario } from "../support/inspection-scenario.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { VIN } from "../support/sample-vehicle.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

let store: Store;
let web: ServedWeb;
beforeAll(async () => {
	store = await connectStore(uniqueDatabase(inject("mongoUri")));
	web = await serveWeb({ store, gateway: createMemoryGateway(store), plant: "plant" });
});
afterAll(async () => {
	await web?.listening.close();
	await store?.close();
});

/** A vehicle with a wrong stamp, waiting for a person. */
async function waiting(id: string): Promise<string> {
	const scenario = new Scenario();
	scenario.shows("stamp", { shows: { vin: `${VIN.slice(0, 16)}5` } });
	const exceptionId = `${id}~stamp.vin`;
	const exceptions = scenario.state.exceptions
		.filter(({ finding }) => finding.findingId === "stamp.vin")
		.map((one) => ({ ...one, inspectionId: id, exceptionId }));
	await store.inspections.project({
		...scenario.state,
		inspectionId: id,
		productionNumber: id,
		status: "reviewing",
		exceptions,
	});
	return exceptionId;
}

describe("what agreement keeps", () => {
	it("has one seed, however many ask first", async () => {
		const all = await Promise.all(Array.from({ length: 10 }, () => store.agreement.settings("new-plant")));
		expect(new Set(all.map(({ seed }) => seed)).size).toBe(1);
	});

	it("counts every decision of a person once", async () => {
		const ids = Array.from({ length: 20 }, (_, i) => `decision-${i}`);
		// at the very same moment the embedded store may tell two callers the same number, but loses none
		await Promise.all(ids.map((id) => store.agreement.countDecision("li", id)));
		expect(await store.agreement.countDecision("li", "next")).toBe(21);
		expect(await store.agreement.countDecision("wu", "one")).toBe(1);
		expect(await store.agreement.countDecision("wu", "one")).toBeNull();
	});

	it("shows a decided exception to a second reader, and lists where they disagree", async () => {
		await store.agreement.saveShares("plant", { goldenEvery: 0, secondEvery: 1, repeatWeeks: 8 });
		const [first, second] = [await web.key("operator", "first"), await web.key("operator", "second")];
		const decide = (key: string, exceptionId: string, more: object) =>
			web.call(key, "POST", `/exceptions/${exceptionId}/decisions`, {
				decisionId: crypto.randomUUID(),
				...more,
			});
		const wrong = await waiting("plant-A-1");
		const other = await waiting("plant-B-1");
		expect((await decide(first, wrong, { action: "confirm_discrepancy" })).status).toBe(200);
		const decided = await store.inspections.get("plant-A-1");
		if (!decided) throw new Error("the vehicle was projected above");
		const [decision] = decided.exceptions[0]?.decisions ?? [];
		const at = decided.updatedAt;
		await store.inspections.project({
			...decided,
			version: decided.version + 1,
			status: "sealed",
			closure: "completed",
			disposition: "rework",
			events: [
				...decided.events.map((event) =>
					event.type === "exception_opened" ? { ...event, detail: { exception: wrong } } : event,
				),
				{
					at,
					type: "decided",
					by: "first",
					detail: { exception: wrong, decision: decision?.decisionId ?? "" },
				},
			],
		});
		expect((await decide(second, other, { action: "confirm_discrepancy" })).status).toBe(200);

		const queue = async (key: string) => {
			const { items } = (await (await web.call(key, "GET", "/exceptions")).json()) as {
				items: { exceptionId: string; decisions: unknown[] }[];
			};
			return items.map(({ exceptionId, decisions }) => [exceptionId, decisions.length]);
		};
		expect(await queue(first)).toEqual([]);
		expect(await queue(second)).toEqual([[wrong, 0]]);
		const kept = await store.inspections.get("plant-A-1");
		expect((await decide(second, wrong, { action: "override", reason: "marked_wrong" })).status).toBe(200);
		expect(await store.inspections.get("plant-A-1")).toEqual(kept);
		const judged = await store.agreement.judged("2020-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z", 10);
		expect(judged).toMatchObject([
			{
				source: "second_reading",
				person: "second",
				verdict: "cleared",
				reference: { verdict: "discrepancy", by: "first" },
			},
		]);

		const [item] = judged;
		if (!item) throw new Error("judged above");
		const agreeing = {
			...item,
			itemId: "second-agreeing",
			reference: { ...item.reference, verdict: "cleared" },
		};
		expect(await store.agreement.show({ ...agreeing, verdict: "cleared" } as typeof item, item.shownAt)).toBe(
			true,
		);
		const auditor = await web.key("auditor", "zhao");
		const page = async (path: string) => {
			const headers = { authorization: `Bearer ${auditor}`, accept: "text/html" };
			const answer = await fetch(`${web.url}${path}`, { headers });
			expect([path, answer.status]).toEqual([path, 200]);
			return answer.text();
		};
		const html = await page("/agreement");
		expect(html).toContain(`/agreement/judgements/${item.itemId}`);
		expect(html).toContain("whisker-dot");
		expect(await page(`/agreement/judgements/${item.itemId}`)).toContain(`/exceptions/${wrong}`);
	});
});
