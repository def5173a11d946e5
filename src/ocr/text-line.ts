import type { Box, Quad } from "../contracts/primitives.js";
import type { CharacterReading } from "../contracts/reading.js";
import type { Picture } from "../vision/picture.js";

/** One line of text as one reader saw it. Box and quad in pixels of the picture it was given. */
export interface TextLine {
	readonly text: string;
	readonly characters: readonly CharacterReading[];
	/** Weakest character, 0..1. */
	readonly confidence: number;
	readonly box: Box;
	readonly quad: Quad;
}

/** A reader of printed or marked text. Never told what to expect. */
export interface TextReader {
	readonly name: string;
	/** Digest or version of its weights. */
	readonly version: string;
	/** Finds and reads every line, top to bottom. */
	readLines(picture: Picture): Promise<readonly TextLine[]>;
	/** Reads one upright, rectified line; null where nothing is readable. */
	readLine(line: Picture): Promise<TextLine | null>;
	close(): Promise<void>;
}
