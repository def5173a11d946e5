import type { Quad } from "../../contracts/primitives.js";
import { boundingBox, invertedQuad, quadOfBox, quadSize, turnedQuad } from "../../domain/geometry.js";
import {
	DetectionContract,
	OrientationContract,
	RecognitionContract,
	readContract,
	readModelFile,
} from "../../vision/model-contract.js";
import { tensorOf } from "../../vision/network-input.js";
import { openNetwork, type RuntimeOptions } from "../../vision/onnx-session.js";
import type { Picture } from "../../vision/picture.js";
import { rectify } from "../../vision/rectify.js";
import type { TextLine, TextReader } from "../text-line.js";
import { decodeGreedy, type Posterior } from "./ctc.js";
import { detectLines, type LineRegion } from "./detect-lines.js";
import { recogniseLines } from "./recognise-lines.js";

/** A line this much taller than wide is taken to run downwards. */
const TALL = 1.5;

/** PP-OCRv4 with its steps open, for whoever reads one line in several renditions. */
export interface PpocrReader extends TextReader {
	/** Digests by model name. */
	readonly models: Readonly<Record<string, string>>;
	/** Confidence from which it is believed alone, from its contract. */
	readonly acceptance: RecognitionContract["acceptance"];
	/** Classes of a posterior, the blank first. */
	readonly keys: readonly string[];
	/** Finds and reads every line; a small picture is enlarged at most so many times to look for them. */
	readLines(picture: Picture, mostEnlarged?: number): Promise<readonly TextLine[]>;
	/** Regions of text, unread, in no order. */
	findLines(picture: Picture): Promise<readonly LineRegion[]>;
	/** Reads given quads of a picture, in their order; a quad may come back read the other way up. */
	readQuads(picture: Picture, quads: readonly Quad[]): Promise<readonly (TextLine | null)[]>;
	/** Class probabilities of rectified lines of any height, each `stretch` times as wide as it is. */
	posteriors(lines: readonly Picture[], stretch: number): Promise<readonly Posterior[]>;
}

function keyList(bytes: Uint8Array, trailingSpace: boolean): string[] {
	const keys = new TextDecoder().decode(bytes).split("\n");
	if (keys.at(-1) === "") keys.pop();
	return ["", ...keys.map((key) => key.replace("\r", "")), ...(trailingSpace ? [" "] : [])];
}

/** Lines in reading order: by rows, within a row from left to right. */
function inReadingOrder(lines: readonly TextLine[]): TextLine[] {
	const rows: TextLine[][] = [];
	for (const line of [...lines].sort((a, b) => a.box[1] + a.box[3] / 2 - (b.box[1] + b.box[3] / 2))) {
		const centre = line.box[1] + line.box[3] / 2;
		const row = rows.at(-1);
		const first = row?.[0];
		if (
			row &&
			first &&
			Math.abs(first.box[1] + first.box[3] / 2 - centre) < Math.min(first.box[3], line.box[3]) / 2
		)
			row.push(line);
		else rows.push([line]);
	}
	return rows.flatMap((row) => row.sort((a, b) => a.box[0] - b.box[0]));
}

/**
 * PP-OCRv4 on onnxruntime: detection, 180° classifier, recognition. Sessions are opened once and shared by
 * concurrent calls. Errors: `reader_unavailable` when a model is missing or is
 * not the one its contract names.
 */
export async function createPpocrReader(options: RuntimeOptions = {}): Promise<PpocrReader> {
	const [detection, recognition, orientation] = await Promise.all([
		readContract("ppocr-v4-detection", DetectionContract),
		readContract("ppocr-v4-recognition", RecognitionContract),
		readContract("ppocr-v2-orientation", OrientationContract),
	]);
	const { alphabet } = recognition;
	const keys = keyList(await readModelFile(recognition.name, alphabet), alphabet.trailingSpace);
	const [detector, recogniser, classifier] = await Promise.all(
		[detection, recognition, orientation].map((contract) => openNetwork(contract, options)),
	);
	if (!detector || !recogniser || !classifier) throw new RangeError("three contracts open three networks");

	const straighten = (picture: Picture, quad: Quad, stretch: number): Picture => {
		const { width, height } = quadSize(quad);
		const { height: lineHeight, maxWidth, columnWidth } = recognition.input;
		const natural = Math.round((lineHeight * width * stretch) / Math.max(1, height));
		return rectify(picture, quad, Math.min(maxWidth, Math.max(columnWidth, natural)), lineHeight);
	};

	const areInverted = async (picture: Picture, quads: readonly Quad[]): Promise<boolean[]> => {
		const { input, thresholds } = orientation;
		const crops = quads.map((quad) => {
			const { width, height } = quadSize(quad);
			const natural = Math.ceil((input.height * width) / Math.max(1, height));
			return rectify(picture, quad, Math.min(input.width, Math.max(1, natural)), input.height);
		});
		const { data, shape } = tensorOf(crops, input, input.width);
		const output = await classifier.run(data, shape);
		return crops.map((_, index) => (output.data[index * 2 + 1] ?? 0) > thresholds.inverted);
	};

	const readQuads = async (picture: Picture, quads: readonly Quad[]): Promise<(TextLine | null)[]> => {
		if (quads.length === 0) return [];
		const upright = quads.map((quad) => {
			const { width, height } = quadSize(quad);
			return height >= TALL * width ? turnedQuad(quad) : quad;
		});
		const inverted = await areInverted(picture, upright);
		// The classifier also turns upright stamps round, so both ways are read and the surer one stays.
		const ways = upright.flatMap((quad, index) =>
			inverted[index]
				? [
						{ index, quad },
						{ index, quad: invertedQuad(quad) },
					]
				: [{ index, quad }],
		);
		const crops = ways.map(({ quad }) => straighten(picture, quad, 1));
		const posteriors = await recogniseLines(crops, recogniser, recognition);
		const best = new Map<number, { line: TextLine; mean: number }>();
		for (const [at, { index, quad }] of ways.entries()) {
			const posterior = posteriors[at];
			if (!posterior) continue;
			const decoded = decodeGreedy(posterior, keys, alphabet.blank);
			if (decoded.text.trim() === "") continue;
			const mean = decoded.characters.reduce((sum, { p }) => sum + p, 0) / decoded.characters.length;
			if (mean > (best.get(index)?.mean ?? 0))
				best.set(index, { line: { ...decoded, box: boundingBox(quad), quad }, mean });
		}
		return quads.map((_, index) => best.get(index)?.line ?? null);
	};

	return {
		name: "ppocr",
		version: recognition.sha256,
		models: Object.fromEntries(
			[detection, recognition, orientation].map(({ name, sha256 }) => [name, sha256]),
		),
		acceptance: recognition.acceptance,
		keys,
		findLines: (picture) => detectLines(picture, detector, detection),
		readQuads,
		async readLines(picture, mostEnlarged) {
			const regions = await detectLines(picture, detector, detection, mostEnlarged);
			const lines = await readQuads(
				picture,
				regions.map((region) => region.quad),
			);
			return inReadingOrder(lines.flatMap((line) => line ?? []));
		},
		async readLine(line) {
			const [read] = await readQuads(line, [quadOfBox([0, 0, line.width, line.height])]);
			return read ?? null;
		},
		posteriors: (lines, stretch) =>
			recogniseLines(
				lines.map((line) => straighten(line, quadOfBox([0, 0, line.width, line.height]), stretch)),
				recogniser,
				recognition,
			),
		async close() {
			await Promise.all([detector.close(), recogniser.close(), classifier.close()]);
		},
	};
}
