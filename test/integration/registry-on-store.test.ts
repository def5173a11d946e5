import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { VehicleRecordInput } from "../../src/contracts/record.js";
import { createImporting, type Importing } from "../../src/importing/record-imports.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createMemoryContentStore } from "../support/memory-content-store.js";
import { uniqueDatabase } from "../support/servers.js";

const VIN = "LXKAB2C41RM104729";
const PLANT = "plant";
const HEADER = "productionNumber,vin,model,market,seats";

let store: Store;
const files = createMemoryContentStore();

const importing = (now: () => Date = () => new Date(), plant = PLANT): Importing =>
	createImporting({ records: store.records, recordImports: store.recordImports, files, plant, now });

const row = (productionNumber: string, seats: number): string => `${productionNumber},${VIN},m1,CN,${seats}`;

const begin = async (service: Importing, ...rows: string[]) => {
	const { sha256 } = await files.put(Buffer.from([HEADER, ...rows].join("\n")));
	return service.begin(sha256, "orders.csv", "anna");
};

const record = (productionNumber: string, seats: number, vin = VIN): VehicleRecordInput => ({
	...{ productionNumber, vin, model: "m1", market: "CN" },
	attributes: { seats },
});

beforeAll(async () => {
	store = await connectStore(uniqueDatabase(inject("mongoUri")));
});
afterAll(() => store.close());

describe("an import", () => {
	it("writes nothing before it is confirmed, then exactly what was shown, and nothing again when repeated", async () => {
		const service = importing();
		await store.records.save(PLANT, record("I-1", 4), "mes");
		const begun = await begin(service, row("I-1", 5), row("I-2", 5), "I-3,short,m1,CN,5");
		expect(begun).toMatchObject({ state: "previewed", counts: { created: 1, revised: 1, rejected: 1 } });
		expect(await store.records.latest(PLANT, "I-2")).toBeNull();
		const confirmations = await Promise.all([
			service.confirm(begun.importId, begun.preview, "anna"),
			service.confirm(begun.importId, begun.preview, "anna"),
		]);
		expect(confirmations.some(({ state }) => state === "imported")).toBe(true);
		const again = await service.confirm(begun.importId, begun.preview, "anna");
		expect(again).toMatchObject({
			state: "imported",
			confirmedBy: "anna",
			written: { created: 1, revised: 1, unchanged: 0, overtaken: [] },
		});
		expect(await store.records.latest(PLANT, "I-1")).toMatchObject({ revision: 2, createdBy: "anna" });
		expect((await store.records.revisions(PLANT, "I-1")).map(({ attributes }) => attributes.seats)).toEqual([
			4, 5,
		]);
	});

	it("stops whole where a record was revised since, and goes on from a new preview", async () => {
		const service = importing();
		const begun = await begin(service, row("O-1", 5), row("O-2", 5));
		await store.records.save(PLANT, record("O-2", 7), "mes");
		await expect(service.confirm(begun.importId, begun.preview, "anna")).rejects.toMatchObject({
			code: "revision_conflict",
			parts: [{ path: "O-2" }],
		});
		expect(await store.records.latest(PLANT, "O-1")).toBeNull();
		const fresh = await service.get(begun.importId);
		expect(fresh).toMatchObject({
			state: "previewed",
			overtaken: ["O-2"],
			counts: { revised: 1, created: 1 },
		});
		await expect(service.confirm(begun.importId, begun.preview, "anna")).rejects.toMatchObject({
			code: "revision_conflict",
		});
		await service.confirm(begun.importId, fresh.preview, "anna");
		expect(await store.records.latest(PLANT, "O-2")).toMatchObject({ revision: 2, attributes: { seats: 5 } });
	});

	it("never overwrites a record that was revised at the very moment of writing", async () => {
		await store.records.save(PLANT, record("M-1", 1), "mes");
		await store.records.save(PLANT, record("M-1", 2), "mes");
		const onto = (seats: number, revision: number) =>
			store.records.saveOnto(PLANT, [{ input: record("M-1", seats), revision }], "anna");
		expect(await onto(9, 1)).toEqual(["overtaken"]);
		expect(await onto(2, 1)).toEqual(["unchanged"]);
		expect(await onto(9, 2)).toEqual(["revised"]);
	});

	it("is given each row's outcome where many import the same at once, and every record is written once", async () => {
		const rows = Array.from({ length: 30 }, (_, i) => ({ input: record(`R-${i}`, 5), revision: 0 }));
		const [first = [], second = []] = await Promise.all([
			store.records.saveOnto(PLANT, rows, "anna"),
			store.records.saveOnto(PLANT, rows, "ben"),
		]);
		for (const [i, { input }] of rows.entries()) {
			expect([first[i], second[i]].toSorted()).toEqual(["created", "unchanged"]);
			expect(await store.records.revisions(PLANT, input.productionNumber)).toHaveLength(1);
		}
		const other = rows.map(({ input }) => ({ input: { ...input, attributes: { seats: 6 } }, revision: 0 }));
		expect(new Set(await store.records.saveOnto(PLANT, other, "anna"))).toEqual(new Set(["overtaken"]));
	});

	it("that lost its process is taken up again, and one that has not is left to it", async () => {
		let now = new Date("2026-03-02T08:00:00.000Z");
		const service = importing(() => now);
		const begun = await begin(service, row("L-1", 5), row("L-2", 5));
		await store.records.save(PLANT, record("L-1", 5), "anna");
		const lost = { state: "importing", activeAt: now.toISOString() } as const;
		await store.recordImports.change(PLANT, begun.importId, {}, lost);
		now = new Date(now.getTime() + 30_000);
		expect((await service.confirm(begun.importId, begun.preview, "ben")).state).toBe("importing");
		now = new Date(now.getTime() + 60_000);
		expect(await service.confirm(begun.importId, begun.preview, "ben")).toMatchObject({
			state: "imported",
			written: { created: 1, unchanged: 1 },
		});
	});

	it("of 10,000 rows is previewed whole and can be looked at", { timeout: 120_000 }, async () => {
		const service = importing(undefined, "big");
		const rows = Array.from({ length: 10_000 }, (_, i) => row(`B-${i}`, i % 7));
		for (let i = 0; i < 300; i += 1) await store.records.save("big", record(`B-${i}`, 99), "mes");
		const begun = await begin(service, ...rows);
		expect(begun.counts).toMatchObject({ rows: 10_000, created: 9_700, revised: 300 });
		const whole = await service.previewOf(begun);
		expect(whole.rows).toHaveLength(10_000);
		const { glance, ...before } = await service.get(begun.importId);
		expect(glance).toMatch(/^[0-9a-f]{64}$/);
		const shown = await service.glanceOf(begun);
		expect(shown).toEqual({
			created: whole.rows.slice(300, 350),
			revised: whole.rows.slice(0, 50),
			problems: [],
			problemCount: 0,
		});
		// begun before there was one: read from the whole preview
		expect(await service.glanceOf(before)).toEqual(shown);
		const imported = await service.confirm(begun.importId, begun.preview, "anna");
		expect(imported).toMatchObject({
			done: 10_000,
			written: { created: 9_700, revised: 300, overtaken: [] },
		});
	});
});

describe("vehicle records", () => {
	it("are found by the beginning of production number or VIN, in either case of letters", async () => {
		const plant = "finding";
		for (const number of ["LX26-0417", "LX26-0418", "LX27-0001"])
			await store.records.save(plant, record(number, 5), "mes");
		await store.records.save(plant, record("Z-1", 5, "WVWZZZ1JZXW000001"), "mes");
		const numbers = async (text: string) =>
			(await store.records.find(plant, text, 10)).map(({ productionNumber }) => productionNumber);
		expect(await numbers("lx26")).toEqual(["LX26-0417", "LX26-0418"]);
		expect(await numbers("wvwzzz")).toEqual(["Z-1"]);
		expect(await numbers(VIN)).toEqual(["LX26-0417", "LX26-0418", "LX27-0001"]);
		expect(await numbers(".*")).toEqual([]);
		expect(await store.records.find("another", "LX", 10)).toEqual([]);
	});
});

describe("a station", () => {
	const capture = (n: number, at: string) => ({
		...{ at, witness: "stamp", inspectionId: `I-${n}` },
		sha256: String(n).padStart(64, "a"),
	});

	it("keeps its newest capture and counts each once, whatever is repeated and whoever writes beside", async () => {
		const captures = Array.from({ length: 20 }, (_, i) =>
			capture(i, `2026-03-02T08:${String(10 + (i % 3))}:0${i % 10}.000Z`),
		);
		await Promise.all([...captures, ...captures].map((one) => store.stations.captured("S-1", one)));
		const state = await store.stations.get("S-1");
		expect(state?.lastCapture?.at).toBe(
			captures
				.map(({ at }) => at)
				.toSorted()
				.at(-1),
		);
		expect(state?.minutes.flatMap(({ captures: keys }) => keys)).toHaveLength(20);
		// an hour later the same minute of the clock is another minute
		await store.stations.captured("S-1", capture(99, "2026-03-02T09:10:00.000Z"));
		await store.stations.captured("S-1", capture(98, "2026-03-02T08:10:30.000Z"));
		const later = await store.stations.get("S-1");
		expect(later?.lastCapture?.at).toBe("2026-03-02T09:10:00.000Z");
		expect(later?.minutes.find(({ at }) => at.endsWith(":10"))).toMatchObject({
			at: "2026-03-02T09:10",
			captures: [expect.any(String)],
		});
	});

	it("keeps who did what, and the limit set last", async () => {
		const change = { by: "anna", formerUntil: null, minutes: null };
		await store.stations.change("S-2", { ...change, at: "2026-03-02T08:00:00.000Z", action: "key_created" });
		const limit = { ...change, at: "2026-03-02T09:00:00.000Z", action: "silence_limit", minutes: 7 } as const;
		await store.stations.change("S-2", limit);
		expect(await store.stations.get("S-2")).toMatchObject({
			silenceMinutes: 7,
			changes: [{ action: "key_created" }, limit],
		});
	});
});

describe("a station's key", () => {
	it("that is replaced stays valid for the overlap, and no older one does", async () => {
		const account = { name: "S-9", role: "station", displayName: "S-9", disabled: false } as const;
		await store.accounts.create({ ...account, secretHash: "first" });
		const owner = async (hash: string) => (await store.accounts.bySecretHash(hash))?.name ?? null;
		const soon = new Date(Date.now() + 60_000);
		expect(await store.accounts.replaceSecret("S-9", "first", "second", soon)).toBe(true);
		expect([await owner("first"), await owner("second")]).toEqual(["S-9", "S-9"]);
		expect(await store.accounts.replaceSecret("S-9", "first", "stolen", soon)).toBe(false);
		expect(await store.accounts.replaceSecret("S-9", "second", "third", soon)).toBe(true);
		expect([await owner("first"), await owner("second"), await owner("third")]).toEqual([null, "S-9", "S-9"]);
		expect(await store.accounts.replaceSecret("S-9", "third", "fourth", null)).toBe(true);
		expect([await owner("second"), await owner("third"), await owner("fourth")]).toEqual([null, null, "S-9"]);
		await store.accounts.replaceSecret("S-9", "fourth", "fifth", new Date(Date.now() - 1));
		expect(await owner("fourth")).toBeNull();
	});

	it("is replaced by one of many who try at once", async () => {
		const account = { name: "S-10", role: "station", displayName: "S-10", disabled: false } as const;
		await store.accounts.create({ ...account, secretHash: "start" });
		const tries = await Promise.all(
			Array.from({ length: 12 }, (_, i) => store.accounts.replaceSecret("S-10", "start", `new-${i}`, null)),
		);
		expect(tries.filter(Boolean)).toHaveLength(1);
	});
});

describe("a worker's report of its readers", () => {
	it("replaces the one before", async () => {
		const report = { worker: "line-pc", startedAt: "2026-03-02T08:00:00.000Z", networks: [], readers: {} };
		await store.readerReports.save(report);
		const readers = { "tesseract-eng": "5.0", zxing: "3.1.4" };
		const network = { model: "vin-reader", sha256: "a".repeat(64), provider: "cpu", refused: [] };
		await store.readerReports.save({ ...report, readers, networks: [network] });
		expect(await store.readerReports.list()).toEqual([{ ...report, readers, networks: [network] }]);
	});
});
