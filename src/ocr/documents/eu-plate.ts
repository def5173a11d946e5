import type { FieldName } from "../../domain/fields.js";
import { type Span, slice, textOf } from "./glyphs.js";
import { onOneRow, type Placement } from "./page.js";
import { parseCode, parseValue, parseVin } from "./parse-value.js";

/** A value that is known by its form or its order, not by a caption. */
export interface Unlabelled {
	readonly field: FieldName;
	readonly value: readonly [Span, ...Span[]];
}

/**
 * EU type-approval number: `e` and the country's number, the act, the base approval and its extension
 * (Regulation (EU) 2020/683, Annex IV). The extension may be left out on the plate.
 */
const TYPE_APPROVAL = /^E\d{1,2}\*(KS)?\d{2,4}\/\d{2,4}\*\d{3,5}(\*\d{1,3})?$/;
/** A short row with figures below the VIN is a mass, readable or not: a misread one keeps its place in the order. */
const MASS = /^(?=.*\d.*\d).{2,12}$/u;
/** A mass marked with its axle: `1- 1050 kg`. */
const AXLE = /^\s*([1-3])\s*[-–—.:]\s*(?=\d[\d ,.]*\s*kg\s*$)/iu;
const AXLE_FIELDS = ["frontAxleMass", "rearAxleMass", "thirdAxleMass"] as const;

/**
 * The statutory plate of Regulation (EU) 2021/535, Annex II, part A: without captions, in this order: name of
 * the maker, type-approval number, VIN, laden mass, mass of the combination, and for each axle from the front
 * its number and mass. A row that does not parse still takes its turn. Nothing is returned where there is no type-approval number, for only then is a row
 * with a mass known to be what its order says.
 */
export function readEuPlate(spans: readonly Span[], place: Placement): readonly Unlabelled[] {
	const rows = rowsOf(spans, place);
	const approvalAt = rows.findIndex((row) => TYPE_APPROVAL.test(parseCode(textOf(row)) ?? ""));
	const approval = rows[approvalAt];
	if (approval === undefined) return [];
	const found: Unlabelled[] = [{ field: "typeApproval", value: approval }];
	const maker = rows.slice(0, approvalAt).find((row) => isMaker(textOf(row)));
	if (maker) found.push({ field: "manufacturer", value: maker });
	const masses: FieldName[] = ["grossMass", "combinationMass"];
	for (const row of rows.slice(approvalAt + 1)) {
		const text = textOf(row);
		const axle = AXLE.exec(text);
		const mass = axle ? withoutStart(row, axle[0].length) : row;
		if (axle && mass) {
			found.push({ field: AXLE_FIELDS[Number(axle[1]) - 1] ?? "thirdAxleMass", value: mass });
		} else if (MASS.test(text.trim()) && parseVin(text) === null) {
			const field = masses.shift();
			if (field) found.push({ field, value: row });
		}
	}
	return found;
}

/** VINs among rows without a caption, by their grammar alone. */
export function findVins(spans: readonly Span[]): readonly Span[] {
	return spans.filter((span) => parseVin(textOf([span])) !== null);
}

/** The row without so many characters of its text. */
function withoutStart(row: readonly [Span, ...Span[]], length: number): readonly [Span, ...Span[]] | null {
	let skip = length;
	const rest: Span[] = [];
	for (const span of row) {
		const width = textOf([span]).length + 1;
		const tail = slice(span, Math.max(0, skip), span.glyphs.length);
		if (tail.glyphs.length > 0) rest.push(tail);
		skip -= width;
	}
	const [first, ...others] = rest;
	return first ? [first, ...others] : null;
}

function isMaker(text: string): boolean {
	return /\p{L}{2}/u.test(text) && parseVin(text) === null && parseValue("grossMass", text, null) === null;
}

/** Rows from top to bottom, each from left to right. */
function rowsOf(spans: readonly Span[], place: Placement): readonly (readonly [Span, ...Span[]])[] {
	const placed = spans.map((span) => ({ span, at: place(span) })).sort((a, b) => a.at.top - b.at.top);
	const rows: (typeof placed)[] = [];
	for (const cell of placed) {
		const row = rows.find((others) => others.every(({ at }) => onOneRow(at, cell.at)));
		if (row) row.push(cell);
		else rows.push([cell]);
	}
	return rows.flatMap((row) => {
		const [first, ...others] = row.sort((a, b) => a.at.left - b.at.left).map(({ span }) => span);
		return first ? [[first, ...others] as const] : [];
	});
}
