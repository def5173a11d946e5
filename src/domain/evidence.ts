import type { Capture } from "../contracts/capture.js";
import type { Inspection } from "../contracts/inspection.js";
import type { ObservationSummary } from "../contracts/reading.js";

/**
 * Which captures count. A retake that was not taken back begins a new set of captures of its witness; the
 * sets before it stay in the record and stop counting once a capture of the new set has been read.
 */

const isDecisionUndone = (inspection: Inspection, decisionId: string | undefined): boolean =>
	inspection.exceptions.some((e) =>
		e.decisions.some((d) => d.decisionId === decisionId && d.undoneAt !== null),
	);

/** The captures of a witness in sets, divided by retakes, in order of arrival. */
function captureSets(inspection: Inspection, witness: string): readonly (readonly string[])[] {
	const sets: string[][] = [[]];
	for (const { type, detail } of inspection.events) {
		if (detail.witness !== witness) continue;
		if (type === "retake_requested" && !isDecisionUndone(inspection, detail.decision)) sets.push([]);
		if (type === "capture_received" && detail.sha256 !== undefined) sets.at(-1)?.push(detail.sha256);
	}
	return sets;
}

/** The observations of a witness that count: those of the newest set of which anything has been read. */
export function observationsOf(inspection: Inspection, witness: string): readonly ObservationSummary[] {
	const observed = inspection.observations.filter((o) => o.witness === witness);
	const sets = captureSets(inspection, witness).map((set) => observed.filter((o) => set.includes(o.capture)));
	return sets.findLast((set) => set.length > 0) ?? [];
}

/** The observations that count, by witness. */
export type WitnessObservations = ReadonlyMap<string, readonly ObservationSummary[]>;

export function judgedObservations(inspection: Inspection): WitnessObservations {
	return new Map(inspection.plan.witnesses.map(({ id }) => [id, observationsOf(inspection, id)]));
}

/** Captures that wait to be read, of one witness or of all. */
export function unreadCaptures(inspection: Inspection, witness?: string): readonly Capture[] {
	return inspection.captures.filter(
		(c) =>
			(witness === undefined || c.witness === witness) &&
			!inspection.observations.some((o) => o.witness === c.witness && o.capture === c.sha256),
	);
}

/** Whether a retake of this witness was asked for and no capture has arrived since. */
export function isAwaitingRetake(inspection: Inspection, witness: string): boolean {
	const sets = captureSets(inspection, witness);
	return sets.length > 1 && sets.at(-1)?.length === 0;
}
