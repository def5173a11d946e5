import type { Detection, FieldReading, Refusal } from "../contracts/reading.js";
import { type Judgement, judgeEvidence, type WeighedEvidence } from "../domain/acceptance.js";
import { boundingBox, overlapOfSmaller } from "../domain/geometry.js";
import { VIN_LENGTH } from "../domain/vin.js";
import type { PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import type { TextLine, TextReader } from "../ocr/text-line.js";
import { findVinLines } from "../ocr/vin/find-vin-lines.js";
import { readVinLine, type VinLine } from "../ocr/vin/read-vin-line.js";
import type { Picture } from "./picture.js";
import { rectify } from "./rectify.js";

export interface VinReaders {
	readonly ppocr: PpocrReader;
	/** Symbols its classes stand for. */
	readonly symbolOf: Uint8Array;
	/** The second reader, restricted to the VIN alphabet; asked only where the first is not sure alone. */
	readonly second: TextReader;
}

export interface VinResult {
	readonly field: FieldReading;
	readonly detections: readonly Detection[];
}

/** Two lines below this are noise beside a VIN, not a second VIN. */
const SECOND_VIN = 0.1;
/** The second reader gets the line at this many pixels a character, 48 high. */
const SECOND_CHARACTER_WIDTH = 28;
const SECOND_HEIGHT = 48;

/** Lines that have the form of a VIN first, then what could be folded to one, then the surer. */
function byPromise(a: VinLine, b: VinLine): number {
	return (
		Number(b.refusal === null) - Number(a.refusal === null) ||
		Number(b.vin !== null) - Number(a.vin !== null) ||
		b.confidence - a.confidence
	);
}

function severalVins(best: VinLine, others: readonly VinLine[]): boolean {
	return others.some(
		({ vin, confidence, quad }) =>
			vin !== null &&
			vin !== best.vin &&
			confidence >= SECOND_VIN &&
			overlapOfSmaller(boundingBox(quad), boundingBox(best.quad)) < 0.5,
	);
}

async function secondEvidence(picture: Picture, line: VinLine, reader: TextReader): Promise<WeighedEvidence> {
	const crop = rectify(picture, line.quad, SECOND_CHARACTER_WIDTH * VIN_LENGTH, SECOND_HEIGHT);
	const read = await reader.readLine(crop);
	return {
		reader: reader.name,
		family: reader.name,
		version: reader.version,
		text: read?.text.replaceAll(/\s/g, "") ?? "",
		confidence: read?.confidence ?? 0,
		consistent: true,
		soleThreshold: null,
	};
}

function fieldOf(line: VinLine, evidence: readonly WeighedEvidence[], judgement: Judgement): FieldReading {
	return {
		text: line.text,
		value: line.vin,
		unit: null,
		characters: [...line.characters],
		...judgement,
		box: boundingBox(line.quad),
		evidence: evidence.map(({ reader, version, text, confidence }) => ({
			reader,
			version,
			text,
			confidence,
		})),
	};
}

/**
 * Finds and reads the VIN among a picture's lines. Null where no line looks like one. The second reader is
 * asked only where the first has the form of a VIN but is not sure enough alone.
 */
export async function readVin(
	picture: Picture,
	lines: readonly TextLine[],
	{ ppocr, symbolOf, second }: VinReaders,
): Promise<VinResult | null> {
	const read: VinLine[] = [];
	for (const { quad, length } of findVinLines(lines)) {
		const line = await readVinLine(picture, quad, length, ppocr, symbolOf);
		if (line) read.push(line);
	}
	const [best, ...others] = read.sort(byPromise);
	if (!best) return null;
	const form: Refusal | null = severalVins(best, others) ? "several_vins" : best.refusal;
	const first: WeighedEvidence = {
		reader: ppocr.name,
		family: ppocr.name,
		version: ppocr.version,
		text: best.text,
		confidence: best.confidence,
		consistent: best.consistent,
		soleThreshold: ppocr.acceptance.vinLine,
	};
	let evidence = [first];
	let judgement = judgeEvidence(evidence, form);
	if (judgement.refusal === "single_reader") {
		evidence = [first, await secondEvidence(picture, best, second)];
		judgement = judgeEvidence(evidence, form);
	}
	return {
		field: fieldOf(best, evidence, judgement),
		detections: read.map(({ quad, confidence }) => ({
			kind: "vin_line",
			box: boundingBox(quad),
			quad,
			score: confidence,
		})),
	};
}
