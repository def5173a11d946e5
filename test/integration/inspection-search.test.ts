import mongoose from "mongoose";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { SEARCH_QUERIES } from "../../models/records/inspection-search.js";
import { indexFor } from "../../models/records/query-shape.js";
import type { Inspection } from "../../src/contracts/inspection.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { SearchCriteria, Store } from "../../src/persistence/store.js";
import { sampleException, sampleInspection, sampleRecord } from "../support/inspections.js";
import { uniqueDatabase } from "../support/servers.js";

let store: Store;
let raw: mongoose.Connection;

function vehicle(n: number, change: Partial<Inspection> = {}): Inspection {
	const productionNumber = `LX26-${1000 + n}`;
	const vin = `LSGJA52U0EA0${10_000 + n}`;
	const startedAt = new Date(Date.UTC(2026, 2, 1 + n)).toISOString();
	return sampleInspection({
		productionNumber,
		record: { ...sampleRecord, productionNumber, vin },
		startedAt,
		...change,
	});
}
const found = async (criteria: SearchCriteria): Promise<string[]> =>
	(await store.search.find(criteria, null, 50)).items.map((one) => one.productionNumber);

beforeAll(async () => {
	const uri = uniqueDatabase(inject("mongoUri"));
	store = await connectStore(uri);
	raw = await mongoose.createConnection(uri).asPromise();
	for (let n = 0; n < 9; n += 1) await store.inspections.project(vehicle(n));
	const exception = sampleException("x");
	const decision = { by: "anna", undoneBy: "ben" };
	await store.inspections.project(
		vehicle(3, {
			version: 2,
			disposition: "rework",
			exceptions: [{ ...exception, exceptionId: "x~decided", decisions: [decision as never] }],
		}),
	);
});
afterAll(async () => {
	await raw?.close();
	await store?.close();
});

describe("the search", () => {
	it("finds by parts, period, station, outcome, who decided, and by all of them", async () => {
		expect(await found({ vin: "10003" })).toEqual(["LX26-1003"]);
		expect(await found({ vin: "010003" })).toEqual(["LX26-1003"]);
		expect(await found({ productionNumber: "1005" })).toEqual(["LX26-1005"]);
		expect(await found({ from: vehicle(2).startedAt, before: vehicle(4).startedAt })).toEqual([
			"LX26-1003",
			"LX26-1002",
		]);
		expect(await found({ disposition: "rework" })).toEqual(["LX26-1003"]);
		expect(await found({ disposition: null })).toHaveLength(8);
		expect(await found({ operator: "ben" })).toEqual(["LX26-1003"]);
		expect(await found({ station: "S10", model: "E5", operator: "anna", vin: "LSGJA5" })).toEqual([
			"LX26-1003",
		]);
		expect(await found({ station: "elsewhere" })).toEqual([]);
		expect(await found({ vin: "a.*" })).toEqual([]);
	});

	it("pages by key, newest first, without a gap", async () => {
		const numbers: string[] = [];
		for (let after: string | null = null; ; ) {
			const page = await store.search.find({ model: "E5" }, after, 4);
			numbers.push(...page.items.map((one) => one.productionNumber));
			if (page.next === null) break;
			after = page.next;
		}
		expect(numbers).toEqual(Array.from({ length: 9 }, (_, n) => `LX26-${1008 - n}`));
	});

	it("is filled with inspections that were projected before it, once", async () => {
		await raw.collection("inspectionSearch").deleteOne({ inspectionId: vehicle(5).inspectionId });
		expect(await found({ productionNumber: "1005" })).toEqual([]);
		expect(await store.search.fill()).toBe(1);
		expect(await found({ productionNumber: "1005" })).toEqual(["LX26-1005"]);
		expect(await store.search.fill()).toBe(0);
	});

	it("has an index for every shape it asks in", async () => {
		const keys = (await raw.collection("inspectionSearch").indexes()).map(({ key }) => JSON.stringify(key));
		for (const shape of Object.values(SEARCH_QUERIES))
			expect(keys).toContain(JSON.stringify(indexFor(shape)));
	});
});
