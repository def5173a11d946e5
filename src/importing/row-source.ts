import type { ImportProblem } from "../contracts/record.js";
import { VinspectError } from "../domain/errors.js";

export const IMPORT_LIMIT_ROWS = 50_000;
/** Many times the fields there are. */
export const IMPORT_LIMIT_COLUMNS = 500;

/** Longest row taken, in characters. */
export const ROW_LIMIT = 20_000;

/** Thrown as soon as one row too many is met: millions of tiny ones would fill the memory before they are counted. */
export function tooManyRows(): VinspectError {
	return new VinspectError(
		"upload_too_large",
		`The file has more than ${IMPORT_LIMIT_ROWS} rows, the most that are imported at once. Split it.`,
	);
}

/** Errors: `request_invalid` for more columns than any record has. */
export function checkColumns(count: number): void {
	if (count <= IMPORT_LIMIT_COLUMNS) return;
	throw new VinspectError(
		"request_invalid",
		`A row has ${count} columns; at most ${IMPORT_LIMIT_COLUMNS} are taken in. Is the separator right?`,
	);
}

/** One row as the file gives it: field name → value, with the line it begins on, counted from 1. */
export interface Row {
	readonly line: number;
	readonly cells: ReadonlyMap<string, unknown>;
}

export interface Rows {
	readonly rows: readonly Row[];
	/** Parts of the file that are no row at all. */
	readonly unreadable: readonly ImportProblem[];
	/** Columns that mean nothing here; reported once and not imported. */
	readonly remarks: readonly ImportProblem[];
}
