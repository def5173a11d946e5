import { rectify } from "../../vision/rectify.js";
import type { PpocrReader } from "../ppocr/create-ppocr-reader.js";
import { projectPosterior, symbolsOfKeys } from "./symbols.js";
import type { VinRecogniser } from "./vin-recogniser.js";

/**
 * Widths a line is drawn at, in pixels a character at a height of 48. A CTC reader merges narrow repeated
 * characters and splits wide ones; a true reading survives all of them.
 */
const FIRST_WIDTHS = [28];
const FURTHER_WIDTHS = [24, 33, 38];
const LINE_HEIGHT = 48;

/** PP-OCR as a recogniser of VIN lines. */
export function ppocrRecogniser(ppocr: PpocrReader): VinRecogniser {
	const symbolOf = symbolsOfKeys(ppocr.keys);
	return {
		name: ppocr.name,
		version: ppocr.version,
		async look(picture, line, characters, which) {
			const widths = which === "first" ? FIRST_WIDTHS : FURTHER_WIDTHS;
			const lines = widths.map((width) =>
				rectify(picture, line, Math.round(width * characters), LINE_HEIGHT),
			);
			const posteriors = await ppocr.posteriors(lines, 1);
			return posteriors.map((posterior) => projectPosterior(posterior, symbolOf));
		},
	};
}
