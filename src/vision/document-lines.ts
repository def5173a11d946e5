import type { Box, Quad } from "../contracts/primitives.js";
import { boundingBox, invertedQuad, overlapOfSmaller, quadSize } from "../domain/geometry.js";
import { againstPage, alongPage } from "../ocr/documents/page.js";
import type { PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import { type DecodedText, decodeGreedy } from "../ocr/ppocr/ctc.js";
import type { TextLine } from "../ocr/text-line.js";
import { withDashes } from "./blank-cells.js";
import { figureQuads } from "./figure-gaps.js";
import { isInSealInk } from "./find-seals.js";
import type { Picture } from "./picture.js";
import { rectify } from "./rectify.js";

/** Height at which a line by itself is cut out; the network's own. */
const LINE_HEIGHT = 48;

/**
 * Reads lines that are known to stand upright, each `stretch` times as wide as it is. Nothing decides here which
 * way up a line is: on a short figure that goes wrong, and 89 comes back as 68.
 */
export async function readUpright(
	reader: PpocrReader,
	lines: readonly Picture[],
	stretch: number,
): Promise<readonly DecodedText[]> {
	const posteriors = await reader.posteriors(lines, stretch);
	return posteriors.map((posterior) => decodeGreedy(posterior, reader.keys, 0));
}

function cut(picture: Picture, quad: Quad): Picture {
	const { width, height } = quadSize(quad);
	const columns = Math.max(LINE_HEIGHT, Math.round((width * LINE_HEIGHT) / Math.max(1, height)));
	return rectify(picture, quad, columns, LINE_HEIGHT);
}

/** Several numbers side by side, whose gaps a reader of characters left out: `465518651680`. */
const MERGED_FIGURES = /^\d[\d\s]{6,20}$/;

/** Lines of figures with the gaps between their numbers, where each number read by itself gives the same figures. */
async function withGaps(
	picture: Picture,
	lines: readonly TextLine[],
	reader: PpocrReader,
): Promise<readonly TextLine[]> {
	const spaced: TextLine[] = [];
	for (const line of lines) {
		const quads = MERGED_FIGURES.test(line.text) ? figureQuads(picture, line.quad) : [];
		const crops = quads.length > 1 ? quads.map((quad) => cut(picture, quad)) : [];
		const read = await readUpright(reader, crops, 1);
		const figures = (text: string) => text.replace(/\s/gu, "");
		const isSame = crops.length > 0 && read.map(({ text }) => figures(text)).join("") === figures(line.text);
		spaced.push(
			...(isSame
				? quads.flatMap((quad, i) => (read[i] ? [{ ...read[i], quad, box: boundingBox(quad) }] : []))
				: [line]),
		);
	}
	return spaced;
}

/**
 * Lines of an upright document as its layouts want them: those that were read upside down against the rest are
 * read again, words of the seals are left out, dashes are dashes.
 */
export async function documentLines(
	picture: Picture,
	lines: readonly TextLine[],
	reader: PpocrReader,
	seals: readonly Box[],
): Promise<readonly TextLine[]> {
	const inverted = againstPage(lines);
	const quads = inverted.map(({ quad }) => invertedQuad(quad));
	const read = await readUpright(
		reader,
		quads.map((quad) => cut(picture, quad)),
		1,
	);
	const turned = quads.flatMap((quad, index): TextLine[] => {
		const decoded = read[index];
		return decoded && decoded.text.trim() !== "" ? [{ ...decoded, quad, box: boundingBox(quad) }] : [];
	});
	const printed = [...alongPage(lines), ...turned].filter(
		(line) => !seals.some((seal) => overlapOfSmaller(line.box, seal) > 0.5 && isInSealInk(picture, line.box)),
	);
	return withDashes(picture, await withGaps(picture, printed, reader));
}
