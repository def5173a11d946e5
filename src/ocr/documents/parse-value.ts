import type { FieldValue } from "../../contracts/reading.js";
import type { FieldName } from "../../domain/fields.js";
import { FIELDS } from "../../domain/fields.js";
import { canonicalNumbers } from "../../domain/number-list.js";
import { parseNumber } from "./parse-number.js";

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
		case "numbers":
			return canonicalNumbers(text);
		case "mark":
			return null;
	}
}

/** What certificates print where an item does not apply: a dash or several, a stroke, 无. */
export function isBlank(text: string): boolean {
	return /^(?:[\s\-‐‑‒–—―−一_/／\\.]+|无)$/u.test(text);
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
