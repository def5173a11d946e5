import type { ImportProblem, ImportResult, VehicleRecordInput } from "../contracts/record.js";
import { VinspectError } from "../domain/errors.js";
import type { VehicleRecords } from "../persistence/store.js";
import { csvRows } from "./csv-rows.js";
import { jsonRows } from "./json-rows.js";
import { isColumn, recordOfRow } from "./record-row.js";
import type { Row, Unreadable } from "./row-source.js";

export const IMPORT_LIMIT_BYTES = 20 * 1024 * 1024;
export const IMPORT_LIMIT_ROWS = 50_000;
/** Problems listed at most; the counts go on. */
const PROBLEM_LIMIT = 1000;
const SAVED_AT_ONCE = 8;

interface ReadRow {
	readonly line: number;
	readonly input: VehicleRecordInput;
}

/**
 * Imports vehicle records: CSV with a header row, or a JSON array or JSON lines. Columns are
 * `productionNumber`, `vin`, `model`, `market` and any name of src/domain/fields. Every row that can't be
 * imported is reported with line, field and reason; the others are saved. Importing a file twice changes
 * nothing. Errors: `upload_too_large`, `request_invalid` for what is no UTF-8 text, `store_unavailable`.
 */
export async function importVehicleRecords(
	records: VehicleRecords,
	plant: string,
	content: Uint8Array | string,
	format: "csv" | "json",
	by: string,
): Promise<ImportResult> {
	const text = textOf(content);
	const { rows, unreadable, remarks } = format === "csv" ? csvRows(text) : jsonRows(text);
	if (rows.length > IMPORT_LIMIT_ROWS) {
		throw new VinspectError(
			"upload_too_large",
			`The file has ${rows.length} rows; at most ${IMPORT_LIMIT_ROWS} are imported at once. Split it.`,
		);
	}
	const rejections: Unreadable[] = [...unreadable];
	const good = readRows(rows, rejections);
	const counts = { created: 0, revised: 0, unchanged: 0 };
	for (let i = 0; i < good.length; i += SAVED_AT_ONCE) {
		const saved = await Promise.all(
			good.slice(i, i + SAVED_AT_ONCE).map(({ input }) => records.save(plant, input, by)),
		);
		for (const outcome of saved) counts[outcome] += 1;
	}
	const total = rows.length + unreadable.length;
	return {
		rows: total,
		...counts,
		rejected: total - good.length,
		problems: problemsOf([...remarks, ...unknownColumns(rows), ...rejections]),
	};
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
function readRows(rows: readonly Row[], rejections: Unreadable[]): readonly ReadRow[] {
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
			const reason = `${productionNumber} stands in line ${first} already`;
			rejections.push({ line: row.line, field: "productionNumber", reason });
		}
	}
	return good;
}

/** Columns that mean nothing here, once each: they are left out, and whoever wrote them should know. */
function unknownColumns(rows: readonly Row[]): readonly Unreadable[] {
	const firstLine = new Map<string, number>();
	for (const { line, cells } of rows) {
		for (const name of cells.keys()) {
			if (!isColumn(name) && !firstLine.has(name)) firstLine.set(name, line);
		}
	}
	return [...firstLine].map(([name, line]) => ({
		line,
		field: name.slice(0, 80),
		reason: "is no field of a vehicle record; it was left out",
	}));
}

function problemsOf(problems: readonly Unreadable[]): ImportProblem[] {
	return problems.toSorted((a, b) => a.line - b.line).slice(0, PROBLEM_LIMIT);
}
