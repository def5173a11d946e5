import type { ImportProblem, VehicleRecordInput } from "../contracts/record.js";
import { VinspectError } from "../domain/errors.js";
import { csvRows } from "./csv-rows.js";
import { jsonRows } from "./json-rows.js";
import { importProblem } from "./problems.js";
import { isColumn, recordOfRow } from "./record-row.js";
import { IMPORT_LIMIT_ROWS, type Row, tooManyRows } from "./row-source.js";

export const IMPORT_LIMIT_BYTES = 20 * 1024 * 1024;

/** More than this, and the file is of another kind than it was sent as. */
const IMPORT_LIMIT_PROBLEMS = 100_000;

export type ImportFormat = "csv" | "json";

/** A row that describes a vehicle record. */
export interface ReadRow {
	readonly line: number;
	readonly input: VehicleRecordInput;
}

/** What a file holds: records to save, and everything that is wrong, by line. */
export interface ReadFile {
	/** All rows, good and bad. */
	readonly total: number;
	readonly good: readonly ReadRow[];
	readonly problems: readonly ImportProblem[];
}

/**
 * Reads a file of vehicle records: CSV with a header row, or a JSON array or JSON lines. Columns are
 * `productionNumber`, `vin`, `model`, `market` and any name of src/domain/fields. Errors: `upload_too_large`,
 * `request_invalid` for what is no UTF-8 text.
 */
export function readRecords(content: Uint8Array | string, format: ImportFormat): ReadFile {
	const text = textOf(content);
	const { rows, unreadable, remarks } = format === "csv" ? csvRows(text) : jsonRows(text);
	if (rows.length + unreadable.length > IMPORT_LIMIT_ROWS) throw tooManyRows();
	const rejections: ImportProblem[] = [...unreadable];
	const good = readRows(rows, rejections);
	const problems = [...remarks, ...unknownColumns(rows), ...rejections].toSorted((a, b) => a.line - b.line);
	if (problems.length > IMPORT_LIMIT_PROBLEMS) throw tooManyProblems(problems);
	return { total: rows.length + unreadable.length, good, problems };
}

function tooManyProblems([first]: readonly ImportProblem[]): VinspectError {
	const example =
		first === undefined ? "" : ` The first: line ${first.line}, ${first.field}, ${first.reason}.`;
	return new VinspectError(
		"request_invalid",
		`More than ${IMPORT_LIMIT_PROBLEMS} things are wrong in the file; nothing of it is imported.${example}`,
	);
}

/** JSON begins with a bracket or a brace; everything else is taken for CSV. */
export function formatOf(content: Uint8Array): ImportFormat {
	const beginning = Buffer.from(content.subarray(0, 1000)).toString("utf8");
	return /^\uFEFF?\s*[[{]/.test(beginning) ? "json" : "csv";
}

function textOf(content: Uint8Array | string): string {
	const bytes = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
	if (bytes > IMPORT_LIMIT_BYTES) {
		throw new VinspectError(
			"upload_too_large",
			`The file has ${bytes} bytes; at most ${IMPORT_LIMIT_BYTES} are imported at once. Split it.`,
		);
	}
	if (typeof content === "string") return content;
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
	} catch (cause) {
		throw new VinspectError(
			"request_invalid",
			"The file is no UTF-8 text: save it as UTF-8 (in a spreadsheet: CSV UTF-8).",
			[{ path: "file", message: "is no UTF-8 text" }],
			{ cause },
		);
	}
}

/** The rows that describe a record, each production number once; the others go to `rejections`. */
function readRows(rows: readonly Row[], rejections: ImportProblem[]): readonly ReadRow[] {
	const lineOf = new Map<string, number>();
	const good: ReadRow[] = [];
	for (const row of rows) {
		const result = recordOfRow(row);
		if (!result.ok) {
			rejections.push(...result.problems);
			continue;
		}
		const { productionNumber } = result.input;
		const first = lineOf.get(productionNumber);
		if (first === undefined) {
			lineOf.set(productionNumber, row.line);
			good.push({ line: row.line, input: result.input });
		} else {
			rejections.push(
				importProblem(row.line, "productionNumber", "twice", { value: productionNumber, first }),
			);
		}
	}
	return good;
}

/** Columns that mean nothing here, once each: they are left out, and whoever wrote them should know. */
function unknownColumns(rows: readonly Row[]): readonly ImportProblem[] {
	const firstLine = new Map<string, number>();
	for (const { line, cells } of rows) {
		for (const name of cells.keys()) {
			if (!isColumn(name) && !firstLine.has(name)) firstLine.set(name, line);
		}
	}
	return [...firstLine].map(([name, line]) => importProblem(line, name.slice(0, 80), "unknown_column"));
}
