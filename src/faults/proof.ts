import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { filedHeads } from "../audit/signed-heads.js";
import { verifyStoredAudit } from "../audit/verify-audit.js";
import type { Inspection } from "../contracts/inspection.js";
import { InspectionRecord } from "../contracts/report.js";
import { standingDecisions } from "../domain/review.js";
import type { Store } from "../persistence/store.js";
import { verifyReport } from "../signing/verify-report.js";
import type { ContentStore } from "../storage/content-store.js";
import { createFileContentStore } from "../storage/file-content-store.js";
import { readTrustedRoots } from "../supervision/trusted-root.js";
import type { Ledger } from "./line.js";
import { FAULTS_PLANT } from "./plant.js";
import type { LineVehicle } from "./vehicles.js";

/** One thing that was proved, over how many, and what speaks against it. */
export interface Claim {
	readonly claim: string;
	readonly checked: number;
	readonly broken: readonly string[];
}

export interface Proof {
	readonly claims: readonly Claim[];
	/** Signed PDFs on disk that no inspection names: left by a worker killed between signing and archiving. */
	readonly unnamedReports: number;
	readonly dispositions: Readonly<Record<string, number>>;
}

export interface Proving {
	readonly store: Store;
	readonly dataDir: string;
	readonly temporalAddress: string;
	readonly vehicles: readonly LineVehicle[];
	readonly ledger: Ledger;
}

/** The store catches up with the last workflows for this long before it is looked at. */
const SETTLE_WITHIN_MS = 60_000;

class Claims {
	readonly #claims = new Map<string, { checked: number; broken: string[] }>();

	check(claim: string, holds: boolean, otherwise: string): void {
		const entry = this.#claims.get(claim) ?? { checked: 0, broken: [] };
		entry.checked += 1;
		if (!holds) entry.broken.push(otherwise);
		this.#claims.set(claim, entry);
	}

	get all(): Claim[] {
		return [...this.#claims].map(([claim, entry]) => ({ claim, ...entry }));
	}
}

async function runsByWorkflow(address: string): Promise<Map<string, { runs: number; completed: number }>> {
	const connection = await Connection.connect({ address });
	try {
		const runs = new Map<string, { runs: number; completed: number }>();
		const client = new Client({ connection });
		for await (const { workflowId, status } of client.workflow.list({
			query: "WorkflowType = 'verifyVehicle'",
		})) {
			const entry = runs.get(workflowId) ?? { runs: 0, completed: 0 };
			entry.runs += 1;
			if (status.name === "COMPLETED") entry.completed += 1;
			runs.set(workflowId, entry);
		}
		return runs;
	} finally {
		await connection.close();
	}
}

async function sealedInspection(store: Store, inspectionId: string, end: number): Promise<Inspection | null> {
	for (;;) {
		const inspection = await store.inspections.get(inspectionId);
		if (inspection?.status === "sealed" || Date.now() > end) return inspection;
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}

const countOf = (inspection: Inspection, type: string) =>
	inspection.events.filter((event) => event.type === type).length;

function checkEvents(claims: Claims, inspection: Inspection): void {
	const { inspectionId: id, captures, observations, exceptions } = inspection;
	for (const type of ["track_in", "disposition_reached", "sealed"]) {
		const count = countOf(inspection, type);
		claims.check(`one ${type} an inspection`, count === 1, `${id}: ${count}`);
	}
	const digests = captures.map(({ sha256 }) => sha256);
	claims.check("each trigger is one capture", new Set(digests).size === digests.length, id);
	for (const digest of digests) {
		const count = observations.filter(({ capture }) => capture === digest).length;
		claims.check("one result for each trigger", count === 1, `${id}: ${count} of ${digest.slice(0, 12)}`);
	}
	for (const exception of exceptions) {
		const all = exception.decisions.map(({ decisionId }) => decisionId);
		claims.check("no decision twice", new Set(all).size === all.length, exception.exceptionId);
		const standing = standingDecisions(inspection, exception).filter(
			({ action }) => action === "confirm_discrepancy",
		);
		claims.check("one standing decision an exception", standing.length <= 1, exception.exceptionId);
	}
}

async function checkReport(
	claims: Claims,
	inspection: Inspection,
	{ store, dataDir }: Proving,
	reports: ContentStore,
): Promise<void> {
	const { inspectionId: id, report } = inspection;
	claims.check("every inspection has its report", report !== null, id);
	if (report === null) return;
	const standing = await store.sealedReports.get(id);
	claims.check("one report an inspection", standing?.pdf === report.pdf, `${id}: ${standing?.pdf ?? "none"}`);
	try {
		const trustedRoots = await readTrustedRoots(dataDir);
		const verification = await verifyReport(await reports.get(report.pdf), { trustedRoots });
		const failed = verification.checks.filter(({ ok }) => !ok).map(({ check }) => check);
		claims.check("every report verifies, with its audit chain", verification.valid, `${id}: ${failed}`);
		const record = InspectionRecord.parse(JSON.parse((await reports.get(report.record)).toString("utf8")));
		const reported = record.audit.map(({ at, type }) => `${at} ${type}`);
		const stored = inspection.events.map(({ at, type }) => `${at} ${type}`);
		const same = reported.every((event, i) => event === stored[i]) && stored.length === reported.length + 1;
		claims.check("the report tells what the store has", same, id);
	} catch (error) {
		claims.check("every report verifies, with its audit chain", false, `${id}: ${error}`);
	}
}

async function checkLedger(claims: Claims, proving: Proving, inspections: ReadonlyMap<string, Inspection>) {
	const captures = await createFileContentStore(join(proving.dataDir, "captures"));
	for (const { inspectionId, sha256 } of proving.ledger.accepted) {
		const held = inspections
			.get(inspectionId)
			?.captures.filter((capture) => capture.sha256 === sha256).length;
		const bytes = await captures.get(sha256).then(
			() => true,
			() => false,
		);
		claims.check("no accepted capture lost", held === 1 && bytes, `${inspectionId}: ${held}, bytes ${bytes}`);
	}
	for (const { exceptionId, decisionId } of proving.ledger.decided) {
		const inspection = inspections.get(exceptionId.slice(0, exceptionId.indexOf("~")));
		const exception = inspection?.exceptions.find((one) => one.exceptionId === exceptionId);
		const count = exception?.decisions.filter((one) => one.decisionId === decisionId).length;
		claims.check("no answered decision lost or doubled", count === 1, `${exceptionId}: ${count}`);
	}
}

async function filesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Holds what clients were told against the store, the workflows, the bytes on disk and the reports. */
export async function prove(proving: Proving): Promise<Proof> {
	const { store, vehicles, ledger, dataDir, temporalAddress } = proving;
	const claims = new Claims();
	const runs = await runsByWorkflow(temporalAddress);
	const reports = await createFileContentStore(join(dataDir, "reports"));
	const inspections = new Map<string, Inspection>();
	const dispositions: Record<string, number> = {};
	const end = Date.now() + SETTLE_WITHIN_MS;
	for (const { inspectionId, shows, agrees } of vehicles) {
		const inspection = await sealedInspection(store, inspectionId, end);
		const sealed = inspection?.status === "sealed";
		const stuck = ledger.stuck.find((one) => one.inspectionId === inspectionId);
		claims.check(
			"every inspection comes to its end",
			sealed && stuck === undefined,
			`${inspectionId}: ${inspection?.status ?? "absent"} ${stuck?.why ?? ""}`,
		);
		const workflow = runs.get(inspectionId);
		// A run whose store was away at the track-in fails before it has opened anything; the station asks again.
		const once = workflow?.completed === 1;
		claims.check("one completed workflow a vehicle", once, `${inspectionId}: ${JSON.stringify(workflow)}`);
		if (!inspection) continue;
		inspections.set(inspectionId, inspection);
		if (!sealed) continue;
		dispositions[`${inspection.disposition}`] = (dispositions[`${inspection.disposition}`] ?? 0) + 1;
		const passes = shows === "gear" && agrees;
		claims.check(
			"only what agrees with its record passes",
			passes === (inspection.disposition === "pass"),
			`${inspectionId}: ${inspection.disposition}`,
		);
		checkEvents(claims, inspection);
		await checkReport(claims, inspection, proving, reports);
	}
	await checkLedger(claims, proving, inspections);
	const sealed = [...inspections.values()].filter(({ status }) => status === "sealed");
	const buckets = await store.statistics.buckets(
		FAULTS_PLANT,
		"hour",
		"2000-01-01T00:00:00.000Z",
		"2999-01-01T00:00:00.000Z",
	);
	const counted = buckets
		.filter(({ station }) => station === "*")
		.reduce((sum, b) => sum + b.tally.vehicles, 0);
	claims.check("statistics count each once", counted === sealed.length, `${counted} of ${sealed.length}`);
	const counts = await store.inspections.counts();
	claims.check(
		"lists count each once",
		counts.sealed === sealed.length,
		`${counts.sealed} of ${sealed.length}`,
	);
	const filed = await filedHeads(dataDir);
	const roots = await readTrustedRoots(dataDir);
	const chain = await verifyStoredAudit(store.audit, { plant: FAULTS_PLANT, filed, roots });
	claims.check(
		"the plant's audit chain verifies",
		chain.valid,
		chain.broken === null ? "" : `link ${chain.broken.seq}: ${chain.broken.explanation.en}`,
	);
	const named = new Set(sealed.flatMap(({ report }) => (report ? [report.pdf, report.record] : [])));
	const files = (await filesBelow(join(dataDir, "reports"))).filter((name) => /^[0-9a-f]{64}$/.test(name));
	return {
		claims: claims.all,
		unnamedReports: files.filter((name) => !named.has(name)).length,
		dispositions,
	};
}
