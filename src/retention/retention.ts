import { currentActor } from "../audit/acting.js";
import type { AuditLog } from "../audit/audit-log.js";
import { auditDraft, digestOf } from "../audit/draft.js";
import type { Inspection } from "../contracts/inspection.js";
import type { Sha256 } from "../contracts/primitives.js";
import {
	type Deletion,
	RetentionClass,
	type RetentionDays,
	type RetentionResult,
} from "../contracts/retention.js";
import type { Store } from "../persistence/store.js";

const PAGE = 200;
const DAY = 24 * 60 * 60_000;

export interface RetentionDependencies {
	readonly store: Pick<
		Store,
		"inspections" | "retention" | "observations" | "sealedReports" | "countersignatures"
	>;
	readonly log: AuditLog;
	readonly days: RetentionDays;
	/** Takes contents out of where they are stored; what is not there is no error. */
	readonly removeCapture: (sha256: Sha256) => Promise<void>;
	readonly removeReport: (sha256: Sha256) => Promise<void>;
	readonly now: Date;
	readonly dryRun: boolean;
}

/** What a rule says of an inspection: since when its class is due; null where it is not. */
function dueRule(
	inspection: Inspection,
	kind: RetentionClass,
	days: RetentionDays,
	now: Date,
): string | null {
	const limit = days[kind];
	const { status, sealedAt } = inspection;
	if (limit === null || status !== "sealed" || sealedAt === null) return null;
	return Date.parse(sealedAt) + limit * DAY <= now.getTime() ? `${kind}: ${limit} days after sealing` : null;
}

async function* everyInspection({ store }: RetentionDependencies): AsyncIterable<readonly Inspection[]> {
	for (let after: string | null = null; ; ) {
		const page = await store.inspections.list({}, after, PAGE);
		yield page.items;
		if (page.next === null) return;
		after = page.next;
	}
}

/** Pictures that an inspection still needs: not due, held or not sealed. Stations may send the same bytes twice. */
async function neededCaptures(deps: RetentionDependencies): Promise<ReadonlySet<Sha256>> {
	const needed = new Set<Sha256>();
	for await (const inspections of everyInspection(deps)) {
		const held = await heldOf(deps, inspections);
		for (const inspection of inspections) {
			const due = dueRule(inspection, "captures", deps.days, deps.now) !== null;
			if (due && !held.has(inspection.inspectionId)) continue;
			for (const { sha256 } of inspection.captures) needed.add(sha256);
		}
	}
	return needed;
}

async function heldOf({ store }: RetentionDependencies, inspections: readonly Inspection[]) {
	const known = await store.retention.of(inspections.map(({ inspectionId }) => inspectionId));
	return new Set(known.filter(({ hold }) => hold !== null).map(({ inspectionId }) => inspectionId));
}

/** What of an inspection its classes are. */
async function contentsOf(
	{ store }: RetentionDependencies,
	inspection: Inspection,
	kind: RetentionClass,
): Promise<readonly { readonly sha256: Sha256; readonly what: string }[]> {
	const { inspectionId } = inspection;
	switch (kind) {
		case "captures":
			return inspection.captures.map(({ sha256, witness }) => ({ sha256, what: witness }));
		case "readings":
			return (await store.observations.of(inspectionId)).map((one) => ({
				sha256: digestOf(one),
				what: `${one.witness}/${one.capture}`,
			}));
		case "reports": {
			const sealed = await store.sealedReports.get(inspectionId);
			const signed = await store.countersignatures.get(inspectionId);
			return [
				...(sealed ? [{ sha256: sealed.pdf, what: "report.pdf" }] : []),
				...(sealed ? [{ sha256: sealed.record, what: "record.json" }] : []),
				...(signed ? [{ sha256: signed.pdf, what: "countersigned.pdf" }] : []),
			];
		}
	}
}

/**
 * Deletes what is due by the rules, of sealed inspections that nobody holds. The chain is told first, then the dossier,
 * then it is deleted: what dies in between leaves a proof too many, which the next run makes true, never a deletion
 * without one. The chain itself is never shortened: its events speak of digests, not of contents.
 */
export async function applyRetention(deps: RetentionDependencies): Promise<RetentionResult> {
	const { store, log, days, now, dryRun } = deps;
	const needed = days.captures === null ? new Set<Sha256>() : await neededCaptures(deps);
	const deleted: Record<RetentionClass, number> = { captures: 0, readings: 0, reports: 0 };
	const counts = { inspections: 0, held: 0, shared: 0 };
	const at = now.toISOString();

	const due = async (inspection: Inspection): Promise<Deletion[]> => {
		const known = await store.retention.get(inspection.inspectionId);
		// Noted by a run that died before it had deleted: told and noted again changes nothing, and then it goes.
		const deletions: Deletion[] = known?.pending ? [...known.deletions] : [];
		for (const kind of RetentionClass.options) {
			const rule = dueRule(inspection, kind, days, now);
			if (rule === null) continue;
			for (const { sha256, what } of await contentsOf(deps, inspection, kind)) {
				if (known?.deletions.some((one) => one.sha256 === sha256 && one.what === what)) continue;
				if (kind === "captures" && needed.has(sha256)) counts.shared += 1;
				else deletions.push({ class: kind, sha256, what, rule, at });
			}
		}
		return deletions;
	};

	const remove = async (inspection: Inspection, deletions: readonly Deletion[]): Promise<void> => {
		const { inspectionId } = inspection;
		await log.append(
			deletions.map(({ class: kind, sha256, what, rule }) =>
				auditDraft(currentActor(), "deleted", inspectionId, {
					eventId: `deleted/${inspectionId}/${kind}/${what}/${sha256}`,
					at,
					why: rule,
					sha256,
					detail: { class: kind, what },
				}),
			),
		);
		if (!(await store.retention.noteDeletions(inspectionId, deletions))) {
			const why = "somebody set a legal hold at the same moment";
			await log.append([
				auditDraft(currentActor(), "not_done", inspectionId, { why, detail: { action: "deleted" } }),
			]);
			return;
		}
		for (const { class: kind, sha256, what } of deletions) {
			if (kind === "captures") await deps.removeCapture(sha256);
			else if (kind === "reports") await deps.removeReport(sha256);
			else await store.observations.remove(inspectionId, what);
			deleted[kind] += 1;
		}
		await store.retention.finishDeletions(inspectionId);
	};

	for await (const inspections of everyInspection(deps)) {
		const held = await heldOf(deps, inspections);
		for (const inspection of inspections) {
			if (inspection.status !== "sealed") continue;
			counts.inspections += 1;
			if (held.has(inspection.inspectionId)) counts.held += 1;
			else {
				const deletions = await due(inspection);
				if (dryRun) for (const { class: kind } of deletions) deleted[kind] += 1;
				else if (deletions.length > 0) await remove(inspection, deletions);
			}
		}
	}
	return { dryRun, ...counts, deleted };
}
