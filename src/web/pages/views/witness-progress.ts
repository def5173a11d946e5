import type { FindingOutcome } from "../../../contracts/finding.js";
import type { Inspection } from "../../../contracts/inspection.js";
import type { PlannedWitness } from "../../../contracts/plan.js";
import type { WitnessKind } from "../../../contracts/reading.js";

export const WITNESS_STATES = [
	"waiting",
	"reading",
	"retake",
	"read",
	"match",
	"mismatch",
	"conflict",
	"unreadable",
	"missing",
] as const;
export type WitnessState = (typeof WITNESS_STATES)[number];

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

export interface WitnessProgress {
	readonly id: string;
	readonly kind: WitnessKind;
	readonly label: PlannedWitness["label"];
	readonly state: WitnessState;
}

export function progressOf(inspection: Inspection): readonly WitnessProgress[] {
	return inspection.plan.witnesses.map(({ id, kind, label }) => ({
		id,
		kind,
		label,
		state: stateOfWitness(inspection, id),
	}));
}
