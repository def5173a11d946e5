import type { FieldValue, Observation } from "../contracts/reading.js";
import { compareValues } from "./compare.js";

export type Verdict = "match" | "mismatch" | "unreadable" | "missing";

/**
 * Judges one finished observation of one witness against the value expected of a field. Only an accepted
 * reading is compared; what was read but not accepted is `unreadable`, and so is a picture that has to be
 * taken again; a picture that shows no such witness is `missing`.
 */
export function verdictOf(observation: Observation, field: string, expected: FieldValue): Verdict {
	const read = observation.readings[0]?.fields[field];
	if (read?.accepted && read.value !== null)
		return compareValues(field, read.value, expected).equal ? "match" : "mismatch";
	const absent = observation.quality.retake === null && observation.readings.length === 0;
	return absent || observation.quality.retake === "empty" ? "missing" : "unreadable";
}
