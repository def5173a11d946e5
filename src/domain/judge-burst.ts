import type { Finding, FindingOutcome } from "../contracts/finding.js";
import type { FieldValue, ObservationSummary, WitnessKind } from "../contracts/reading.js";
import { judgeWitness } from "./judge-witness.js";

/** What captures of one witness come to, held against what is expected of it. */
export interface BurstVerdict {
	/** The worst of the findings on what the captures state. */
	readonly verdict: FindingOutcome;
	/** As an inspection would hold them: on the witness, on the field, on a code beside it, on a gear's condition. */
	readonly findings: readonly Finding[];
	/** The finding the verdict rests on: that on the field asked for, unless another is worse. */
	readonly decisive: Finding | null;
}

const WORST_FIRST: readonly FindingOutcome[] = ["conflict", "mismatch", "missing", "unreadable", "match"];

/**
 * Judges several captures of one witness outside any inspection, by the function a vehicle's workflow calls. Damage on
 * a gear is among the findings and no part of the verdict, which is on the field.
 */
export function judgeBurst(
	kind: WitnessKind,
	field: string,
	expected: FieldValue,
	observations: readonly ObservationSummary[],
): BurstVerdict {
	const witness = { id: kind, kind, fields: [field] };
	const record = { vin: field === "vin" ? String(expected) : null, attributes: { [field]: expected } };
	const findings = judgeWitness({ witnesses: [witness] }, witness, observations, record);
	const stated = findings.filter(({ rule }) => rule !== "gear_condition");
	const verdict = WORST_FIRST.find((worst) => stated.some(({ outcome }) => outcome === worst)) ?? "missing";
	const decisive = stated.filter(({ outcome }) => outcome === verdict);
	return {
		verdict,
		findings,
		decisive: decisive.find((finding) => finding.field === field) ?? decisive[0] ?? null,
	};
}
