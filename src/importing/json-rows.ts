import type { ImportProblem } from "../contracts/record.js";
import { VinspectError } from "../domain/errors.js";
import { importProblem } from "./problems.js";
import {
	checkColumns,
	IMPORT_LIMIT_ROWS,
	ROW_LIMIT,
	type Row,
	type Rows,
	tooManyRows,
} from "./row-source.js";

/** Texts of the elements of a JSON array with the line each begins on; null where the array is broken. */
function arrayElements(text: string): readonly { line: number; text: string }[] | null {
	const elements: { line: number; text: string }[] = [];
	let depth = 0;
	let line = 1;
	let inString = false;
	let start: { at: number; line: number } | null = null;
	const finish = (end: number): void => {
		if (start) elements.push({ line: start.line, text: text.slice(start.at, end) });
		if (elements.length > IMPORT_LIMIT_ROWS) throw tooManyRows();
		start = null;
	};
	for (let i = 0; i < text.length; i += 1) {
		const char = text[i] ?? "";
		if (char === "\n") line += 1;
		if (inString) {
			if (char === "\\") i += 1;
			else if (char === '"') inString = false;
			continue;
		}
		if (depth === 1 && start === null && !/[\s,\]]/.test(char)) start = { at: i, line };
		if (char === '"') inString = true;
		else if (char === "[" || char === "{") depth += 1;
		else if (char === "]" || char === "}") {
			depth -= 1;
			if (depth === 0) {
				finish(i);
				return text.slice(i + 1).trim() === "" ? elements : null;
			}
		} else if (char === "," && depth === 1) finish(i);
	}
	return null;
}

function jsonLines(text: string): readonly { line: number; text: string }[] {
	const lines: { line: number; text: string }[] = [];
	for (let at = 0, line = 1; at <= text.length; line += 1) {
		const end = text.indexOf("\n", at);
		const content = text.slice(at, end < 0 ? text.length : end);
		if (content.trim() !== "") lines.push({ line, text: content });
		if (lines.length > IMPORT_LIMIT_ROWS) throw tooManyRows();
		if (end < 0) break;
		at = end + 1;
	}
	return lines;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Attributes may stand in an object of their own, as the API gives them, or beside the other fields. */
function cellsOf(value: Record<string, unknown>): Map<string, unknown> {
	const { attributes, ...rest } = value;
	const nested = isObject(attributes) ? Object.entries(attributes) : [];
	const odd: [string, unknown][] =
		attributes === undefined || isObject(attributes) ? [] : [["attributes", attributes]];
	const cells = [...nested, ...Object.entries(rest), ...odd];
	checkColumns(cells.length);
	return new Map(cells);
}

/** Rows of a JSON array of objects, or of JSON lines. What is no object is reported and the rest goes on. */
export function jsonRows(text: string): Rows {
	const content = text.replace(/^\uFEFF/, "");
	const isArray = content.trimStart().startsWith("[");
	const elements = isArray ? arrayElements(content) : jsonLines(content);
	if (!elements) {
		return { rows: [], unreadable: [importProblem(1, "file", "json_open")], remarks: [] };
	}
	const rows: Row[] = [];
	const unreadable: ImportProblem[] = [];
	for (const element of elements) {
		if (element.text.length > ROW_LIMIT) {
			unreadable.push(importProblem(element.line, "row", "row_long", { limit: ROW_LIMIT }));
			continue;
		}
		try {
			const value: unknown = JSON.parse(element.text);
			if (isObject(value)) rows.push({ line: element.line, cells: cellsOf(value) });
			else unreadable.push(importProblem(element.line, "row", "json_no_object"));
		} catch (error) {
			if (error instanceof VinspectError) throw error;
			const detail = error instanceof Error ? error.message : String(error);
			unreadable.push(importProblem(element.line, "row", "json_broken", { detail }));
		}
	}
	return { rows, unreadable, remarks: [] };
}
