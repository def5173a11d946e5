import type { FieldValue } from "../contracts/reading.js";
import { normalised, typeOf } from "./normalise.js";

export interface Comparison {
	readonly equal: boolean;
	/** Zero-based positions at which two codes differ; empty for other types. */
	readonly differences: readonly number[];
}

function differingPositions(a: string, b: string): number[] {
	const [left, right] = [[...a], [...b]];
	return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => i).filter(
		(i) => left[i] !== right[i],
	);
}

function equalNumbers(a: string, b: string): boolean {
	// Number("") is 0: an empty text is no number.
	return a !== "" && b !== "" && Number.isFinite(Number(a)) && Number(a) === Number(b);
}

/** A month and a day within it agree: a plate shows the month, a certificate the day. */
function equalDates(a: string, b: string): boolean {
	const precision = Math.min(a.length, b.length);
	return precision >= "2026-01".length && a.slice(0, precision) === b.slice(0, precision);
}

/**
 * Compares two values of one field by the field's type, character by character for codes. Confusable
 * characters (`0` and `O`, `8` and `B`) are different characters here.
 */
export function compareValues(field: string, a: FieldValue, b: FieldValue): Comparison {
	const [left, right] = [normalised(field, a), normalised(field, b)];
	switch (typeOf(field)) {
		case "code":
			return { equal: left !== "" && left === right, differences: differingPositions(left, right) };
		case "text":
		case "numbers":
			return { equal: left !== "" && left === right, differences: [] };
		case "number":
		case "mark":
			return { equal: equalNumbers(left, right), differences: [] };
		case "date":
			return { equal: equalDates(left, right), differences: [] };
	}
}
