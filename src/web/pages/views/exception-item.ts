import type { Inspection } from "../../../contracts/inspection.js";
import type { FieldReading } from "../../../contracts/reading.js";
import type { ClaimedException } from "../../../persistence/store.js";
import type { WitnessObservation } from "./inspection.js";

/** An exception with all it is judged by: what the pages of a work item are drawn from, wherever it comes from. */
export interface ExceptionItem {
	readonly exception: ClaimedException;
	readonly inspection: Inspection;
	readonly observations: readonly WitnessObservation[];
}

/** What was read in a field of a witness, in one capture or in its latest. */
export function readingOf(
	observations: readonly WitnessObservation[],
	witness: string,
	capture: string | null,
	field: string,
): FieldReading | undefined {
	const observation = observations.findLast(
		(one) => one.witness === witness && (capture === null || one.capture === capture),
	);
	return observation?.readings[0]?.fields[field];
}
