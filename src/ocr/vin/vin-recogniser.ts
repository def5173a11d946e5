import type { Quad } from "../../contracts/primitives.js";
import type { Picture } from "../../vision/picture.js";
import type { Posterior } from "../ppocr/ctc.js";

/**
 * Reads the characters of one line. What it gives are class probabilities over `SYMBOLS`, column by column:
 * what to make of several looks, and of several recognisers, is decided in one place for all of them.
 */
export interface VinRecogniser {
	readonly name: string;
	/** Digest of its weights. */
	readonly version: string;
	/**
	 * Looks at a line of a picture, about `characters` long. The first look is one rendition, further looks are
	 * others of the same line: drawn differently, a true reading stays what it is.
	 */
	look(
		picture: Picture,
		line: Quad,
		characters: number,
		which: "first" | "further",
	): Promise<readonly Posterior[]>;
}
