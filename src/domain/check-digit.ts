/** Zero-based position of the check digit in a VIN (49 CFR 565.15(c)). */
export const CHECK_DIGIT_POSITION = 8;

/** Values of letters and weights of positions, 49 CFR 565.15(c), Tables III and IV. */
const LETTER_VALUES: Readonly<Record<string, number>> = {
	...{ A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8 },
	...{ J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 },
	...{ S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 },
};
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Whether the ninth of 17 characters is the check digit of the others; false for anything that is no VIN. */
export function hasValidCheckDigit(vin: string): boolean {
	if (vin.length !== WEIGHTS.length) return false;
	const sum = [...vin].reduce((total, char, i) => {
		const value = /\d/.test(char) ? Number(char) : (LETTER_VALUES[char] ?? Number.NaN);
		return total + value * (WEIGHTS[i] ?? 0);
	}, 0);
	const remainder = sum % 11;
	return vin[CHECK_DIGIT_POSITION] === (remainder === 10 ? "X" : String(remainder));
}
