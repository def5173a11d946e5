import type { Finding } from "../contracts/finding.js";
import type { PlannedWitness } from "../contracts/plan.js";
import type { Defect, DefectKind, ObservationSummary } from "../contracts/reading.js";
import { CONDITION } from "./plan.js";

const surestFirst = (a: Defect, b: Defect): number => b.confidence - a.confidence;

/**
 * The finding on damage of a gear, none where no capture was looked at for it. Damage that any capture shows is
 * there, whatever the others show: a chipped tooth is seen from one side. The capture with the surest damage stands
 * for it; no damage is said of the first that was looked at.
 */
export function gearCondition(
	witness: Pick<PlannedWitness, "id" | "kind">,
	observations: readonly ObservationSummary[],
): readonly Finding[] {
	const looked = observations.flatMap(({ capture, defects }) =>
		defects ? [{ capture, defects: defects.toSorted(surestFirst) }] : [],
	);
	const damaged = looked
		.filter(({ defects }) => defects.length > 0)
		.toSorted((a, b) => (b.defects[0]?.confidence ?? 0) - (a.defects[0]?.confidence ?? 0));
	const shown = damaged[0] ?? looked[0];
	if (!shown) return [];
	const [surest] = shown.defects;
	return [
		{
			findingId: `${witness.id}.${CONDITION}`,
			witness: witness.id,
			kind: witness.kind,
			field: CONDITION,
			rule: "gear_condition",
			outcome: surest ? "mismatch" : "match",
			read: null,
			expected: null,
			refusal: null,
			differences: [],
			confidence: surest?.confidence ?? null,
			capture: shown.capture,
			box: surest?.box ?? null,
			...(surest && { defects: shown.defects }),
		},
	];
}

export interface CountedDamage {
	readonly kind: DefectKind;
	readonly count: number;
}

/** How many defects there are of each kind, in the order in which the kinds come first. */
export function countDamage(defects: readonly Defect[]): readonly CountedDamage[] {
	const kinds = [...new Set(defects.map(({ kind }) => kind))];
	return kinds.map((kind) => ({ kind, count: defects.filter((defect) => defect.kind === kind).length }));
}
