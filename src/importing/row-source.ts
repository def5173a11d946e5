import type { ImportProblem } from "../contracts/record.js";

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
