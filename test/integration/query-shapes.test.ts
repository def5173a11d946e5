import { randomUUID } from "node:crypto";
import mongoose from "mongoose";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { genesisOfPlant, linkEvents } from "../../src/audit/plant-chain.js";
import { DEFAULT_SHARES, type GoldenItem, type HiddenItem } from "../../src/contracts/agreement.js";
import type { RecordImport } from "../../src/contracts/record-import.js";
import { contributionOf } from "../../src/domain/spc/contribution.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import { encodeCursor } from "../../src/persistence/page-cursor.js";
import type { Store } from "../../src/persistence/store.js";
import { draftNumbered } from "../support/audit-drafts.js";
import { finishedVehicle } from "../support/finished-vehicles.js";
import { Scenario } from "../support/inspection-scenario.js";
import { ANNA, PLAN, RECORD, VIN } from "../support/sample-vehicle.js";
import { uniqueDatabase } from "../support/servers.js";
import {
	declaredCollections,
	isDeclared,
	type WatchedQuery,
	watchQueries,
} from "../support/watched-queries.js";

/** A repository that notes which of its methods are called. */
function noting<Repository extends object>(name: string, repository: Repository, called: Set<string>) {
	return new Proxy(repository, {
		get(target, method, receiver) {
			called.add(`${name}.${String(method)}`);
			return Reflect.get(target, method, receiver);
		},
	});
}

const isRepository = (value: unknown): value is object => typeof value === "object" && value !== null;

const SHA = "a".repeat(64);
const AT = "2026-03-14T08:00:00.000Z";

const IMPORT: RecordImport = {
	...{
		importId: randomUUID(),
		fileName: "records.csv",
		file: SHA,
		bytes: 1,
		uploadedBy: "anna",
		uploadedAt: AT,
	},
	...{
		state: "previewed",
		preview: SHA,
		overtaken: [],
		confirmedBy: null,
		activeAt: null,
		done: 0,
		finishedAt: null,
		written: null,
	},
	counts: { rows: 1, created: 1, revised: 0, unchanged: 0, rejected: 0 },
};

const SUBJECT = {
	exceptionId: "I-1~stamp.vin",
	inspectionId: "I-1",
	productionNumber: "I-1",
	kind: "stamp",
	field: "vin",
	outcome: "mismatch",
} as const;
const GOLDEN: GoldenItem = {
	...SUBJECT,
	truth: { verdict: "discrepancy", text: null },
	...{
		note: "",
		deciders: ["ben"],
		addedAt: AT,
		addedBy: "ben",
		retired: false,
		retiredAt: null,
		retiredBy: null,
	},
};
const HIDDEN: HiddenItem = {
	...SUBJECT,
	...{ itemId: "item-1", source: "golden", person: "anna", role: "operator", shownAt: AT },
	reference: { verdict: "discrepancy", text: null, by: "ben", at: AT },
	...{ steps: [], revision: 0, claim: null, verdict: null, judgedAt: null },
};

/** One criterion at a time, then several. */
const SEARCHES = [
	{ vin: VIN.slice(3, 9) },
	{ productionNumber: "I-1" },
	{ station: "S1" },
	{ model: "m" },
	{ disposition: "pass" },
	{ disposition: null },
	{ operator: "anna" },
	{ from: AT, before: AT },
	{ vin: VIN, station: "S1", operator: "anna", from: AT },
] as const;

/** Asks the store everything it can be asked, in every form that makes another query. */
async function askEverything(store: Store): Promise<void> {
	const { records, plans, inspections, exceptions, observations, captures, sealedReports } = store;
	await records.save("p", RECORD, "test");
	await records.latest("p", RECORD.productionNumber);
	await records.revisions("p", RECORD.productionNumber);
	await records.list("p", "n", 5);
	await plans.save("p", PLAN, "released", "test");
	await plans.released("p", "m");
	await plans.list("p");

	const scenario = new Scenario();
	scenario.shows("stamp", { shows: { vin: `${VIN.slice(0, 16)}5` } });
	for (const id of ["I-1", "I-2"]) {
		const exceptions = scenario.state.exceptions.map((one) => ({
			...one,
			inspectionId: id,
			exceptionId: `${id}~stamp.vin`,
		}));
		await inspections.project({ ...scenario.state, inspectionId: id, productionNumber: id, exceptions });
	}
	await inspections.project({ ...scenario.state, version: 99, status: "sealed", disposition: "hold" });
	await inspections.get("I-1");
	const { next } = await inspections.rows({}, null, 1);
	for (const after of [null, next]) {
		for (const filter of [
			{},
			{ status: "sealed" },
			{ status: "reviewing" },
			{ disposition: "pass" },
			{ model: "m" },
			{ search: "LXA" },
			{ status: "sealed", disposition: "pass", model: "m", search: "LXA" },
			{ disposition: "pass", model: "m" },
		] as const) {
			await inspections.rows(filter, after, 5);
			await inspections.list(filter, after, 5);
		}
	}
	const start = await inspections.changedSince(null, 5);
	await new Promise((resolve) => setTimeout(resolve, 300));
	await inspections.project({ ...scenario.state, version: 100 });
	await new Promise((resolve) => setTimeout(resolve, 300));
	await inspections.changedSince(start.next, 1);
	await inspections.counts();
	await inspections.waitingExceptions();

	await exceptions.get("I-1~stamp.vin");
	const queue = await exceptions.queue(["open", "resolved"], null, 1);
	await exceptions.queue(["open", "resolved"], queue.next, 5);
	await exceptions.queue(["open"], null, 5, { escalated: true });
	await exceptions.queue(["open"], queue.next, 5, { escalated: true });
	const reading = { text: VIN, sight: null, at: "2026-03-14T08:00:00.000Z" };
	for (const by of ["anna", "anna"]) await store.blindReadings.keep("release", by, reading);
	await store.blindReadings.get("release", "anna");
	await exceptions.claim("I-1~stamp.vin", "anna", 60);
	await exceptions.claim("I-1~stamp.vin", "ben", 60);
	await exceptions.release("I-1~stamp.vin", "anna");

	await observations.save("I-1", "stamp", {
		capture: SHA,
		kind: "stamp",
		quality: { sharpness: 1, luminance: 2, clipped: 0, retake: null },
		detections: [],
		readings: [],
		readers: {},
		ms: {},
	});
	await observations.of("I-1");
	await captures.save({ sha256: SHA, mediaType: "image/png", bytes: 5, width: 3, height: 4 });
	await captures.get(SHA);
	const reference = { pdf: SHA, record: SHA, pages: 1, bytes: 1, sealedAt: "2026-03-14T08:00:00.000Z" };
	await sealedReports.keep("I-1", reference);
	await sealedReports.keep("I-1", reference);
	await sealedReports.get("I-1");

	const person = {
		name: "anna",
		role: "operator",
		displayName: "Anna",
		secretHash: "h",
		disabled: false,
	} as const;
	await store.accounts.create(person);
	await store.accounts.get("anna");
	await store.accounts.bySecretHash("h");
	await store.accounts.list();
	await store.sessions.create({ tokenHash: "t", account: ANNA.name, expiresAt: new Date() });
	await store.sessions.get("t");
	await store.sessions.seen("t", new Date());
	await store.sessions.ofAccount(ANNA.name);
	await store.sessions.delete("t");
	for (const except of ["t", null]) await store.sessions.deleteOf(ANNA.name, except);
	const wrong = { count: 1, notBefore: new Date() };
	for (const from of [null, null, 1]) await store.signInAttempts.advance("k", from, wrong, new Date());
	await store.signInAttempts.get("k");
	await store.signInAttempts.forget("k");
	await store.signInAttempts.keepDevice("d", ANNA.name, new Date());
	await store.signInAttempts.deviceOf("d");
	for (const key of ["k", "k"]) await store.answers.begin(key, "hash");
	await store.answers.finish("k", 201, {});
	await store.answers.abandon("k");
	await askRecordsAndStations(store);
	await askSearchAndStatistics(store);
	await askAgreement(store);
	await askAudit(store);
	await askRetention(store);
}

async function askRecordsAndStations({ records, recordImports, stations, readerReports, accounts }: Store) {
	await records.saveOnto("p", [{ input: RECORD, revision: 0 }], "test");
	await records.latestOf("p", [RECORD.productionNumber, "other"]);
	for (const text of [RECORD.productionNumber.slice(0, 3), VIN.slice(0, 5)]) await records.find("p", text, 5);
	await accounts.replaceSecret("anna", "h", "h2", new Date(Date.now() + 60_000));
	await accounts.replaceSecret("anna", "h2", "h3", null);
	await accounts.bySecretHash("h3");
	await accounts.setDisabled("anna", false);
	await accounts.setPassword("anna", "h4", true);
	await accounts.setRole("anna", "operator");
	for (const hash of ["h4", "h2"]) await accounts.keyUsed(hash, new Date());
	await accounts.keysOf("anna");
	await accounts.endFormerKeys("anna");
	await recordImports.create("p", IMPORT);
	await recordImports.get("p", IMPORT.importId);
	await recordImports.change("p", IMPORT.importId, { state: IMPORT.state }, { activeAt: AT });
	const { next } = await recordImports.list("p", null, 1);
	await recordImports.list("p", next, 5);
	for (const at of [AT, AT])
		await stations.captured("S1", { at, witness: "stamp", sha256: SHA, inspectionId: "I-1" });
	await stations.get("S1");
	await stations.list();
	const limit = { action: "silence_limit", formerUntil: null, minutes: 5 } as const;
	await stations.change("S1", { at: AT, by: "anna", ...limit });
	await readerReports.save({ worker: "w", startedAt: AT, networks: [], readers: {} });
	await readerReports.list();
}

async function askSearchAndStatistics({ search, statistics, observations, countersignatures }: Store) {
	for (const after of [null, (await search.find({}, null, 1)).next]) {
		for (const criteria of SEARCHES) await search.find(criteria, after, 5);
	}
	await search.ofVehicle("I-1", 5);
	await search.fill();
	await observations.readersOf("I-1", "stamp", SHA);
	const finished = finishedVehicle({ number: 1, fate: "wrong", sealedAt: AT });
	const calendar = { shifts: ["06:00"], zone: "Asia/Shanghai" };
	const readers = { version: "v", plant: "p", readers: {}, firstAt: AT };
	const contribution = contributionOf(finished, readers, calendar);
	if (contribution) for (const one of [contribution, contribution]) await statistics.contribute([one]);
	for (const grain of ["hour", "shift"] as const)
		await statistics.buckets("p", grain, "2026-01-01", "2026-02-01");
	for (const filter of [{}, { station: "S1" }, { model: "m" }, { station: "S1", shift: "06:00" }])
		await statistics.decided("p", filter, "2026-01-01", "2026-02-01", 5);
	await statistics.readerVersions("p");
	await statistics.clear();
	await statistics.buckets("p", "shift", "2026-01-01", "2026-02-01"); // from what a store without days has
	await statistics.noteWhole();
	const signed = {
		...{ inspectionId: "I-1", by: "ben", displayName: "Ben", reason: "read", at: AT, signer: "Ben" },
		...{ pdf: SHA, bytes: 1, sealed: SHA },
	};
	for (const one of [signed, signed]) await countersignatures.keep(one);
	await countersignatures.get("I-1");
}

async function askAgreement({ agreement }: Store) {
	for (const plant of ["p", "p"]) await agreement.settings(plant);
	await agreement.saveShares("p", DEFAULT_SHARES);
	for (const item of [GOLDEN, GOLDEN]) await agreement.saveGolden(item);
	await agreement.golden(GOLDEN.exceptionId);
	for (const retired of [true, false]) {
		const { next } = await agreement.listGolden(retired, null, 1);
		await agreement.listGolden(retired, next ?? encodeCursor([AT, "x"]), 5);
	}
	await agreement.retireGolden(GOLDEN.exceptionId, "ben", AT);
	for (const decision of ["d1", "d2", "d2"]) await agreement.countDecision("anna", decision);
	await agreement.reader("anna");
	for (const item of [HIDDEN, HIDDEN]) await agreement.show(item, AT);
	await agreement.openOf("anna");
	await agreement.item(HIDDEN.itemId);
	await agreement.claim(HIDDEN.itemId, { by: "anna", expiresAt: AT });
	await agreement.claim(HIDDEN.itemId, null);
	const undone = { step: "undone", at: AT } as const;
	await agreement.addStep(HIDDEN, undone, { verdict: "cleared", judgedAt: AT });
	await agreement.judged("2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z", 5);
	await agreement.close("anna", HIDDEN.itemId);
	const awaited = { exceptionId: "I-1~stamp.vin", inspectionId: "I-1", decidedAt: AT };
	for (const one of [awaited, awaited]) await agreement.awaitReading(one);
	await agreement.awaitedReadings(5);
	await agreement.takeReading(awaited.exceptionId);
}

async function askAudit({ audit }: Store) {
	const events = linkEvents(genesisOfPlant("p"), [draftNumbered(1), draftNumbered(2)]);
	for (const links of [events, events]) await audit.insert(links);
	await audit.from(1, 5);
	await audit.size();
	for await (const _ of await audit.all());
	await audit.known(["event-1", "other"]);
	for (const seq of [2, 1]) await audit.noteHead({ seq, hash: SHA });
	await audit.notedHead();
	for (const after of [null, "2"]) {
		for (const filter of [
			{},
			{ subject: "I-1" },
			{ who: "anna" },
			{ action: "decided" },
			{ who: "anna", action: "decided" },
			{ subject: "I-1", who: "anna", action: "decided" },
		] as const)
			await audit.list(filter, after, 1);
	}
	const signed = { schema: "vinspect/audit-head/1", plant: "p", seq: 2, hash: SHA, at: AT } as const;
	for (const signature of ["s", "s"]) await audit.keepSignedHead({ ...signed, signature });
	await audit.signedHeads();
	await audit.lastSignedHead();
	const head = { seq: 2, hash: SHA };
	const outcome = { valid: true, plant: "p", events: 2, head, signedHeads: 0, lastSigned: null } as const;
	await audit.keepVerification({ ...outcome, broken: null, verifiedAt: AT, ms: 1 });
	await audit.lastVerification();
}

async function askRetention({ retention, observations }: Store) {
	const hold = { by: "ben", at: AT, reason: "recall" };
	for (const one of [hold, hold]) await retention.setHold("I-1", one);
	await retention.liftHold("I-1", hold);
	const deletion = { class: "captures", sha256: SHA, what: "stamp", rule: "r", at: AT } as const;
	await retention.noteDeletions("I-1", [deletion]);
	await retention.finishDeletions("I-1");
	await retention.get("I-1");
	await retention.of(["I-1", "I-2"]);
	await observations.remove("I-1", `stamp/${SHA}`);
}

describe("every query of the store", () => {
	const database = uniqueDatabase(inject("mongoUri"));
	const called = new Set<string>();
	let seen: readonly WatchedQuery[] = [];
	let methods: string[] = [];

	beforeAll(async () => {
		const watch = watchQueries();
		const store = await connectStore(database);
		const parts = Object.entries(store).filter(([, part]) => isRepository(part)) as [string, object][];
		methods = parts.flatMap(([name, part]) => Object.keys(part).map((method) => `${name}.${method}`));
		const noted = Object.fromEntries(parts.map(([name, part]) => [name, noting(name, part, called)]));
		try {
			await askEverything({ ...store, ...noted });
		} finally {
			watch.stop();
			seen = watch.seen;
			await store.close();
		}
	});

	it("has been asked here: a method that nobody calls is a query nobody looked at", () => {
		// what connecting calls by itself is no part of the store's interface
		const own = methods.filter((method) => method !== "inspections.makeMissingRows");
		expect(own.filter((method) => !called.has(method))).toEqual([]);
	});

	it("goes by a name or a unique key, or has a declared shape with its index", async () => {
		const declared = await declaredCollections();
		expect(seen.length).toBeGreaterThan(60);
		const undeclared = seen.filter((query) => !isDeclared(query, declared));
		expect(undeclared.map((query) => JSON.stringify(query))).toEqual([]);
	});

	it.each([
		{ collection: "inspectionRows", filter: { station: "S1" }, sort: {} },
		{ collection: "inspectionRows", filter: { status: "sealed" }, sort: { updatedAt: -1 } },
		{ collection: "inspectionRows", filter: { vin: VIN, station: "S1" }, sort: { startedAt: -1, _id: -1 } },
		{ collection: "inspections", filter: { "record.vin": VIN }, sort: {} },
		{ collection: "exceptions", filter: {}, sort: { deadline: 1, _id: 1 } },
		{ collection: "observations", filter: { capture: SHA }, sort: {} },
	])("would not pass as $collection by $filter in the order $sort", async (query) => {
		expect(isDeclared({ method: "find", ...query }, await declaredCollections())).toBe(false);
		expect(isDeclared({ method: "aggregate", ...query }, await declaredCollections())).toBe(false);
	});

	describe.runIf(process.env.MONGODB_URI !== undefined)("on MongoDB itself", () => {
		it("is planned along an index and sorts nothing in memory", async () => {
			const connection = await mongoose.createConnection(database).asPromise();
			const bad: string[] = [];
			for (const { collection, method, filter, sort } of seen) {
				if (method !== "find" && method !== "findOne") continue;
				const plan = await connection
					.collection(collection)
					.find({ ...filter })
					.sort({ ...(sort as Record<string, 1 | -1>) })
					.explain("queryPlanner");
				const stages = stagesOf(
					(plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan,
				);
				// by `_id` there is a shorter way than an index scan; a collection nobody wrote to has no documents to scan
				const indexed = stages.some((stage) => /^(IXSCAN|IDHACK|EXPRESS_|CLUSTERED_IXSCAN|EOF)/.test(stage));
				if (!indexed || stages.includes("SORT") || stages.includes("COLLSCAN")) {
					bad.push(`${collection} ${JSON.stringify({ filter, sort })}: ${stages.join(" ← ")}`);
				}
			}
			await connection.close();
			expect(bad).toEqual([]);
		});
	});
});

/** Names of all stages of a plan, whichever engine executes it. */
function stagesOf(plan: unknown): string[] {
	if (typeof plan !== "object" || plan === null) return [];
	const { stage } = plan as { stage?: unknown };
	const below = Object.values(plan)
		.flatMap((part) => (Array.isArray(part) ? part : [part]))
		.flatMap(stagesOf);
	return [...(typeof stage === "string" ? [stage] : []), ...below];
}
