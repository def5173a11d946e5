/**
 * The vehicle identification number: ISO 3779 and ISO 3780, 49 CFR 565, GB 16735. Nothing here repairs a
 * reading; a failing check digit is a finding, never a hint to what was meant.
 */

export const VIN_LENGTH = 17;

/** The 33 characters a VIN is made of. I, O and Q are not among them (ISO 3779, 49 CFR 565.13(g)). */
export const VIN_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ";

/** Letters the alphabet leaves out, with the digit each is taken for at sight. */
export const FORBIDDEN_LETTERS: Readonly<Record<string, string>> = { I: "1", O: "0", Q: "0" };

/** Marks that frame a stamped VIN and are no part of it (GB 16735 lets the maker choose them). */
export const FRAME_MARKS = "*★☆⊕⊙◎●○◆◇■□△▲#+-_|:：/\\<>[](){}~^·.•'\"“”‘’`";

export function isVin(text: string): boolean {
	return text.length === VIN_LENGTH && [...text].every((char) => VIN_ALPHABET.includes(char));
}

/** The form ISO 3779 gives a VIN: 17 characters of the alphabet, letters among them, the last four digits. */
export function hasVinForm(text: string): boolean {
	return isVin(text) && /^(?=.*[A-Z]).*\d{4}$/.test(text);
}

/** 49 CFR 565.15(c) table III; ISO 3779 leaves position 9 to the maker. */
const CHECK_VALUES: Readonly<Record<string, number>> = {
	...Object.fromEntries([..."0123456789"].map((digit) => [digit, Number(digit)])),
	...{ A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8 },
	...{ J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 },
	...{ S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 },
};
/** What a character counts in the check digit's sum; null for what is no character of a VIN. */
export function checkValueOf(char: string): number | null {
	return CHECK_VALUES[char] ?? null;
}

/** 49 CFR 565.15(c) table IV. */
const CHECK_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** Zero-based position of the check digit. */
export const CHECK_POSITION = 8;

/** What position 9 would be under 49 CFR 565.15(c): a digit or X. Null where the text is no VIN. */
export function checkDigitOf(vin: string): string | null {
	if (!isVin(vin)) return null;
	const sum = CHECK_WEIGHTS.reduce(
		(total, weight, at) => total + weight * (CHECK_VALUES[vin.charAt(at)] ?? 0),
		0,
	);
	const remainder = sum % 11;
	return remainder === 10 ? "X" : String(remainder);
}

export function checkDigitHolds(vin: string): boolean {
	return checkDigitOf(vin) === vin.charAt(CHECK_POSITION);
}

const YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789";
const FIRST_YEAR = 1980;

/**
 * Model years position 10 can stand for from 1980 to `until`: the code repeats every 30 years, and only North
 * America and China say that it is a year at all. Empty where the character is no year code.
 */
export function modelYearCandidates(vin: string, until: number): number[] {
	const index = YEAR_CODES.indexOf(vin.charAt(9) || " ");
	if (index < 0) return [];
	const years: number[] = [];
	for (let year = FIRST_YEAR + index; year <= until; year += YEAR_CODES.length) years.push(year);
	return years;
}

export type Region = "africa" | "asia" | "europe" | "north_america" | "oceania" | "south_america";

/** Region of the maker by the first character (ISO 3780). */
export function regionOf(vin: string): Region | null {
	const first = vin.charAt(0);
	if (/[A-H]/.test(first)) return "africa";
	if (/[J-R]/.test(first)) return "asia";
	if (/[S-Z]/.test(first)) return "europe";
	if (/[1-5]/.test(first)) return "north_america";
	if (/[67]/.test(first)) return "oceania";
	if (/[89]/.test(first)) return "south_america";
	return null;
}
