import type { FieldValue } from "../contracts/reading.js";
import { type ImportProblem, Market, VehicleRecordInput } from "../contracts/record.js";
import { FIELDS, type FieldName, type FieldType, isFieldName } from "../domain/fields.js";
import { canonicalNumbers } from "../domain/number-list.js";
import { type ImportProblemCode, importProblem } from "./problems.js";
import type { Row } from "./row-source.js";

/** Columns of a vehicle record; every other column is a field of src/domain/fields. */
const OWN_COLUMNS: readonly string[] = ["productionNumber", "vin", "model", "market"];
const VALUE_LIMIT = 200;

export type RowResult =
	| { readonly ok: true; readonly input: VehicleRecordInput }
	| { readonly ok: false; readonly problems: readonly ImportProblem[] };

export const isColumn = (name: string): boolean => OWN_COLUMNS.includes(name) || isFieldName(name);

type Facts = Readonly<Record<string, string | number>>;

class BadValue extends Error {
	constructor(
		readonly code: ImportProblemCode,
		readonly facts: Facts = {},
	) {
		super(code);
	}
}

function textOf(value: unknown): string {
	if (typeof value === "number" && Number.isFinite(value)) return String(value);
	if (typeof value !== "string") throw new BadValue("value_kind");
	const text = value.trim();
	if (text.length > VALUE_LIMIT) throw new BadValue("value_long", { limit: VALUE_LIMIT });
	return text;
}

/** Digits with at most one decimal point: a comma would mean thousands to some and decimals to others. */
function numberOf(text: string): number {
	if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new BadValue("no_number", { value: text });
	return Number(text);
}

function numbersOf(text: string): string {
	const numbers = canonicalNumbers(text);
	if (numbers === null) throw new BadValue("no_list", { value: text });
	return numbers;
}

function dateOf(text: string): string {
	const match = /^(\d{4}-\d{2})(-\d{2})?$/.exec(text);
	const day = match?.[2] ? text : `${text}-01`;
	const parsed = new Date(`${day}T00:00:00Z`);
	if (!match || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day)) {
		throw new BadValue("no_date", { value: text });
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

/** What is wrong with one of the record's own columns; `value` is null for what is none of them. */
function refusalOf(
	line: number,
	field: string,
	value: string | undefined | null,
	issue: { readonly message: string },
): ImportProblem {
	if (value === undefined) return importProblem(line, field, "missing");
	const facts = { value: value ?? "", length: value?.length ?? 0, detail: issue.message };
	if (field === "vin") return importProblem(line, field, "vin_form", facts);
	if (field === "market")
		return importProblem(line, field, "market_unknown", { ...facts, markets: Market.options.join(", ") });
	const named = field === "productionNumber" || field === "model";
	return importProblem(line, field, named ? "identifier_form" : "refused", facts);
}

/** The vehicle record that a row describes, or everything that is wrong with the row. */
export function recordOfRow({ line, cells }: Row): RowResult {
	const problems: ImportProblem[] = [];
	const read = <Value>(field: string, parse: (text: string) => Value): Value | undefined => {
		try {
			const cell = cells.get(field);
			const text = cell === undefined || cell === null ? "" : textOf(cell);
			return text === "" ? undefined : parse(text);
		} catch (error) {
			if (!(error instanceof BadValue)) throw error;
			problems.push(importProblem(line, field, error.code, error.facts));
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
		problems.push(
			refusalOf(line, field, issue.path.length === 1 ? read(field, (text) => text) : null, issue),
		);
	}
	return { ok: false, problems };
}
