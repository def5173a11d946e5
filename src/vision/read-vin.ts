import type { Detection, FieldReading } from "../contracts/reading.js";
import { type Judgement, judgeEvidence, type WeighedEvidence } from "../domain/acceptance.js";
import { boundingBox, overlapOfSmaller } from "../domain/geometry.js";
import { VIN_LENGTH } from "../domain/vin.js";
import type { OwnRecogniser } from "../ocr/vin/create-own-recogniser.js";
import type { VinCandidate } from "../ocr/vin/find-vin-lines.js";
import { readVinLine, type VinLine } from "../ocr/vin/read-vin-line.js";
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

/** A candidate line as the first reader read it. */
interface ReadCandidate {
	readonly candidate: VinCandidate;
	readonly line: VinLine;
}

/**
 * Reads the VIN among a picture's candidate lines. Null where no line looks like one. The second reader is
 * asked only where the first is not sure enough alone. It looks at the line for itself, so that a cut the first
 * one made wrong does not mislead both. The reading is what the surer of the two saw, and is believed where the
 * other saw the same.
 */
export async function readVin(
	picture: Picture,
	candidates: readonly VinCandidate[],
	{ own, second }: VinReaders,
): Promise<VinResult | null> {
	const read: ReadCandidate[] = [];
	for (const candidate of candidates) {
		const line = await readVinLine(picture, candidate.quad, candidate.length, own);
		if (line) read.push({ candidate, line });
	}
	const again = new Map<VinCandidate, VinLine | null>();
	const readAgain = async (candidate: VinCandidate): Promise<VinLine | null> => {
		const known = again.get(candidate);
		if (known !== undefined) return known;
		const line = await readVinLine(picture, candidate.quad, candidate.length, second);
		again.set(candidate, line);
		return line;
	};
	// A caption on the line (`VIN: …`) is no text our own reader knows: the other one tells it from the number.
	if (!read.some(({ line }) => line.refusal === null))
		for (const candidate of candidates) {
			const cut = await readAgain(candidate);
			if (cut?.refusal !== null) continue;
			const line = await readVinLine(picture, cut.quad, VIN_LENGTH, own);
			if (line) read.push({ candidate, line });
		}
	const [best, ...others] = read.sort((a, b) => byPromise(a.line, b.line));
	if (!best) return null;
	const detections = read.map(({ line: { quad, confidence } }) => ({
		kind: "vin_line" as const,
		box: boundingBox(quad),
		quad,
		score: confidence,
	}));
	const first = evidenceOf(best.line, own, own.acceptance.unasked);
	const several = severalVins(
		best.line,
		others.map(({ line }) => line),
	);
	const alone = judgeEvidence([first], several ? "several_vins" : best.line.refusal);
	if (alone.accepted || several) return { field: fieldOf(best.line, [first], alone), detections };
	const other = await readAgain(best.candidate);
	const [line = best.line] = [best.line, ...(other ? [other] : [])].sort(byPromise);
	const evidence = [evidenceOf(best.line, own, own.acceptance.undenied), evidenceOf(other, second, null)];
	const judgement = judgeEvidence(evidence, line.text === best.line.text ? line.refusal : "readers_disagree");
	return { field: fieldOf(line, evidence, judgement), detections };
}
