import type { Detection, Refusal, WitnessKind } from "../contracts/reading.js";
import { quadSize } from "../domain/geometry.js";
import type { TextLine } from "../ocr/text-line.js";
import type { VinLine } from "../ocr/vin/read-vin-line.js";
import { readGears } from "./gear/read-gear.js";
import { measureLine, retakeOf } from "./line-quality.js";
import type { Picture } from "./picture.js";
import { mirrorPicture } from "./rectify.js";

/** What was seen in a picture from which nothing was accepted. */
export interface Unread {
	readonly kind: WitnessKind | "auto";
	readonly lines: readonly TextLine[];
	readonly detections: readonly Detection[];
	/** Why there is no reading at all. */
	readonly refusal: Refusal | null;
	/** A line has the form of a VIN, however unsure. */
	readonly hasVin: boolean;
	/** Reads the likeliest line of a picture as a VIN. */
	readonly readVinIn: (picture: Picture) => Promise<VinLine | null>;
}

/** A line at least this many times as long as it is high may carry a VIN. */
const MIN_ASPECT = 5;
/** A mirror image that reads as a VIN by chance is less likely than this; turned round it is a clear reading. */
const MIN_MIRRORED = 0.3;
/** So many lines of text are a document or a label, not a part number on a gear. */
const DOCUMENT_LINES = 4;

/** The largest line that may carry a VIN: where even that is no use, the picture is not. */
const largest = (lines: readonly TextLine[]): TextLine | undefined =>
	lines
		.filter(({ quad }) => quadSize(quad).width >= MIN_ASPECT * quadSize(quad).height)
		.toSorted((a, b) => quadSize(b.quad).height - quadSize(a.quad).height)[0];

/** Whether the picture reads as a VIN in a mirror, and in a mirror only. */
async function isMirrored(picture: Picture, { hasVin, readVinIn }: Unread): Promise<boolean> {
	if (hasVin) return false;
	const read = await readVinIn(mirrorPicture(picture));
	return read?.refusal === null && read.confidence >= MIN_MIRRORED;
}

/** Whether the picture shows another kind of witness than the one asked for, where that is beyond doubt. */
function isOtherView(picture: Picture, { kind, lines, refusal, hasVin }: Unread): boolean {
	if (kind === "auto") return false;
	const isDocument = lines.length >= DOCUMENT_LINES;
	if (kind === "gear") return refusal === "no_gear" && isDocument;
	return !hasVin && !isDocument && readGears(picture).some((gear) => gear.refusal === null);
}

/**
 * What about the picture itself kept it from being read: mirrored, of something else, or poor where the text
 * stands. Null where the picture is not at fault. Asked only where nothing was accepted.
 */
export async function pictureFault(picture: Picture, unread: Unread): Promise<Refusal | null> {
	if (await isMirrored(picture, unread)) return "mirrored";
	if (isOtherView(picture, unread)) return "wrong_view";
	const line = unread.detections.find(({ kind }) => kind === "vin_line") ?? largest(unread.lines);
	return unread.kind === "gear" || !line ? null : retakeOf(measureLine(picture, line.quad));
}
