import type { Box } from "../../contracts/primitives.js";
import type { FieldName } from "../../domain/fields.js";
import { quadOfBox } from "../../domain/geometry.js";
import type { FieldDraft } from "../../ocr/documents/field-draft.js";
import {
	boxAround,
	charactersOf,
	confidenceOf,
	quadAround,
	type Span,
	slice,
	spanOf,
	textOf,
} from "../../ocr/documents/glyphs.js";
import { parseCode } from "../../ocr/documents/parse-value.js";
import type { TextLine } from "../../ocr/text-line.js";
import type { GearReading } from "./read-gear.js";

/** Part number: letters first, then groups of letters and digits joined by dashes, three digits or more in all. */
const PART_NUMBER = /(?<![A-Z0-9-])[A-Z]{1,5}[A-Z0-9]*(?:-[A-Z0-9]+)+(?![A-Z0-9-])/g;
const LEAST_DIGITS = 3;

/**
 * Fields of a gear: `toothCount` from its shape, `gearPart` from the text on its face; without a gear in view any
 * line may be its marking. The text never contributes to the count, though part numbers often hold it. A part number
 * has no value where the face bears several different ones.
 */
export function gearFields(
	reading: GearReading | null,
	lines: readonly TextLine[],
): Partial<Record<FieldName, FieldDraft>> {
	const marking = reading === null ? lines : lines.filter((line) => liesOn(reading.box, line));
	const gearPart = partDraft(partNumbers(marking));
	return { ...(reading && { toothCount: toothCountDraft(reading) }), ...(gearPart && { gearPart }) };
}

function toothCountDraft({ toothCount, box, confidence, refusal }: GearReading): FieldDraft {
	const text = String(toothCount);
	return {
		text,
		value: toothCount,
		unit: null,
		characters: Array.from(text, (char) => ({ char, p: confidence })),
		confidence,
		box,
		quad: quadOfBox(box),
		...(refusal && { refusal }),
	};
}

/** Whether the middle of a line is within the gear. */
function liesOn(gear: Box, { box: [x, y, width, height] }: TextLine): boolean {
	const middleX = x + width / 2 - gear[0];
	const middleY = y + height / 2 - gear[1];
	return middleX >= 0 && middleX <= gear[2] && middleY >= 0 && middleY <= gear[3];
}

function partNumbers(lines: readonly TextLine[]): readonly Span[] {
	return lines.flatMap((line) => {
		const span = spanOf(line);
		// One UTF-16 unit per glyph keeps places in the text places among the glyphs.
		const text = span.glyphs.map(({ char }) => (char.length === 1 ? normalised(char) : " ")).join("");
		return [...text.matchAll(PART_NUMBER)]
			.filter(([number]) => number.replace(/\D/g, "").length >= LEAST_DIGITS)
			.map((match) => slice(span, match.index, match.index + match[0].length));
	});
}

function normalised(char: string): string {
	const code = parseCode(`0${char}`)?.slice(1) ?? "";
	return code.length === 1 ? code : " ";
}

function partDraft(spans: readonly Span[]): FieldDraft | null {
	const [first, ...others] = [...spans].sort((a, b) => confidenceOf([b], false) - confidenceOf([a], false));
	if (first === undefined) return null;
	const value = parseCode(textOf([first]));
	const alone = others.every((other) => parseCode(textOf([other])) === value);
	return {
		text: textOf([first]),
		value: alone ? value : null,
		unit: null,
		characters: charactersOf([first]),
		confidence: confidenceOf([first], false),
		box: boxAround([first]),
		quad: quadAround([first]),
		...(!alone && { refusal: "field_format" as const }),
	};
}
