import type { CodeReading, CodeSymbology, ObservedField } from "../contracts/reading.js";
import { hasVinForm } from "./vin.js";

/** Proper names (ISO/IEC 16022, 18004, 16388, 15417), the same in every language. */
export const SYMBOLOGY_NAMES: Readonly<Record<CodeSymbology, string>> = {
	data_matrix: "DataMatrix",
	qr_code: "QR Code",
	code_39: "Code 39",
	code_128: "Code 128",
};

/** Data identifier for a VIN (ANSI MH10.8.2, `I`): Code 39 labels of imported vehicles carry it before the number. */
const VIN_IDENTIFIER = "I";

/**
 * The VIN a code states: the number alone, behind its data identifier, or among other values as a certificate's
 * matrix code has them. Null unless the text holds exactly one. What is no VIN as it stands is not made one.
 */
export function vinInCode(text: string): string | null {
	const found = new Set<string>();
	for (const [word] of text.matchAll(/[0-9A-Z]+/g)) {
		const bare = word.startsWith(VIN_IDENTIFIER) ? word.slice(VIN_IDENTIFIER.length) : word;
		if (hasVinForm(bare)) found.add(bare);
	}
	const [only] = found;
	return only !== undefined && found.size === 1 ? only : null;
}

/**
 * What the codes of one capture state as VIN, as a field of the witness; null where none does. A code that
 * decodes has passed its own error detection, so its text is taken as it is; codes that state different
 * numbers state none.
 */
export function codeVinField(codes: readonly CodeReading[]): ObservedField | null {
	const stating = codes.filter(({ vin }) => vin !== null);
	const [first] = stating;
	if (!first) return null;
	const agreed = stating.every(({ vin }) => vin === first.vin);
	return {
		text: first.vin ?? first.text,
		value: agreed ? first.vin : null,
		confidence: agreed ? 1 : 0,
		accepted: agreed,
		refusal: agreed ? null : "several_vins",
		box: first.box,
	};
}
