import { CsvError, parse } from "csv-parse/sync";
import type { ImportProblem } from "../contracts/record.js";
import { importProblem } from "./problems.js";
import {
	checkColumns,
	IMPORT_LIMIT_COLUMNS,
	IMPORT_LIMIT_ROWS,
	ROW_LIMIT,
	type Row,
	type Rows,
} from "./row-source.js";

/** The delimiter that the header row has more of; spreadsheets of many countries write `;`. */
function delimiterOf(text: string): "," | ";" {
	const header = text.slice(0, text.search(/\r?\n|$/));
	return header.split(";").length > header.split(",").length ? ";" : ",";
}

/** A quoted cell may hold line breaks; the parser counts the line a record ends on. */
const lineBreaksWithin = (cells: readonly string[]): number => cells.join("").split("\n").length - 1;

/**
 * Rows of a CSV file with a header row; `,` or `;`, quoted by `"`, with or without a byte order mark. A row
 * that can't be read is reported and the rest goes on.
 */
export function csvRows(text: string): Rows {
	const unreadable: ImportProblem[] = [];
	const records: { readonly line: number; readonly cells: readonly string[] }[] = [];
	let widest = 0;
	parse(text, {
		delimiter: delimiterOf(text),
		bom: true,
		trim: true,
		relax_column_count: true,
		skip_empty_lines: true,
		skip_records_with_error: true,
		max_record_size: ROW_LIMIT,
		// one more than are taken, after the header: enough to say that there are too many
		to: IMPORT_LIMIT_ROWS + 2,
		on_record(cells: string[], { lines }) {
			widest = Math.max(widest, cells.length);
			if (widest > IMPORT_LIMIT_COLUMNS) return null;
			records.push({ line: lines - lineBreaksWithin(cells), cells });
			return null;
		},
		on_skip(error) {
			if (unreadable.length > IMPORT_LIMIT_ROWS) return undefined;
			const line = Number(error instanceof CsvError ? error.lines : 1);
			unreadable.push(brokenRow(Math.max(line, 1), error));
			return undefined;
		},
	});
	checkColumns(widest);
	const [header, ...body] = records;
	if (!header) return { rows: [], unreadable, remarks: [] };
	const rows: Row[] = [];
	for (const { line, cells } of body) {
		if (cells.length === header.cells.length) {
			rows.push({ line, cells: new Map(header.cells.map((name, i) => [name, cells[i]])) });
		} else {
			const counts = { cells: cells.length, columns: header.cells.length };
			unreadable.push(importProblem(line, "row", "cells", counts));
		}
	}
	return { rows, unreadable, remarks: repeatedColumns(header.cells) };
}

function repeatedColumns(header: readonly string[]): readonly ImportProblem[] {
	return [...new Set(header.filter((name, i) => header.indexOf(name) !== i))].map((field) =>
		importProblem(1, field, "column_twice"),
	);
}

function brokenRow(line: number, error: CsvError | undefined): ImportProblem {
	return error?.code === "CSV_MAX_RECORD_SIZE"
		? importProblem(line, "row", "row_long", { limit: ROW_LIMIT })
		: importProblem(line, "row", "csv_broken", { detail: error?.message ?? "unknown error" });
}
