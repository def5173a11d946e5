import type { Observation, ObservationSummary, WitnessKind } from "../contracts/reading.js";
import { summaryOf } from "../domain/observation-summary.js";
import type { FileResult } from "./picture-files.js";

/** One picture of several of one witness. */
export interface BurstCapture {
	readonly file: string;
	readonly observation: Observation;
	/** What the judgement is given of it. */
	readonly summary: ObservationSummary;
}

/**
 * The captures among files that show one witness, each picture once: the same bytes under another name are the same
 * capture, as they are in the content store, and no evidence beside it. `fields` of each are summed up, all that were
 * read where none are named.
 */
export function burstOf(
	results: readonly FileResult[],
	kind: WitnessKind,
	at: Date,
	fields?: readonly string[],
): BurstCapture[] {
	const seen = new Set<string>();
	return results.flatMap((result) => {
		if ("error" in result || seen.has(result.observation.capture)) return [];
		const { file, observation } = result;
		const { capture, readings } = observation;
		seen.add(capture);
		const read = fields ?? readings.flatMap((reading) => Object.keys(reading.fields));
		const asked = { capture, witness: kind, kind, fields: [...read] };
		return [{ file, observation, summary: summaryOf(asked, observation, at.toISOString()) }];
	});
}
