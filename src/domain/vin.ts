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

/** Pairs that stamped metal and low-resolution plates confuse; shown to a person, never used to choose. */
export const CONFUSABLES: readonly (readonly [string, string])[] = [
	["8", "B"],
	["0", "D"],
	["5", "S"],
	["1", "7"],
	["2", "Z"],
	["6", "G"],
	["U", "V"],
	["3", "8"],
	["6", "8"],
	["0", "8"],
	["0", "9"],
	["4", "A"],
	["A", "K"],
	["6", "E"],
	["1", "L"],
	["M", "N"],
	["H", "N"],
	["K", "X"],
	["V", "Y"],
	["P", "R"],
	["C", "G"],
	["V", "W"],
	["7", "T"],
];

export function areConfusable(a: string, b: string): boolean {
	return CONFUSABLES.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
}
