import type { FieldValue, Observation } from "../contracts/reading.js";
import { compareValues } from "../domain/compare.js";

/** How the fields of one group of documents compare with what is printed on them. */
export interface FieldTally {
	/** Fields the labels name. */
	labelled: number;
	/** … whose reading gives the value, accepted or not. */
	exact: number;
	/** … that were accepted with the value. */
	accepted: number;
	/** Accepted with another value, or accepted where the document shows no such field: must be 0. */
	acceptedWrong: number;
}

/** One field that was not read as it stands on the document. */
export interface FieldMiss {
	readonly field: string;
	readonly printed: FieldValue | null;
	readonly read: FieldValue | null;
	readonly text: string | null;
	readonly accepted: boolean;
	readonly refusal: string | null;
}

export function emptyFieldTally(): FieldTally {
	return { labelled: 0, exact: 0, accepted: 0, acceptedWrong: 0 };
}

/**
 * Adds one document to its group and returns what was not read right. `fields` are all fields the document
 * shows, as `labels.jsonl` gives them; `observation` is null where the picture could not be taken in.
 */
export function tallyFields(
	tally: FieldTally,
	fields: Readonly<Record<string, FieldValue>>,
	observation: Observation | null,
): readonly FieldMiss[] {
	const read = observation?.readings[0]?.fields ?? {};
	const names = new Set([...Object.keys(fields), ...Object.keys(read)]);
	return [...names].flatMap((field) => {
		const printed = fields[field] ?? null;
		const reading = read[field];
		const value = reading?.value ?? null;
		const exact = printed !== null && value !== null && compareValues(field, value, printed).equal;
		const accepted = reading?.accepted ?? false;
		if (printed !== null) tally.labelled++;
		if (exact) tally.exact++;
		if (accepted && exact) tally.accepted++;
		if (accepted && !exact) tally.acceptedWrong++;
		if (exact && accepted) return [];
		if (printed === null && !accepted) return [];
		const { text = null, refusal = null } = reading ?? {};
		return [{ field, printed, read: value, text, accepted, refusal }];
	});
}
