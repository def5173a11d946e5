import type { FieldValue } from "../../contracts/reading.js";
import type { FieldName } from "../../domain/fields.js";
import { FIELDS } from "../../domain/fields.js";

/**
 * The printed text as the field's type wants it, or null where it does not parse. Notation is normalised
 * (width, case, spaces, unit, order of a date); characters are never corrected, for a corrected value would
 * be a guess. `captionUnit` is the unit the caption names in brackets, which holds where the value has none.
 */
export function parseValue(field: FieldName, text: string, captionUnit: string | null): FieldValue | null {
	const { type, unit } = FIELDS[field];
	switch (type) {
		case "code":
			return field === "vin" ? parseVin(text) : parseCode(text);
		case "text":
			return parseText(text);
		case "date":
			return parseDate(text);
		case "number":
			return parseNumber(text, unit, captionUnit);
	}
}

/** Half width, upper case, no spaces; every form of the star that plates separate with is `*`. */
export function parseCode(text: string): string | null {
	const code = text
		.normalize("NFKC")
		.toUpperCase()
		.replace(/\s/gu, "")
		.replace(/[×✱✳∗⁎]/gu, "*")
		.replace(/[‐‑‒–—−]/gu, "-")
		.replace(/\.$/u, "");
	return /[\p{L}\p{N}]/u.test(code) ? code : null;
}

/** Marks that stand at both ends of a stamped or printed VIN and are no part of it (GB 16735, 6.3). */
const END_MARKS = /^[*★☆⊕◇◆#<>-]+|[*★☆⊕◇◆#<>-]+$/gu;

/** 17 characters of the VIN alphabet (ISO 3779:2009, 4.4), else null. */
export function parseVin(text: string): string | null {
	const code = parseCode(text)?.replace(END_MARKS, "") ?? "";
	return /^[0-9A-HJ-NPR-Z]{17}$/.test(code) ? code : null;
}

function parseText(text: string): string | null {
	const words = text.normalize("NFKC").replace(/\s+/gu, " ").trim();
	return /[\p{L}\p{N}]/u.test(words) ? words : null;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/**
 * `2026-03`, `2026.03.14`, `2026年03月14日`, `202603`; `03/26` and `03/2026` as on the label of
 * 49 CFR 567.4(g)(2), which gives month and year; `MAR 2026`. Written as ISO 8601.
 */
function parseDate(text: string): string | null {
	const folded = text.normalize("NFKC").toUpperCase().replace(/\s+/gu, " ").replace(/\.$/u, "").trim();
	const yearFirst =
		/^(20\d\d) ?[年./-] ?(\d{1,2})(?: ?[月./-] ?(?:(\d{1,2}) ?日?)?)?$/u.exec(folded) ??
		/^(20\d\d)(\d\d)(\d\d)?$/u.exec(folded);
	if (yearFirst) return isoDate(yearFirst[1], yearFirst[2], yearFirst[3]);
	const monthFirst = /^(\d{1,2}) ?[/.-] ?(20\d\d|\d\d)$/u.exec(folded);
	if (monthFirst) return isoDate(fullYear(monthFirst[2]), monthFirst[1], undefined);
	const named = /^([A-Z]{3})[A-Z]*[ ./-]*(20\d\d|\d\d)$/u.exec(folded);
	const month = MONTHS.indexOf(named?.[1] ?? "");
	if (named && month >= 0) return isoDate(fullYear(named[2]), String(month + 1), undefined);
	return null;
}

function fullYear(year: string | undefined): string {
	return year?.length === 2 ? `20${year}` : (year ?? "");
}

function isoDate(
	year: string | undefined,
	month: string | undefined,
	day: string | undefined,
): string | null {
	const monthNumber = Number(month);
	if (!(monthNumber >= 1 && monthNumber <= 12)) return null;
	const start = `${year}-${String(monthNumber).padStart(2, "0")}`;
	if (day === undefined) return start;
	const full = `${start}-${day.padStart(2, "0")}`;
	const instant = new Date(`${full}T00:00:00Z`);
	return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(full) ? full : null;
}

/** Factor into the field's unit, by the unit as printed, upper case. A unit not listed is not converted. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
	kg: { KG: 1, KGS: 1, 千克: 1, 公斤: 1, T: 1000 },
	kW: { KW: 1, 千瓦: 1 },
	mL: { ML: 1, 毫升: 1, CC: 1, CM3: 1, L: 1000, 升: 1000 },
};
/** Numbers without a unit of their own may be followed by what they count. */
const COUNTED: Readonly<Record<string, number>> = { 人: 1, 座: 1, 齿: 1, T: 1, PERSONS: 1, SEATS: 1 };

const AMOUNT = /(\d{1,3}(?:[ ,]\d{3})+|\d+)([.,]\d{1,3})?\s*([\p{L}][\p{L}\p{N}]*)?/gu;

/**
 * A number in the field's unit. Thousands may be grouped (`2,200`, `2 200`); of several amounts
 * (`2200 KG (4850 LB)`) the one in the field's unit counts. Null where there is no such amount or more than
 * one, and where a number bears another unit.
 */
function parseNumber(text: string, unit: string | null, captionUnit: string | null): number | null {
	const folded = text.normalize("NFKC").toUpperCase().replace(/\.$/u, "").trim();
	const factors = unit === null ? COUNTED : (FACTORS[unit] ?? {});
	const amounts = [...folded.matchAll(AMOUNT)].map((match) => ({
		whole: match[0].trim(),
		decimals: match[2],
		number: Number((match[1] ?? "").replace(/[ ,]/gu, "") + (match[2] ?? "").replace(",", ".")),
		factor: match[3] === undefined ? undefined : factors[match[3]],
		bare: match[3] === undefined,
	}));
	const measured = amounts.filter(({ factor }) => factor !== undefined);
	const [only] = measured;
	if (only !== undefined) {
		return measured.length === 1 &&
			beginsAlone(folded, only.whole) &&
			!isAmbiguous(only.decimals, only.factor)
			? rounded(only.number * (only.factor ?? 1))
			: null;
	}
	const [bare] = amounts;
	if (amounts.length !== 1 || bare === undefined || !bare.bare || bare.whole !== folded) return null;
	const factor = captionUnit === null ? 1 : (factors[captionUnit.normalize("NFKC").toUpperCase()] ?? 1);
	return isAmbiguous(bare.decimals, factor) ? null : rounded(bare.number * factor);
}

/** Whether a number starts where a number can: neither `S200KG` nor `22 00KG` has lost its beginning unseen. */
function beginsAlone(text: string, amount: string): boolean {
	return /(^|[(:/=)]\s*|[\p{L}]\s+)$/u.test(text.slice(0, text.indexOf(amount)));
}

/** `2.200 kg` is 2200 to a European and 2.2 to others: nobody can say which was meant. */
function isAmbiguous(decimals: string | undefined, factor: number | undefined): boolean {
	return decimals?.length === 4 && factor === 1;
}

/** Products like 1.1 × 1000 come back from binary fractions. */
function rounded(value: number): number {
	return Math.round(value * 1e6) / 1e6;
}
