import { beforeEach, describe, expect, it } from "vitest";
import { ChainedAuditLog } from "../../src/audit/audit-log.js";
import { auditedStore } from "../../src/audit/audited-store.js";
import { storedChain } from "../../src/audit/verify-audit.js";
import { verifyChain } from "../../src/audit/verify-chain.js";
import type { Inspection } from "../../src/contracts/inspection.js";
import type { RetentionDays } from "../../src/contracts/retention.js";
import type { Store } from "../../src/persistence/store.js";
import { applyRetention, type RetentionDependencies } from "../../src/retention/retention.js";
import { finishedVehicle } from "../support/finished-vehicles.js";
import { createMemoryContentStore } from "../support/memory-content-store.js";
import { createMemoryStore } from "../support/memory-store.js";

const PLANT = "p";
const NOW = new Date("2026-06-01T00:00:00.000Z");
const OLD = "2026-01-01T00:00:00.000Z";
const YOUNG = "2026-05-25T00:00:00.000Z";
const MONTH: RetentionDays = { captures: 30, readings: 30, reports: 30 };
const HOLD = { by: "ben", at: YOUNG, reason: "recall 17" };

describe("retention", () => {
	let store: Store;
	let log: ChainedAuditLog;
	const captures = createMemoryContentStore();
	const reports = createMemoryContentStore();
	let deps: RetentionDependencies;

	/** A finished vehicle with pictures of its own and an archived report. */
	const archived = async (number: number, sealedAt: string, change: Partial<Inspection> = {}) => {
		const vehicle = finishedVehicle({ number, fate: "good", sealedAt });
		const own = await captures.put(Buffer.from(`picture ${number}`));
		const shared = await captures.put(Buffer.from("picture of the fixture"));
		const pictures = vehicle.captures.map((capture, i) => ({
			...capture,
			sha256: i === 0 ? own.sha256 : shared.sha256,
		}));
		const { sha256: pdf } = await reports.put(Buffer.from(`%PDF ${number}`));
		const { sha256: record } = await reports.put(Buffer.from(`{${number}}`));
		const report = { pdf, record, pages: 1, bytes: 5, sealedAt };
		await store.sealedReports.keep(vehicle.inspectionId, report);
		await store.inspections.project({ ...vehicle, captures: pictures, report, ...change });
		return { id: vehicle.inspectionId, own: own.sha256, shared: shared.sha256, pdf };
	};

	beforeEach(() => {
		const plain = createMemoryStore();
		log = new ChainedAuditLog(plain.audit, PLANT);
		store = auditedStore(plain, log);
		captures.contents.clear();
		reports.contents.clear();
		deps = {
			store,
			log,
			days: MONTH,
			removeCapture: async (sha256) => void captures.contents.delete(sha256),
			removeReport: async (sha256) => void reports.contents.delete(sha256),
			now: NOW,
			dryRun: false,
		};
	});

	const deletions = async (subject: string) =>
		(await store.audit.list({ subject, action: "deleted" }, null, 100)).items;
	const chain = async () => verifyChain(PLANT, await storedChain(store.audit), []);

	it("deletes what is due and leaves the proof: what, which digest, by which rule", async () => {
		const old = await archived(1, OLD);
		const result = await applyRetention(deps);
		expect(result.deleted.captures).toBeGreaterThan(0);
		expect(result.deleted.reports).toBe(2);
		expect(captures.contents.size).toBe(0);
		expect(reports.contents.size).toBe(0);
		const told = await deletions(old.id);
		expect(told.map(({ sha256 }) => sha256)).toEqual(expect.arrayContaining([old.own, old.pdf]));
		expect(new Set(told.map(({ why }) => why))).toEqual(
			new Set(["captures: 30 days after sealing", "reports: 30 days after sealing"]),
		);
		const dossier = await store.retention.get(old.id);
		expect(dossier?.deletions.map(({ sha256 }) => sha256)).toEqual(
			expect.arrayContaining([old.own, old.pdf]),
		);
		expect(dossier?.pending).toBe(false);
		expect(await chain()).toMatchObject({ broken: null });
		const again = await applyRetention(deps);
		expect(again.deleted).toEqual({ captures: 0, readings: 0, reports: 0 });
		expect((await deletions(old.id)).length).toBe(told.length);
	});

	it("keeps what is young, unsealed, held, without a rule, or needed by another inspection", async () => {
		const old = await archived(1, OLD);
		const young = await archived(2, YOUNG);
		const unsealed = await archived(3, OLD, { status: "reviewing", sealedAt: null, report: null });
		const held = await archived(4, OLD);
		await store.retention.setHold(held.id, HOLD);
		const result = await applyRetention({ ...deps, days: { ...MONTH, reports: null } });
		expect(result).toMatchObject({ inspections: 3, held: 1 });
		expect(result.shared).toBeGreaterThan(0);
		expect(captures.contents.has(old.own)).toBe(false);
		for (const kept of [young.own, unsealed.own, held.own, old.shared])
			expect(captures.contents.has(kept)).toBe(true);
		expect(reports.contents.size).toBe(8);
		await store.retention.liftHold(held.id, HOLD);
		await applyRetention(deps);
		expect(captures.contents.has(held.own)).toBe(false);
		const holds = await store.audit.list({ subject: held.id, who: "ben" }, null, 5);
		expect(holds.items.map(({ action, why }) => [action, why])).toEqual([
			["hold_lifted", "recall 17"],
			["hold_set", "recall 17"],
		]);
	});

	it("only says what would be deleted where that is all that is asked", async () => {
		await archived(1, OLD);
		const before = (await log.head()).seq;
		const told = await applyRetention({ ...deps, dryRun: true });
		expect(told.deleted.reports).toBe(2);
		expect(reports.contents.size).toBe(2);
		expect((await log.head()).seq).toBe(before);
		expect((await applyRetention(deps)).deleted).toEqual(told.deleted);
	});

	it("finishes what a run that died had announced", async () => {
		const old = await archived(1, OLD);
		const dying = { ...deps, removeCapture: () => Promise.reject(new Error("killed")) };
		await expect(applyRetention(dying)).rejects.toThrow("killed");
		const told = await deletions(old.id);
		expect(captures.contents.has(old.own)).toBe(true);
		await applyRetention(deps);
		expect(captures.contents.has(old.own)).toBe(false);
		expect((await deletions(old.id)).length).toBe(told.length);
		expect(await chain()).toMatchObject({ broken: null });
	});

	it("deletes nothing that a hold, set at the last moment, keeps", async () => {
		const old = await archived(1, OLD);
		const late = { ...store.retention, of: async () => [] };
		await store.retention.setHold(old.id, HOLD);
		await applyRetention({ ...deps, store: { ...store, retention: late } });
		expect(captures.contents.has(old.own)).toBe(true);
		expect((await store.audit.list({ subject: old.id, action: "not_done" }, null, 5)).items.length).toBe(1);
	});
});
