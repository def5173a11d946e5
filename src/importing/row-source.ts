/** One row as the file gives it: field name → value, with the line it begins on, counted from 1. */
export interface Row {
	readonly line: number;
	readonly cells: ReadonlyMap<string, unknown>;
}

/** A part of the file that is no row at all. */
export interface Unreadable {
	readonly line: number;
	readonly field: string;
	readonly reason: string;
}

export interface Rows {
	readonly rows: readonly Row[];
	readonly unreadable: readonly Unreadable[];
	/** Columns that mean nothing here; reported once and not imported. */
	readonly remarks: readonly Unreadable[];
}
