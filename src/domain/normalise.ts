import type { FieldValue } from "../contracts/reading.js";
import { FIELDS, type FieldType, isFieldName } from "./fields.js";
import { canonicalNumbers } from "./number-list.js";

/** Type of a field; a name the registry does not know is taken for words. */
export function typeOf(field: string): FieldType {
	return isFieldName(field) ? FIELDS[field].type : "text";
}

/** Half-width, without white space; upper-case for codes. Numbers and dates keep their digits. */
export function normalised(field: string, value: FieldValue): string {
	const text = String(value).normalize("NFKC").replace(/\s+/gu, "");
	switch (typeOf(field)) {
		case "code":
			return text.toUpperCase();
		case "numbers":
			return canonicalNumbers(text) ?? text;
		default:
			return text;
	}
}
