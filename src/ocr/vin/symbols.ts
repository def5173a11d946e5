import { FORBIDDEN_LETTERS, FRAME_MARKS, VIN_ALPHABET } from "../../domain/vin.js";
import type { Posterior } from "../ppocr/ctc.js";

/** One symbol for every mark that may frame a VIN. */
export const MARK = "*";

/**
 * What a line with a VIN on it is read as: the VIN alphabet, the letters it forbids (so that a drawn O can be
 * seen and refused instead of passing as 0) and one symbol for marks. Symbol 0 is the CTC blank.
 */
export const SYMBOLS: readonly string[] = ["", ...VIN_ALPHABET, ...Object.keys(FORBIDDEN_LETTERS), MARK];

/** The symbol each class of a recogniser stands for; what is no symbol counts as nothing, the blank. */
export function symbolsOfKeys(keys: readonly string[]): Uint8Array {
	return Uint8Array.from(keys, (key) => {
		if (key === "l") return SYMBOLS.indexOf("I");
		if (key !== "" && FRAME_MARKS.includes(key)) return SYMBOLS.indexOf(MARK);
		return /^[0-9A-Za-z]$/.test(key) ? Math.max(0, SYMBOLS.indexOf(key.toUpperCase())) : 0;
	});
}

/** The same columns over SYMBOLS: probabilities of classes that stand for one symbol add up. */
export function projectPosterior({ columns, classes, p }: Posterior, symbolOf: Uint8Array): Posterior {
	const projected = new Float32Array(columns * SYMBOLS.length);
	for (let column = 0; column < columns; column++)
		for (let index = 0; index < classes; index++) {
			const at = column * SYMBOLS.length + (symbolOf[index] ?? 0);
			projected[at] = (projected[at] ?? 0) + (p[column * classes + index] ?? 0);
		}
	return { columns, classes: SYMBOLS.length, p: projected };
}
