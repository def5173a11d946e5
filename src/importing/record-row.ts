import type { FieldValue } from "../contracts/reading.js";
import { VehicleRecordInput } from "../contracts/record.js";
import { FIELDS, type FieldName, type FieldType, isFieldName } from "../domain/fields.js";
import { canonicalNumbers } from "../domain/number-list.js";
import type { Row, Unreadable } from "./row-source.js";

/** Columns of a vehicle record; every other column is a field of src/domain/fields. */
const OWN_COLUMNS: readonly string[] = ["productionNumber", "vin", "model", "market"];
const VALUE_LIMIT = 200;

export type RowResult =
	| { readonly ok: true; readonly input: VehicleRecordInput }
	| { readonly ok: false; readonly problems: readonly Unreadable[] };

export const isColumn = (name: string): boolean => OWN_COLUMNS.includes(name) || isFieldName(name);

class BadValue extends Error {}

function textOf(value: unknown): string {
	if (typeof value === "number" && Number.isFinite(value)) return String(value);
	if (typeof value !== "string") throw new BadValue("is neither text nor a number");
	const text = value.trim();
	if (text.length > VALUE_LIMIT) throw new BadValue(`is longer than ${VALUE_LIMIT} characters`);
	return text;
}

/** Digits with at most one decimal point: a comma would mean thousands to some and decimals to others. */
function numberOf(text: string): number {
	if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new BadValue(`"${text}" is no number: write 1500 or 1500.5`);
	return Number(text);
}

function numbersOf(text: string): string {
	const numbers = canonicalNumbers(text);
	if (numbers === null)
		throw new BadValue(`"${text}" is no list of numbers: write 4125+1350 or 7000/18000(2)`);
	return numbers;
}

function dateOf(text: string): string {
	const match = /^(\d{4}-\d{2})(-\d{2})?$/.exec(text);
	const day = match?.[2] ? text : `${text}-01`;
	const parsed = new Date(`${day}T00:00:00Z`);
	if (!match || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day)) {
		throw new BadValue(`"${text}" is no date: write 2026-03 or 2026-03-14`);
	}
	return text;
}

const PARSERS: Readonly<Record<FieldType, (text: string) => FieldValue>> = {
	code: (text) => text.normalize("NFKC").toUpperCase(),
	text: (text) => text,
	number: numberOf,
	numbers: numbersOf,
	mark: numberOf,
	date: dateOf,
};

/** The vehicle record that a row describes, or everything that is wrong with the row. */
export function recordOfRow({ line, cells }: Row): RowResult {
	const problems: Unreadable[] = [];
	const read = <Value>(field: string, parse: (text: string) => Value): Value | undefined => {
		try {
			const cell = cells.get(field);
			const text = cell === undefined || cell === null ? "" : textOf(cell);
			return text === "" ? undefined : parse(text);
		} catch (error) {
			if (!(error instanceof BadValue)) throw error;
			problems.push({ line, field, reason: error.message });
			return undefined;
		}
	};
	const fields = [...cells.keys()].filter((name): name is FieldName => isFieldName(name) && name !== "vin");
	const attributes = Object.fromEntries(
		fields.flatMap((field) => {
			const value = read(field, PARSERS[FIELDS[field].type]);
			return value === undefined ? [] : [[field, value] as const];
		}),
	);
	const own = {
		productionNumber: read("productionNumber", (text) => text),
		vin: read("vin", PARSERS.code),
		model: read("model", (text) => text),
		market: read("market", PARSERS.code),
	};
	const parsed = VehicleRecordInput.safeParse({ ...own, attributes });
	if (parsed.success && problems.length === 0) return { ok: true, input: parsed.data };
	const named = new Set(problems.map(({ field }) => field));
	for (const issue of parsed.error?.issues ?? []) {
		const field = issue.path.join(".");
		if (named.has(field)) continue;
		const missing = issue.path.length === 1 && own[issue.path[0] as keyof typeof own] === undefined;
		problems.push({ line, field, reason: missing ? "is missing" : issue.message });
	}
	return { ok: false, problems };
}
