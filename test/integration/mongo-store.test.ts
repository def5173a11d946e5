import mongoose from "mongoose";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Inspection } from "../../src/contracts/inspection.js";
import type { Observation } from "../../src/contracts/reading.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Page, Store } from "../../src/persistence/store.js";
import { Scenario } from "../support/inspection-scenario.js";
import { ANNA, PLAN, RECORD, VIN } from "../support/sample-vehicle.js";
import { uniqueDatabase } from "../support/servers.js";

let uri: string;
let store: Store;
beforeAll(async () => {
	uri = uniqueDatabase(inject("mongoUri"));
	store = await connectStore(uri);
});
afterAll(() => store?.close());

const revision = { plant: "plant", revision: 1, createdAt: "2026-03-14T08:00:00.000Z", createdBy: "test" };

function inspection(id: string, change: Partial<Inspection> = {}): Inspection {
	const scenario = new Scenario();
	return { ...scenario.state, inspectionId: id, productionNumber: id, ...change };
}

/** An inspection with an exception on its stamp. */
function mismatched(id: string, deadline = "2026-03-14T09:00:00.000Z"): Inspection {
	const scenario = new Scenario();
	scenario.shows("stamp", { shows: { vin: `${VIN.slice(0, 16)}5` } });
	const exceptions = scenario.state.exceptions.map((e) => ({
		...e,
		inspectionId: id,
		exceptionId: `${id}~stamp.vin`,
		deadline,
	}));
	return { ...scenario.state, inspectionId: id, productionNumber: id, exceptions };
}

async function allPages<Item>(page: (after: string | null) => Promise<Page<Item>>): Promise<Item[]> {
	const items: Item[] = [];
	for (let after: string | null = null; ; ) {
		const { items: more, next } = await page(after);
		items.push(...more);
		if (next === null) return items;
		after = next;
	}
}

describe("vehicle records", () => {
	it("keep every revision and have the newest in force", async () => {
		const input = { ...RECORD, productionNumber: "R-1" };
		expect(await store.records.save("plant", input, "anna")).toBe("created");
		expect(await store.records.save("plant", input, "anna")).toBe("unchanged");
		const changed = { ...input, attributes: { grossMass: 2000 } };
		expect(await store.records.save("plant", changed, "ben")).toBe("revised");
		expect(await store.records.latest("plant", "R-1")).toMatchObject({
			revision: 2,
			createdBy: "ben",
			...changed,
		});
		const revisions = await store.records.revisions("plant", "R-1");
		expect(revisions.map((r) => [r.revision, r.attributes])).toEqual([
			[1, input.attributes],
			[2, changed.attributes],
		]);
		expect(await store.records.latest("other-plant", "R-1")).toBeNull();
	});

	it("give every one of many writers at once a revision of its own", async () => {
		const saves = Array.from({ length: 12 }, (_, i) =>
			store.records.save("plant", { ...RECORD, productionNumber: "R-2", attributes: { seats: i } }, "test"),
		);
		const outcomes = await Promise.all(saves);
		expect(outcomes.filter((o) => o === "created")).toHaveLength(1);
		const revisions = await store.records.revisions("plant", "R-2");
		expect(revisions.map((r) => r.revision)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
		expect((await store.records.latest("plant", "R-2"))?.revision).toBe(12);
	});

	it("are listed by key, page after page, one plant at a time", async () => {
		for (const n of ["L-1", "L-10", "L-2", "L.3", "L_4"]) {
			await store.records.save("listing", { ...RECORD, productionNumber: n }, "test");
		}
		await store.records.save("listing-2", { ...RECORD, productionNumber: "X-1" }, "test");
		const listed = await allPages((after) => store.records.list("listing", after, 2));
		expect(listed.map((r) => r.productionNumber)).toEqual(["L-1", "L-10", "L-2", "L.3", "L_4"]);
	});

	it.each(["$where", "a.b", "__proto__x", "vin", "serial"])("refuse an attribute named %s", async (name) => {
		const save = store.records.save("plant", { ...RECORD, attributes: { [name]: 1 } }, "test");
		await expect(save).rejects.toMatchObject({ code: "request_invalid" });
	});
});

describe("inspection plans", () => {
	it("count revisions by model; the newest released one is in force", async () => {
		const plan = { ...PLAN, model: "m-plans", rules: ["vinSerialNumeric"] };
		expect(await store.plans.released("plant", "m-plans")).toBeNull();
		await store.plans.save("plant", plan, "released", "test");
		const second = await store.plans.save("plant", { ...plan, undoSeconds: 5 }, "released", "test");
		await store.plans.save("plant", plan, "draft", "test");
		expect(await store.plans.released("plant", "m-plans")).toEqual(second);
		const revisions = (await store.plans.list("plant")).filter((p) => p.model === "m-plans");
		expect(revisions.map((p) => p.revision)).toEqual([3, 2, 1]);
	});

	it("are refused where a field is unknown", async () => {
		const [first] = PLAN.witnesses;
		if (!first) throw new Error("the plan has witnesses");
		const broken = { ...PLAN, witnesses: [{ ...first, fields: ["serial"] }] };
		await expect(store.plans.save("plant", broken, "released", "test")).rejects.toMatchObject({
			code: "request_invalid",
		});
	});
});

describe("projections", () => {
	it("never let an older version overwrite a newer one, in whatever order they come", async () => {
		const versions = [3, 1, 5, 2, 4].map((version) =>
			inspection("V-1", { version, judgedBy: `v${version}` }),
		);
		await Promise.all(versions.map((v) => store.inspections.project(v)));
		expect(await store.inspections.get("V-1")).toMatchObject({ version: 5, judgedBy: "v5" });
	});

	it("keep each exception's newest state, where several come together and some are older", async () => {
		const first = mismatched("V-3");
		const [exception] = first.exceptions;
		if (!exception) throw new Error("the inspection has an exception");
		const named = (field: string, escalated: boolean) => ({
			...exception,
			exceptionId: `V-3~stamp.${field}`,
			escalated,
		});
		const at = (version: number, ...exceptions: (typeof exception)[]) =>
			store.inspections.project({ ...first, version, exceptions });
		await at(7, named("a", true), named("b", true));
		await at(6, named("a", false), named("c", false), named("b", false));
		await at(8, named("a", true), named("b", false), named("c", false));
		await at(7, named("a", false), named("b", true), named("d", true));
		const escalated = ["a", "b", "c", "d"].map(async (field) => {
			return (await store.exceptions.get(`V-3~stamp.${field}`))?.escalated;
		});
		expect(await Promise.all(escalated)).toEqual([true, false, false, true]);
	});

	it("give back exactly what was projected", async () => {
		const whole = mismatched("V-2");
		await store.inspections.project(whole);
		expect(await store.inspections.get("V-2")).toEqual(whole);
	});

	it("are listed newest first by filter, page after page", async () => {
		const at = (minute: number) => new Date(Date.UTC(2027, 0, 1, 0, minute)).toISOString();
		for (let i = 0; i < 7; i += 1) {
			const disposition = i % 2 ? ("pass" as const) : ("hold" as const);
			const startedAt = at(Math.floor(i / 2));
			await store.inspections.project(inspection(`S.${i}`, { startedAt, status: "sealed", disposition }));
		}
		const sealed = await allPages((after) => store.inspections.list({ status: "sealed" }, after, 2));
		expect(sealed.map((i) => i.inspectionId)).toEqual(["S.6", "S.5", "S.4", "S.3", "S.2", "S.1", "S.0"]);
		const passed = await store.inspections.list({ disposition: "pass", search: "s.3" }, null, 10);
		expect(passed.items.map((i) => i.inspectionId)).toEqual(["S.3"]);
		expect((await store.inspections.list({ search: ".*" }, null, 10)).items).toEqual([]);
		const byVin = await store.inspections.list({ search: VIN.slice(3, 9).toLowerCase() }, null, 1);
		expect(byVin.items).toHaveLength(1);
		const counts = await store.inspections.counts();
		expect(counts).toMatchObject({ sealed: 7, pass: 3, hold: 4, scrap: 0 });
		const rows = await allPages((after) => store.inspections.rows({ status: "sealed" }, after, 2));
		expect(rows.map((row) => row.inspectionId)).toEqual(sealed.map((i) => i.inspectionId));
	});

	it("are counted once, however often and at whatever time they are projected", async () => {
		const other = await connectStore(uniqueDatabase(inject("mongoUri")));
		try {
			const collecting = inspection("N-1", { version: 1, status: "collecting" });
			const reviewing = { ...mismatched("N-1"), version: 2, status: "reviewing" as const };
			const sealed = { ...reviewing, version: 3, status: "sealed" as const, disposition: "hold" as const };
			await other.inspections.project(collecting);
			await Promise.all([reviewing, collecting, reviewing].map((one) => other.inspections.project(one)));
			expect(await other.inspections.counts()).toMatchObject({ collecting: 0, reviewing: 1, hold: 0 });
			expect(await other.inspections.waitingExceptions()).toBe(1);
			const closed = sealed.exceptions.map((e) => ({ ...e, status: "resolved" as const }));
			const last = { ...sealed, exceptions: closed };
			await Promise.all([last, reviewing, last, last].map((one) => other.inspections.project(one)));
			const many = Array.from({ length: 30 }, (_, i) => inspection(`N.${i}`, { version: 1 }));
			await Promise.all([...many, ...many].map((one) => other.inspections.project(one)));
			expect(await other.inspections.counts()).toMatchObject({ sealed: 1, hold: 1, collecting: 30 });
			expect(await other.inspections.waitingExceptions()).toBe(0);
		} finally {
			await other.close();
		}
	});

	it("are counted where the writer died before it had counted", async () => {
		const database = uniqueDatabase(inject("mongoUri"));
		const other = await connectStore(database);
		const raw = await mongoose.createConnection(database).asPromise();
		try {
			const one = inspection("D-1", { version: 1 });
			await other.inspections.project(one);
			// as it stands between the write of the row and the count
			await raw.collection("tallies").deleteMany({});
			const pending = [{ op: "D-1@1", change: { collecting: 1, waiting: 0 } }];
			await raw
				.collection<{ _id: string }>("inspectionRows")
				.updateOne({ _id: "D-1" }, { $set: { pending } });
			await other.inspections.project(one);
			await other.inspections.project(one);
			expect(await other.inspections.counts()).toMatchObject({ collecting: 1 });
		} finally {
			await raw.close();
			await other.close();
		}
	});

	it("get their rows where a store was filled before there were rows", async () => {
		const database = uniqueDatabase(inject("mongoUri"));
		const before = await connectStore(database);
		for (const id of ["B-1", "B-2", "B-3"]) await before.inspections.project(inspection(id));
		const raw = await mongoose.createConnection(database).asPromise();
		await raw.collection("inspectionRows").deleteMany({});
		await raw.collection("tallies").deleteMany({});
		await raw.close();
		await before.close();
		const after = await connectStore(database);
		try {
			expect((await after.inspections.rows({}, null, 10)).items).toHaveLength(3);
			expect(await after.inspections.counts()).toMatchObject({ collecting: 3 });
		} finally {
			await after.close();
		}
	});

	it("tell what changed since, once each and the newest state", async () => {
		const start = await settledCursor();
		await store.inspections.project(inspection("C-1", { version: 1 }));
		await store.inspections.project(inspection("C-2", { version: 1 }));
		await store.inspections.project(inspection("C-1", { version: 2 }));
		await new Promise((resolve) => setTimeout(resolve, 300));
		const first = await store.inspections.changedSince(start, 1);
		const second = await store.inspections.changedSince(first.next, 10);
		expect([...first.items, ...second.items].map((i) => [i.inspectionId, i.version])).toEqual([
			["C-2", 1],
			["C-1", 2],
		]);
		const nothing = await store.inspections.changedSince(second.next, 10);
		expect(nothing).toEqual({ items: [], next: second.next });
	});

	async function settledCursor(): Promise<string | null> {
		await new Promise((resolve) => setTimeout(resolve, 300));
		return (await store.inspections.changedSince(null, 1000)).next;
	}

	it("refuse a cursor that is none of theirs", async () => {
		await expect(store.inspections.list({}, "no cursor", 1)).rejects.toMatchObject({
			code: "request_invalid",
		});
	});
});

describe("exceptions", () => {
	it("let exactly one of 30 claim at once", async () => {
		await store.inspections.project(mismatched("X-1"));
		const claims = await Promise.all(
			Array.from({ length: 30 }, (_, i) => store.exceptions.claim("X-1~stamp.vin", `person-${i}`, 60)),
		);
		const held = claims.filter((claim) => claim !== null);
		expect(held).toHaveLength(1);
		expect((await store.exceptions.get("X-1~stamp.vin"))?.claim).toEqual(held[0]);
	});

	it("keep a claim through a projection, renew it, and give it up", async () => {
		const projected = mismatched("X-2");
		await store.inspections.project(projected);
		const id = "X-2~stamp.vin";
		await store.exceptions.claim(id, "anna", 60);
		await store.inspections.project({ ...projected, version: projected.version + 1 });
		expect((await store.exceptions.get(id))?.claim?.by).toBe("anna");
		expect(await store.exceptions.claim(id, "anna", 120)).toMatchObject({ by: "anna" });
		await store.exceptions.release(id, "ben");
		expect(await store.exceptions.claim(id, "ben", 60)).toBeNull();
		await store.exceptions.release(id, "anna");
		expect(await store.exceptions.claim(id, "ben", 60)).toMatchObject({ by: "ben" });
	});

	it("free a claim that has run out", async () => {
		await store.inspections.project(mismatched("X-3"));
		await store.exceptions.claim("X-3~stamp.vin", "anna", -1);
		expect((await store.exceptions.get("X-3~stamp.vin"))?.claim).toBeNull();
		expect(await store.exceptions.claim("X-3~stamp.vin", "ben", 60)).toMatchObject({ by: "ben" });
	});

	it("are not claimed where they are not there", async () => {
		expect(await store.exceptions.claim("X-9~stamp.vin", "anna", 60)).toBeNull();
		expect(await store.exceptions.get("X-9~stamp.vin")).toBeNull();
	});

	it("stand in the queue by deadline, over several statuses, page after page", async () => {
		const other = await connectStore(uniqueDatabase(inject("mongoUri")));
		try {
			const deadlines = ["09:05", "09:01", "09:03", "09:02", "09:04"];
			for (const [i, clock] of deadlines.entries()) {
				const made = mismatched(`Q-${i}`, `2026-03-14T${clock}:00.000Z`);
				const status = i % 2 ? ("open" as const) : ("awaiting_second" as const);
				const exceptions = made.exceptions.map((e) => ({ ...e, status }));
				await other.inspections.project({ ...made, exceptions });
			}
			const queue = await allPages((after) => other.exceptions.queue(["open", "awaiting_second"], after, 2));
			expect(queue.map((e) => e.inspectionId)).toEqual(["Q-1", "Q-3", "Q-2", "Q-4", "Q-0"]);
			expect(queue[0]).toMatchObject({ productionNumber: "Q-1", vin: VIN, model: RECORD.model, claim: null });
			const open = await other.exceptions.queue(["open"], null, 10);
			expect(open.items.map((e) => e.inspectionId)).toEqual(["Q-1", "Q-3"]);
		} finally {
			await other.close();
		}
	});
});

describe("observations, captures, sealed reports", () => {
	const observation: Observation = {
		capture: "a".repeat(64),
		kind: "stamp",
		quality: { sharpness: 1, luminance: 2, clipped: 0, retake: null },
		detections: [],
		readings: [],
		readers: { "PP-OCRv4.rec": "sha256:1", $odd: "2" },
		ms: { total: 3 },
	};

	it("keep an observation once, whole, under the inspection it belongs to", async () => {
		const captured = (id: string) => {
			const scenario = new Scenario();
			scenario.arrives("stamp", observation.capture);
			return { ...scenario.state, inspectionId: id, productionNumber: id };
		};
		for (const id of ["O-1", "O-10"]) await store.inspections.project(captured(id));
		await store.observations.save("O-1", "stamp", observation);
		await store.observations.save("O-1", "stamp", observation);
		await store.observations.save("O-10", "stamp", observation);
		expect(await store.observations.of("O-1")).toEqual([{ ...observation, witness: "stamp" }]);
	});

	it("keep what a capture's pixels are", async () => {
		const image = { sha256: "b".repeat(64), mediaType: "image/png" as const, bytes: 5, width: 3, height: 4 };
		await store.captures.save(image);
		await store.captures.save(image);
		expect(await store.captures.get(image.sha256)).toEqual(image);
		expect(await store.captures.get("c".repeat(64))).toBeNull();
	});

	it("let one of many sealed reports stand", async () => {
		const kept = await Promise.all(
			Array.from({ length: 10 }, (_, i) =>
				store.sealedReports.keep("SR-1", {
					pdf: String(i).repeat(64),
					record: "d".repeat(64),
					pages: 1,
					bytes: 1,
					sealedAt: revision.createdAt,
				}),
			),
		);
		expect(new Set(kept.map((r) => r.pdf)).size).toBe(1);
		expect(await store.sealedReports.get("SR-1")).toEqual(kept[0]);
	});
});

describe("access", () => {
	it("gives a name and a station's key to one account", async () => {
		const account = {
			name: "anna",
			role: "operator" as const,
			displayName: "Anna",
			secretHash: "h1",
			disabled: false,
		};
		expect(await store.accounts.create(account)).toBe(true);
		expect(await store.accounts.create({ ...account, secretHash: "h2" })).toBe(false);
		expect(await store.accounts.bySecretHash("h1")).toEqual(account);
		expect(await store.accounts.get("nobody")).toBeNull();
		expect(await store.accounts.list()).toEqual([account]);
	});

	it("forgets a session that has run out", async () => {
		const expiresAt = new Date(Date.now() + 60_000);
		await store.sessions.create({ tokenHash: "t1", account: ANNA.name, expiresAt });
		await store.sessions.create({ tokenHash: "t2", account: ANNA.name, expiresAt: new Date(Date.now() - 1) });
		expect(await store.sessions.get("t1")).toEqual({ tokenHash: "t1", account: "anna", expiresAt });
		expect(await store.sessions.get("t2")).toBeNull();
		await store.sessions.delete("t1");
		expect(await store.sessions.get("t1")).toBeNull();
	});

	it("lets one of 30 equal requests begin, and repeats its answer to the others", async () => {
		const begun = await Promise.all(Array.from({ length: 30 }, () => store.answers.begin("k1", "hash")));
		expect(begun.filter((b) => b === "begun")).toHaveLength(1);
		expect(await store.answers.begin("k1", "hash")).toEqual({ requestHash: "hash", answer: null });
		await store.answers.finish("k1", 201, { id: 7, "a.b": [] });
		expect(await store.answers.begin("k1", "other")).toEqual({
			requestHash: "hash",
			answer: { status: 201, body: { id: 7, "a.b": [] } },
		});
		await store.answers.abandon("k1");
		expect(await store.answers.begin("k1", "hash")).not.toBe("begun");
	});

	it("gives the key of an abandoned request back", async () => {
		expect(await store.answers.begin("k2", "hash")).toBe("begun");
		await store.answers.abandon("k2");
		expect(await store.answers.begin("k2", "hash")).toBe("begun");
	});
});

describe("a database that is not there", () => {
	it("is named, within seconds", async () => {
		const started = Date.now();
		await expect(connectStore("mongodb://127.0.0.1:1/none")).rejects.toMatchObject({
			code: "store_unavailable",
		});
		expect(Date.now() - started).toBeLessThan(8000);
	});
});

it("says which server it runs on", async () => {
	expect(await store.describe()).toMatch(/MongoDB \d/);
	await store.ping();
});
