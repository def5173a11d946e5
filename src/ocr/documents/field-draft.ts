import type { Box, Quad } from "../../contracts/primitives.js";
import type { CharacterReading, FieldValue, Refusal } from "../../contracts/reading.js";

/**
 * A named field as one reader's lines and the document's layout give it, before any evidence was weighed.
 * `value` is null where the text does not parse as the field's type; `refusal` then says why. Box and quad
 * are in pixels of the picture whose lines were given; they bound the value, not its caption.
 */
export interface FieldDraft {
	readonly text: string;
	readonly value: FieldValue | null;
	readonly unit: string | null;
	readonly characters: readonly CharacterReading[];
	/** Weakest character, 0..1, as the reader of the lines gives it. */
	readonly confidence: number;
	readonly box: Box;
	readonly quad: Quad;
	readonly refusal?: Refusal;
}
