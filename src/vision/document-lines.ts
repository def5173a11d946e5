import type { Quad } from "../contracts/primitives.js";
import { boundingBox, invertedQuad, quadSize } from "../domain/geometry.js";
import { againstPage, alongPage } from "../ocr/documents/page.js";
import type { PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import { type DecodedText, decodeGreedy } from "../ocr/ppocr/ctc.js";
import type { TextLine } from "../ocr/text-line.js";
import { withDashes } from "./blank-cells.js";
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

/** Lines of an upright document: those that were read upside down against the rest are read again, dashes are known. */
export async function documentLines(
	picture: Picture,
	lines: readonly TextLine[],
	reader: PpocrReader,
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
	return withDashes(picture, [...alongPage(lines), ...turned]);
}
