import type { WitnessKind } from "../contracts/reading.js";
import { boundingBox, mapQuad, unturnPoint } from "../domain/geometry.js";
import type { PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import type { TextLine } from "../ocr/text-line.js";
import type { Picture } from "./picture.js";
import { turnPicture } from "./rectify.js";

/** Shorter lines say nothing about which way a picture stands. */
const MIN_LEGIBLE = 4;

/** A part's number is marked to be read beside the whole part: characters that need more than this are no number. */
const GEAR_ENLARGED = 2;

/** Quarter turns clockwise after which most of the text runs from left to right; 1 where no text was found. */
function turnsToUpright(legible: readonly TextLine[]): number {
	const down = legible.filter(({ quad: [a, b] }) => b[1] - a[1] > Math.abs(b[0] - a[0])).length;
	const up = legible.filter(({ quad: [a, b] }) => a[1] - b[1] > Math.abs(b[0] - a[0])).length;
	if (Math.max(up, down) * 2 <= legible.length) return legible.length === 0 ? 1 : 0;
	return up >= down ? 1 : 3;
}

/**
 * Reads every line. Where most run up or down the picture, or none is found, it is read again turned: the
 * detector was trained on text that lies.
 */
export async function readAllLines(
	picture: Picture,
	reader: PpocrReader,
	kind: WitnessKind | "auto",
): Promise<readonly TextLine[]> {
	const mostEnlarged = kind === "gear" ? GEAR_ENLARGED : undefined;
	const lines = await reader.readLines(picture, mostEnlarged);
	const legible = lines.filter(({ text }) => text.length >= MIN_LEGIBLE);
	// Most gears bear no text, and one that does bears it at any angle.
	if (legible.length === 0 && kind === "gear") return lines;
	const turns = turnsToUpright(legible);
	if (turns === 0) return lines;
	const turned = await reader.readLines(turnPicture(picture, turns), mostEnlarged);
	const characters = (read: readonly TextLine[]) => read.reduce((sum, { text }) => sum + text.length, 0);
	if (characters(turned) < characters(lines)) return lines;
	return turned.map((line) => {
		const quad = mapQuad(line.quad, (point) => unturnPoint(point, turns, picture.width, picture.height));
		return { ...line, quad, box: boundingBox(quad) };
	});
}
