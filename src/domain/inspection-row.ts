import type { FindingOutcome } from "../contracts/finding.js";
import type { Inspection } from "../contracts/inspection.js";
import type { InspectionRow, WitnessProgress, WitnessState } from "../contracts/inspection-row.js";
import { isUnresolved } from "./judgement.js";

/** The outcome a person must see first where a witness has several. */
const GRAVEST_FIRST: readonly FindingOutcome[] = ["mismatch", "conflict", "missing", "unreadable", "match"];

function waitsForRetake(inspection: Inspection, witness: string): boolean {
	return inspection.exceptions.some(
		(exception) => exception.status === "awaiting_capture" && exception.finding.witness === witness,
	);
}

/** Where one planned witness stands on its way from capture to finding. */
export function stateOfWitness(inspection: Inspection, witness: string): WitnessState {
	if (waitsForRetake(inspection, witness)) return "retake";
	const outcomes = inspection.findings
		.filter((finding) => finding.witness === witness)
		.map((finding) => finding.outcome);
	const gravest = GRAVEST_FIRST.find((outcome) => outcomes.includes(outcome));
	if (gravest) return gravest;
	const observation = inspection.observations.findLast((summary) => summary.witness === witness);
	if (observation) return observation.retake === null ? "read" : "retake";
	return inspection.captures.some((capture) => capture.witness === witness) ? "reading" : "waiting";
}

/** Every planned witness with where it stands, in the plan's order. */
export function progressOf(inspection: Inspection): WitnessProgress[] {
	return inspection.plan.witnesses.map(({ id, kind, label }) => ({
		id,
		kind,
		label,
		state: stateOfWitness(inspection, id),
	}));
}

function stationsOf({ plan, captures, events }: Inspection): string[] {
	const trackedIn = events.filter(({ type }) => type === "track_in").map(({ by }) => by);
	const planned = plan.witnesses.map(({ station }) => station);
	return [...new Set([...planned, ...captures.map(({ station }) => station), ...trackedIn])];
}

/** The line of an inspection in lists. */
export function rowOf(inspection: Inspection): InspectionRow {
	const { record, plan, captures, events, exceptions } = inspection;
	const trackIn = events.find(({ type }) => type === "track_in");
	return {
		inspectionId: inspection.inspectionId,
		productionNumber: inspection.productionNumber,
		sequence: inspection.sequence,
		version: inspection.version,
		vin: record.vin,
		model: record.model,
		modelLabel: plan.label,
		station: captures.at(-1)?.station ?? trackIn?.detail.station ?? null,
		stations: stationsOf(inspection),
		status: inspection.status,
		disposition: inspection.disposition,
		closure: inspection.closure,
		witnesses: progressOf(inspection),
		capturedWitnesses: new Set(captures.map(({ witness }) => witness)).size,
		waitingExceptions: exceptions.filter(({ status }) => status === "open" || status === "awaiting_second")
			.length,
		openExceptions: exceptions.filter(isUnresolved).length,
		startedAt: inspection.startedAt,
		updatedAt: inspection.updatedAt,
		captureDeadline: inspection.captureDeadline,
		decisionDeadline: inspection.decisionDeadline,
		sealedAt: inspection.sealedAt,
	};
}
