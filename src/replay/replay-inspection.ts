import type { Inspection, InspectionEvent } from "../contracts/inspection.js";
import type { Sha256 } from "../contracts/primitives.js";
import type { Observation, ObservationSummary } from "../contracts/reading.js";
import type { ReplayResult } from "../contracts/replay.js";
import { InspectionRecord } from "../contracts/report.js";
import { VinspectError } from "../domain/errors.js";
import { summaryOf, unreadSummary } from "../domain/observation-summary.js";
import { fieldsForRules } from "../domain/rules/index.js";
import type { Store } from "../persistence/store.js";
import { wellFormed } from "../reporting/canonical-json.js";
import type { ContentStore } from "../storage/content-store.js";
import type { Inspector } from "../vision/inspector.js";
import { Differences } from "./differences.js";
import { judgeAgain } from "./judge-again.js";

type Witnessed = Observation & { readonly witness: string };

export interface ReplayDependencies {
	readonly store: Pick<Store, "inspections" | "observations" | "records" | "plans" | "sealedReports">;
	readonly captures: Pick<ContentStore, "get">;
	readonly reports: Pick<ContentStore, "get">;
	readonly inspector: Pick<Inspector, "inspect">;
	/** Name, version and rules of this program. */
	readonly judgedBy: string;
}

/** What is replayed: an inspection as it was, and what was seen in its captures. */
interface Past {
	readonly inspection: Inspection;
	readonly observations: readonly Witnessed[];
	readonly basis: ReplayResult["basis"];
}

/** Members of an inspection that are settled when its report is sealed. */
const SETTLED = [
	"record",
	"plan",
	"captures",
	"observations",
	"findings",
	"exceptions",
	"disposition",
] as const;

/** The signed record where there is one; what the store says otherwise is a difference. */
async function pastOf(deps: ReplayDependencies, inspectionId: string, found: Differences): Promise<Past> {
	const { store, reports } = deps;
	const stored = await store.inspections.get(inspectionId);
	if (!stored) throw new VinspectError("inspection_missing", `There is no inspection ${inspectionId}.`);
	const observations = await store.observations.of(inspectionId);
	const sealed = await store.sealedReports.get(inspectionId);
	const bytes = sealed ? await reports.get(sealed.record).catch(() => null) : null;
	if (sealed && !bytes) found.add("history", "signed record", sealed.record, "not archived, or changed");
	if (!bytes) return { inspection: stored, observations, basis: "store" };
	const record = InspectionRecord.parse(JSON.parse(bytes.toString("utf8")));
	const events = record.audit.map(({ prev: _prev, hash: _hash, ...event }): InspectionEvent => event);
	for (const member of SETTLED)
		found.compare("history", `store.${member}`, record.inspection[member], wellFormed(stored[member]));
	found.compare("history", "store.events", events, wellFormed(stored.events.slice(0, events.length)));
	found.compare("history", "store.observations", record.observations, wellFormed(observations));
	return {
		inspection: { ...record.inspection, events, report: null },
		observations: record.observations,
		basis: "signed_record",
	};
}

async function comparePinned({ store }: ReplayDependencies, past: Inspection, found: Differences) {
	const { plant, productionNumber, record, plan } = past;
	const revisions = await store.records.revisions(plant, productionNumber);
	const kept = revisions.find(({ revision }) => revision === record.revision);
	found.compare("record", `revision ${record.revision}`, record, wellFormed(kept) ?? null);
	const plans = await store.plans.list(plant);
	const keptPlan = plans.find(({ model, revision }) => model === plan.model && revision === plan.revision);
	found.compare("plan", `${plan.model} revision ${plan.revision}`, plan, wellFormed(keptPlan) ?? null);
}

/** Reads the captures again, each once for each witness it was read for. */
class SecondSight {
	readonly #seen = new Map<string, ObservationSummary>();
	read = 0;
	notReplayed = 0;

	constructor(
		private readonly deps: ReplayDependencies,
		private readonly past: Past,
		private readonly found: Differences,
	) {}

	of({ detail }: InspectionEvent): ObservationSummary | undefined {
		return this.#seen.get(`${detail.witness}/${detail.sha256}`);
	}

	async all(): Promise<void> {
		for (const summary of this.past.inspection.observations) {
			const seen = await this.#again(summary);
			this.#seen.set(`${summary.witness}/${summary.capture}`, seen);
			this.found.compare("reading", `${summary.witness} as judged`, summary, seen);
		}
	}

	async #again(summary: ObservationSummary): Promise<ObservationSummary> {
		const { plan } = this.past.inspection;
		const { witness, kind, capture, observedAt } = summary;
		const then = this.past.observations.find((one) => one.witness === witness && one.capture === capture);
		if (summary.refusal === "not_read" && !then) {
			this.notReplayed += 1;
			return summary;
		}
		const picture = await this.#picture(witness, capture);
		if (!picture) return unreadSummary(summary, "undecodable", observedAt);
		const planned = plan.witnesses.find(({ id }) => id === witness)?.fields ?? [];
		const fields = [...new Set([...planned, ...fieldsForRules(plan)])];
		try {
			const now = await this.deps.inspector.inspect(picture, kind);
			this.read += 1;
			this.#compare(witness, then, now);
			return wellFormed(summaryOf({ witness, kind, fields, capture }, now, observedAt)) as ObservationSummary;
		} catch (error) {
			if (!(error instanceof VinspectError) || !error.code.startsWith("picture_")) throw error;
			return unreadSummary(summary, "undecodable", observedAt);
		}
	}

	async #picture(witness: string, capture: Sha256): Promise<Buffer | null> {
		try {
			return await this.deps.captures.get(capture);
		} catch (error) {
			if (!(error instanceof VinspectError) || error.code !== "capture_missing") throw error;
			this.found.add("capture", witness, capture, error.message);
			return null;
		}
	}

	#compare(witness: string, then: Witnessed | undefined, now: Observation): void {
		if (!then) {
			this.found.add("reading", witness, "nothing kept", "an observation");
			return;
		}
		// How long it took is of that day.
		const { readers, ms: _ms, witness: _witness, ...seen } = then;
		const { readers: readersNow, ms: _msNow, ...seenNow } = wellFormed(now) as Observation;
		for (const name of new Set([...Object.keys(readers), ...Object.keys(readersNow)])) {
			if (readers[name] !== readersNow[name])
				this.found.add("model", `${witness}: ${name}`, readers[name], readersNow[name]);
		}
		this.found.compare("reading", witness, seen, seenNow);
	}
}

/**
 * Computes an inspection's readings and findings anew from its captures, models and pinned revisions, and says whether
 * they are bit for bit what they were. Errors: `inspection_missing`, `store_unavailable`.
 */
export async function replayInspection(
	deps: ReplayDependencies,
	inspectionId: string,
): Promise<ReplayResult> {
	const found = new Differences();
	const past = await pastOf(deps, inspectionId, found);
	const then = past.inspection;
	if (then.judgedBy !== deps.judgedBy) found.add("software", "judgedBy", then.judgedBy, deps.judgedBy);
	await comparePinned(deps, then, found);
	const sight = new SecondSight(deps, past, found);
	await sight.all();
	const now = wellFormed(judgeAgain(then, (event) => sight.of(event))) as Inspection;
	found.compare("finding", "findings", then.findings, now.findings);
	found.compare("exception", "exceptions", then.exceptions, now.exceptions);
	const judged = then.events.filter(({ type }) => type !== "sealed");
	found.compare("event", "events", judged, now.events);
	found.compare("disposition", "disposition", then.disposition, now.disposition);
	found.compare("disposition", "closure", then.closure, now.closure);
	return {
		inspectionId,
		same: found.none,
		onlyNumbers: !found.none && found.onlyNumbers,
		largestDifference: found.largest,
		basis: past.basis,
		captures: sight.read,
		notReplayed: sight.notReplayed,
		disposition: { was: then.disposition, now: now.disposition },
		differences: found.listed,
		more: found.more,
	};
}
