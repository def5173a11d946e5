import type { Detection, FieldReading, Refusal } from "../contracts/reading.js";
import { type Judgement, judgeEvidence, type WeighedEvidence } from "../domain/acceptance.js";
import { boundingBox, overlapOfSmaller } from "../domain/geometry.js";
import { VIN_LENGTH } from "../domain/vin.js";
import type { OwnRecogniser } from "../ocr/vin/create-own-recogniser.js";
import type { VinCandidate } from "../ocr/vin/find-vin-lines.js";
import { lineOf, readVinLine, type VinLine } from "../ocr/vin/read-vin-line.js";
import type { VinRecogniser } from "../ocr/vin/vin-recogniser.js";
import type { Picture } from "./picture.js";

export interface VinReaders {
	readonly own: OwnRecogniser;
	/** Another family, asked only where the first is not sure enough alone. */
	readonly second: VinRecogniser;
}

export interface VinResult {
	readonly field: FieldReading;
	readonly detections: readonly Detection[];
}

/** Two lines below this are noise beside a VIN, not a second VIN. */
const SECOND_VIN = 0.1;
/** Candidates that cover each other this much are one line. */
const SAME_LINE = 0.5;

/** Lines that have the form of a VIN first, then what could be folded to one, then the surer. */
function byPromise(a: VinLine, b: VinLine): number {
	return (
		Number(b.refusal === null) - Number(a.refusal === null) ||
		Number(b.vin !== null) - Number(a.vin !== null) ||
		b.confidence - a.confidence
	);
}

const sameLine = (a: VinLine, b: VinLine): boolean =>
	overlapOfSmaller(boundingBox(a.quad), boundingBox(b.quad)) >= SAME_LINE;

function severalVins(best: VinLine, others: readonly VinLine[]): boolean {
	return others.some(
		(other) =>
			other.vin !== null &&
			other.vin !== best.vin &&
			other.confidence >= SECOND_VIN &&
			!sameLine(other, best),
	);
}

const evidenceOf = (
	line: VinLine | null,
	{ name, version }: VinRecogniser,
	soleThreshold: number | null,
): WeighedEvidence => ({
	reader: name,
	family: name,
	version,
	text: line?.text ?? "",
	confidence: line?.confidence ?? 0,
	consistent: line?.consistent ?? true,
	soleThreshold,
});

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
 * Reads the VIN among a picture's candidate lines. Null where no line looks like one. The second reader is
 * asked only where the first has something like a VIN but is not sure enough alone; then the reading is the
 * string likeliest under both, and is believed where each of them by itself saw it.
 */
export async function readVin(
	picture: Picture,
	candidates: readonly VinCandidate[],
	{ own, second }: VinReaders,
): Promise<VinResult | null> {
	const read: VinLine[] = [];
	for (const { quad, length } of candidates) {
		const line = await readVinLine(picture, quad, length, own);
		if (line) read.push(line);
	}
	const [best, ...others] = read.sort(byPromise);
	if (!best) return null;
	const severally: Refusal | null = severalVins(best, others) ? "several_vins" : null;
	let line = best;
	let evidence = [evidenceOf(best, own, own.acceptance.alone)];
	let judgement = judgeEvidence(evidence, severally ?? best.refusal);
	if (!judgement.accepted && severally === null) {
		const looks = [
			...(await second.look(picture, best.quad, VIN_LENGTH, "first")),
			...(await second.look(picture, best.quad, VIN_LENGTH, "further")),
		];
		line = lineOf(best.quad, [...best.renditions, ...looks]) ?? best;
		evidence = [...evidence, evidenceOf(lineOf(best.quad, looks), second, null)];
		judgement = judgeEvidence(evidence, line.text === best.text ? line.refusal : "readers_disagree");
	}
	return {
		field: fieldOf(line, evidence, judgement),
		detections: read.map(({ quad, confidence }) => ({
			kind: "vin_line",
			box: boundingBox(quad),
			quad,
			score: confidence,
		})),
	};
}
