import { X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createAuditActivities } from "../../activities/audit.js";
import { exportAudit, exportedChain } from "../../src/audit/audit-file.js";
import { ChainedAuditLog } from "../../src/audit/audit-log.js";
import { auditedStore } from "../../src/audit/audited-store.js";
import { genesisOfPlant, linkEvents } from "../../src/audit/plant-chain.js";
import { headsOfReports, reportsInFolder, storedReports } from "../../src/audit/report-heads.js";
import { filedHeads, signHead } from "../../src/audit/signed-heads.js";
import { verifyAudit, verifyStoredAudit } from "../../src/audit/verify-audit.js";
import type { AuditEvent } from "../../src/contracts/audit.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { openSigner, type Signer } from "../../src/signing/signer.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import { publishTrustedRoots, readTrustedRoots } from "../../src/supervision/trusted-root.js";
import { AUDITED_PLANT, draftNumbered } from "../support/audit-drafts.js";
import { sampleInspection } from "../support/sample-inspection.js";
import { PLAN, RECORD } from "../support/sample-vehicle.js";
import { uniqueDatabase } from "../support/servers.js";

/** A plant's store of its own, with its key and its folder. */
class AuditedPlant {
	private constructor(
		readonly uri: string,
		readonly folder: string,
		readonly store: Store,
		readonly log: ChainedAuditLog,
		readonly signer: Signer,
	) {}

	static async open(): Promise<AuditedPlant> {
		const uri = uniqueDatabase(inject("mongoUri"));
		const folder = await mkdtemp(join(tmpdir(), "vinspect-audit-"));
		const plain = await connectStore(uri);
		const log = new ChainedAuditLog(plain.audit, AUDITED_PLANT);
		const signer = await openSigner({ folder: join(folder, "keys"), plant: AUDITED_PLANT });
		await publishTrustedRoots(folder, signer.certificates.slice(-1));
		return new AuditedPlant(uri, folder, auditedStore(plain, log), log, signer);
	}

	get activities() {
		const { log, signer, folder, store } = this;
		return createAuditActivities({ store: store.audit, log, signer, plant: AUDITED_PLANT, dataDir: folder });
	}

	async verify() {
		const filed = await filedHeads(this.folder);
		const roots = await readTrustedRoots(this.folder);
		return verifyStoredAudit(this.store.audit, { plant: AUDITED_PLANT, filed, roots });
	}

	/** What who writes the store can do: everything. */
	async asItsWriter(work: (database: mongoose.mongo.Db) => Promise<unknown>): Promise<void> {
		const connection = await mongoose.createConnection(this.uri).asPromise();
		try {
			if (connection.db) await work(connection.db);
		} finally {
			await connection.close();
		}
	}

	async close(): Promise<void> {
		await this.store.close();
		await rm(this.folder, { recursive: true, force: true });
	}
}

const numbers = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, i) => draftNumbered(from + i));
const stored = ({ seq, ...event }: AuditEvent) => ({ _id: seq as never, ...event });

describe("the plant's audit chain in the store", () => {
	let plant: AuditedPlant;
	beforeAll(async () => {
		plant = await AuditedPlant.open();
	});
	afterAll(() => plant.close());

	it("loses and doubles nothing where several processes tell at once", async () => {
		const stores = await Promise.all(Array.from({ length: 3 }, () => connectStore(plant.uri)));
		const logs = stores.map(({ audit }) => new ChainedAuditLog(audit, AUDITED_PLANT));
		await Promise.all(
			Array.from({ length: 200 }, (_, i) => logs[i % 3]?.append([draftNumbered(i), draftNumbered(i + 1)])),
		);
		await Promise.all(stores.map((store) => store.close()));
		expect(await plant.verify()).toMatchObject({ valid: true, events: 201, broken: null });
	});

	it("lists the newest first, by page, and what one person did to one thing", async () => {
		const { audit } = plant.store;
		const first = await audit.list({}, null, 50);
		expect(first.items.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => 201 - i));
		const second = await audit.list({}, first.next, 600);
		expect(second.items.at(0)?.seq).toBe(151);
		expect(second.items.at(-1)?.seq).toBe(1);
		expect(second.next).toBeNull();
		const found = await audit.list({ subject: "I-7", who: "anna", action: "decided" }, null, 5);
		expect(found.items.map(({ subject }) => subject)).toEqual(["I-7"]);
		const page = await audit.list({ who: "anna" }, null, 10);
		const next = await audit.list({ who: "anna" }, page.next, 1);
		expect(next.items.at(0)?.seq).toBe((page.items.at(-1)?.seq ?? 0) - 1);
		await expect(audit.list({ who: "anna" }, "x", 1)).rejects.toMatchObject({ code: "request_invalid" });
	});
});

describe("changes of the store", () => {
	let plant: AuditedPlant;
	beforeAll(async () => {
		plant = await AuditedPlant.open();
	});
	afterAll(() => plant.close());
	const told = async () => (await plant.store.audit.list({}, null, 100)).items.toReversed();

	it("are told before they are made, with who, what and its digest, and told again where they did not come about", async () => {
		await plant.store.records.save("DEMO", RECORD, "anna");
		await plant.store.records.save("DEMO", RECORD, "anna");
		await plant.store.plans.save("DEMO", PLAN, "released", "eva");
		await expect(plant.store.plans.save("DEMO", PLAN, "released", "eva", 7)).rejects.toThrow();
		const account = {
			name: "cora",
			role: "operator",
			displayName: "Cora",
			secretHash: "h1",
			disabled: false,
		} as const;
		expect(await plant.store.accounts.create(account)).toBe(true);
		expect(await plant.store.accounts.create(account)).toBe(false);
		const events = await told();
		expect(events.map(({ action, who, subject }) => [action, who, subject])).toEqual([
			["record_saved", "anna", RECORD.productionNumber],
			["record_saved", "anna", RECORD.productionNumber],
			["not_done", "anna", RECORD.productionNumber],
			["plan_saved", "eva", PLAN.model],
			["plan_saved", "eva", PLAN.model],
			["not_done", "eva", PLAN.model],
			["account_created", "vinspect", "cora"],
			["account_created", "vinspect", "cora"],
			["not_done", "vinspect", "cora"],
		]);
		expect(events.filter(({ sha256 }) => sha256 === null)).toEqual([]);
		expect(JSON.stringify(events)).not.toContain("h1");
		expect(await plant.verify()).toMatchObject({ valid: true });
	});

	it("are not made where they can't be told", async () => {
		const plain = await connectStore(plant.uri);
		const deaf = auditedStore(plain, {
			append: () => Promise.reject(new Error("deaf")),
			head: plant.log.head,
		});
		await expect(deaf.records.save("DEMO", { ...RECORD, productionNumber: "P-9" }, "anna")).rejects.toThrow(
			"deaf",
		);
		expect(await plain.records.latest("DEMO", "P-9")).toBeNull();
		await plain.close();
	});
});

describe("signed heads", () => {
	let plant: AuditedPlant;
	let whole: AuditEvent[];
	beforeAll(async () => {
		plant = await AuditedPlant.open();
		await plant.log.append(numbers(1, 30));
		await plant.activities.signAuditHead();
		await plant.log.append(numbers(31, 60));
		await plant.activities.signAuditHead();
		await plant.activities.signAuditHead();
		whole = [...(await plant.store.audit.from(1, 100))];
	});
	afterAll(() => plant.close());

	it("are kept in the store and filed beside the data, once for each end", async () => {
		expect((await plant.store.audit.signedHeads()).map(({ seq }) => seq)).toEqual([30, 60]);
		expect((await filedHeads(plant.folder)).heads.map(({ seq }) => seq)).toEqual([30, 60]);
		expect(await plant.verify()).toMatchObject({
			valid: true,
			events: 60,
			signedHeads: 2,
			lastSigned: { seq: 60 },
		});
		expect(await plant.activities.verifyAuditChain()).toBe(true);
		expect(await plant.store.audit.lastVerification()).toMatchObject({ valid: true, events: 60 });
	});

	it("go with an export, which says the same", async () => {
		const file = join(plant.folder, "export.jsonl");
		const signedHeads = await plant.store.audit.signedHeads();
		expect(await exportAudit(plant.store.audit, AUDITED_PLANT, signedHeads, file)).toBe(60);
		const exported = await exportedChain(file);
		const roots = plant.signer.certificates.slice(-1).map((raw) => new X509Certificate(raw));
		const result = await verifyAudit({ ...exported, signed: exported.signedHeads, roots });
		expect(result).toMatchObject({ valid: true, events: 60, signedHeads: 2 });
		expect(await verifyAudit({ ...exported, signed: exported.signedHeads, roots: [] })).toMatchObject({
			valid: false,
			broken: { fault: "head_forged" },
		});
	});

	it("catch the store's writer, who rewrites the whole collection so that it holds in itself", async () => {
		const drafts = whole.map(({ seq: _seq, prev: _prev, hash: _hash, ...draft }) => draft);
		const forged = linkEvents(
			genesisOfPlant(AUDITED_PLANT),
			drafts.map((draft) => (draft.subject === "I-40" ? { ...draft, why: "never seen" } : draft)),
		);
		const end = forged.at(-1);
		await plant.asItsWriter(async (database) => {
			await database.collection("auditEvents").deleteMany({});
			await database.collection("auditEvents").insertMany(forged.map(stored));
			await database
				.collection("auditState")
				.updateOne({ _id: "head" as never }, { $set: { hash: end?.hash } });
			// even what the store itself keeps of the signatures
			await database.collection("auditHeads").deleteMany({});
		});
		expect(await plant.verify()).toMatchObject({
			valid: false,
			broken: { seq: 31, fault: "rewritten" },
		});
	});

	it("catch one who signs the rewritten end with a key of their own", async () => {
		const foreign = await openSigner({ folder: join(plant.folder, "foreign"), plant: AUDITED_PLANT });
		const [last] = (await plant.store.audit.list({}, null, 1)).items;
		if (!last) throw new Error("the chain is empty");
		const signed = await signHead({ seq: last.seq, hash: last.hash }, AUDITED_PLANT, new Date(), foreign);
		await plant.asItsWriter((database) =>
			database.collection("auditHeads").insertOne({ _id: last.seq as never, ...signed }),
		);
		const roots = await readTrustedRoots(plant.folder);
		const nothingFiled = { heads: [], damaged: null };
		expect(
			await verifyStoredAudit(plant.store.audit, { plant: AUDITED_PLANT, filed: nothingFiled, roots }),
		).toMatchObject({ valid: false, broken: { seq: 60, fault: "head_forged" } });
	});

	it("tell what was cut off at the end, and what the store holds beside the chain", async () => {
		await plant.asItsWriter(async (database) => {
			const events = database.collection("auditEvents");
			await events.deleteMany({});
			await database.collection("auditHeads").deleteMany({});
			await events.insertMany(whole.slice(0, 50).map(stored));
		});
		expect((await plant.verify()).broken).toMatchObject({ seq: 51, fault: "cut_off" });
		await plant.asItsWriter(async (database) => {
			const events = database.collection("auditEvents");
			await events.insertMany(whole.slice(50).map(stored));
			await events.insertOne({ ...whole[0], _id: 0 as never, eventId: "beside" });
		});
		expect((await plant.verify()).broken).toMatchObject({ seq: 61, fault: "inserted" });
	});
});

describe("heads signed into reports", () => {
	let plant: AuditedPlant;
	let pdf: Buffer;
	let roots: X509Certificate[];
	const inspectionId = () => `${AUDITED_PLANT}-sealed`;

	/** Seals the sample inspection in this plant, at the chain's present end. */
	const sealed = async (): Promise<Buffer> => {
		const { inspection, observations, pictures } = await sampleInspection({ outcome: "pass" });
		const here = { ...inspection, inspectionId: inspectionId(), plant: AUDITED_PLANT };
		const record = buildInspectionRecord(here, observations, await plant.log.head());
		const sealer = createReportSealer({ signer: plant.signer, timeStamping: null });
		try {
			const picture = async (sha256: string) => pictures.get(sha256) ?? Buffer.alloc(0);
			return Buffer.from((await sealer.seal(record, picture)).pdf);
		} finally {
			await sealer.close();
		}
	};
	const verifiedWith = async (folder: string) =>
		verifyStoredAudit(plant.store.audit, {
			plant: AUDITED_PLANT,
			filed: await filedHeads(plant.folder),
			roots,
			reports: await headsOfReports(reportsInFolder(folder), AUDITED_PLANT, roots),
		});
	let folder: string;

	beforeAll(async () => {
		plant = await AuditedPlant.open();
		roots = [...(await readTrustedRoots(plant.folder))];
		await plant.log.append(numbers(1, 30));
		await plant.activities.signAuditHead();
		await plant.log.append(numbers(31, 50));
		pdf = await sealed();
		await plant.log.append(numbers(51, 60));
		folder = join(plant.folder, "handed-over");
		await mkdir(join(folder, "november"), { recursive: true });
		await writeFile(join(folder, "november", "report.pdf"), pdf);
		await writeFile(join(folder, "list.txt"), "no report");
	});
	afterAll(() => plant.close());

	it("agree with the chain they were taken from, in a folder and where the plant keeps them", async () => {
		expect(await verifiedWith(folder)).toMatchObject({ valid: true, signedHeads: 1, reports: 1, events: 60 });
		const contents = await createFileContentStore(join(plant.folder, "reports"));
		await contents.put(pdf);
		await contents.put(Buffer.from("{}"));
		const kept = await headsOfReports(storedReports(contents), AUDITED_PLANT, roots);
		expect(kept).toMatchObject({ forged: null, heads: [{ seq: 50 }] });
	});

	it("name a report that was changed, and one of another plant, as vouching for nothing", async () => {
		const spoilt = join(plant.folder, "spoilt");
		await mkdir(spoilt);
		const bytes = Buffer.from(pdf);
		bytes[2000] = (bytes[2000] ?? 0) ^ 1;
		await writeFile(join(spoilt, "changed.pdf"), bytes);
		const report = expect.stringContaining("changed.pdf");
		expect(await verifiedWith(spoilt)).toMatchObject({
			valid: false,
			reports: 0,
			broken: { fault: "head_forged", report },
		});
		const elsewhere = await headsOfReports(reportsInFolder(folder), "OTHER", roots);
		expect(elsewhere).toMatchObject({ heads: [], forged: { fault: "head_forged" } });
	});

	it("catch a chain rewritten since the last signed head, with every signed head behind it taken away", async () => {
		await plant.activities.signAuditHead();
		const file = join(plant.folder, "audit-heads.jsonl");
		const [first] = (await readFile(file, "utf8")).split("\n");
		const whole = [...(await plant.store.audit.from(1, 100))];
		const forged = linkEvents(
			genesisOfPlant(AUDITED_PLANT),
			whole
				.map(({ seq: _seq, prev: _prev, hash: _hash, ...draft }) => draft)
				.map((draft) => (draft.subject === "I-40" ? { ...draft, why: "never seen" } : draft)),
		);
		await plant.asItsWriter(async (database) => {
			await database.collection("auditEvents").deleteMany({});
			await database.collection("auditEvents").insertMany(forged.map(stored));
			await database
				.collection("auditState")
				.updateOne({ _id: "head" as never }, { $set: { hash: forged.at(-1)?.hash } });
			await database.collection("auditHeads").deleteMany({ seq: { $gt: 30 } });
			await database.collection("auditState").deleteOne({ _id: "signed" as never });
		});
		await writeFile(file, `${first}\n`);
		expect(await plant.verify()).toMatchObject({ valid: true, signedHeads: 1, events: 60 });
		expect(await verifiedWith(folder)).toMatchObject({
			valid: false,
			broken: { seq: 31, fault: "rewritten", report: `${inspectionId()} (november/report.pdf)` },
		});
	});

	it("catch an end that was cut off before the report", async () => {
		await plant.asItsWriter(async (database) => {
			await database.collection("auditEvents").deleteMany({ _id: { $gt: 40 as never } });
			const [last] = await database
				.collection("auditEvents")
				.find({ _id: 40 as never })
				.toArray();
			await database
				.collection("auditState")
				.updateOne({ _id: "head" as never }, { $set: { seq: 40, hash: last?.hash } });
		});
		expect(await plant.verify()).toMatchObject({ valid: true, events: 40 });
		expect(await verifiedWith(folder)).toMatchObject({
			broken: { seq: 41, fault: "cut_off", report: expect.stringContaining("november/report.pdf") },
		});
	});
});
