import type { Quad } from "../../contracts/primitives.js";
import { centreOf, quadSize } from "../../domain/geometry.js";
import { VIN_LENGTH } from "../../domain/vin.js";
import type { TextLine } from "../text-line.js";

/** A line worth reading as a VIN. */
export interface VinCandidate {
	readonly quad: Quad;
	/** Characters a first look saw on it, wide ones counted twice. */
	readonly length: number;
	/** The lines it was made of. */
	readonly lines: readonly TextLine[];
}

/** A first look merges and drops characters: what it saw as this many may be a VIN. */
const MIN_SEEN = 9;
const MAX_SEEN = 26;
/** Fragments of one line: how far apart at most, in heights of the line. */
const MAX_GAP = 2.5;
const MAX_CANDIDATES = 4;
/** Seventeen characters are at least this many times as long as they are high, however a picture is squeezed. */
const MIN_ASPECT = 4;
const MAX_LONGEST = 2;
/** Beside a likelier line, one this many characters off is no VIN. */
const MAX_DISTANCE = 3;

const identityCharacters = (text: string) => text.normalize("NFKC").replaceAll(/[^0-9A-Za-z]/g, "").length;
const widthInCharacters = (text: string) =>
	[...text.replaceAll(/\s+/g, " ")].reduce((sum, char) => sum + (char > "\u2e7f" ? 2 : 1), 0);

/** Whether `b` goes on where `a` ends: same slope, same height, small gap. */
function continues(a: TextLine, b: TextLine): boolean {
	const sizeA = quadSize(a.quad);
	const sizeB = quadSize(b.quad);
	const height = (sizeA.height + sizeB.height) / 2;
	if (Math.max(sizeA.height, sizeB.height) > 1.6 * Math.min(sizeA.height, sizeB.height)) return false;
	const [topLeft, topRight, bottomRight, bottomLeft] = a.quad;
	const end = centreOf([topRight, bottomRight]);
	const direction = [
		(topRight[0] - topLeft[0]) / sizeA.width,
		(topRight[1] - topLeft[1]) / sizeA.width,
	] as const;
	const start = centreOf([b.quad[0], b.quad[3]]);
	const [dx, dy] = [start[0] - end[0], start[1] - end[1]];
	const gap = dx * direction[0] + dy * direction[1];
	const offset = Math.abs(dy * direction[0] - dx * direction[1]);
	return (
		sizeA.height > 0 &&
		bottomLeft !== topLeft &&
		gap > -height &&
		gap < MAX_GAP * height &&
		offset < height / 2
	);
}

function candidateOf(lines: readonly TextLine[]): VinCandidate | null {
	const [first] = lines;
	const last = lines.at(-1);
	if (!first || !last) return null;
	const text = lines.map((line) => line.text).join(" ");
	const seen = identityCharacters(text);
	const letters = text.replaceAll(/[^A-Za-z]/g, "").length;
	const digits = text.replaceAll(/[^0-9]/g, "").length;
	if (seen < MIN_SEEN || seen > MAX_SEEN || letters < 1 || digits < 3) return null;
	return {
		quad: [first.quad[0], last.quad[1], last.quad[2], first.quad[3]],
		length: widthInCharacters(text),
		lines,
	};
}

const distanceFromVin = ({ lines }: VinCandidate) =>
	Math.abs(identityCharacters(lines.map((line) => line.text).join("")) - VIN_LENGTH);

/**
 * The longest lines, where a first look made nothing like a VIN of any: of small characters it makes little, and
 * the reader of VIN lines sees more.
 */
function longest(lines: readonly TextLine[]): VinCandidate[] {
	return lines
		.map((line) => ({ line, ...quadSize(line.quad) }))
		.filter(({ width, height }) => width >= MIN_ASPECT * height)
		.sort((a, b) => b.width - a.width)
		.slice(0, MAX_LONGEST)
		.map(({ line }) => ({ quad: line.quad, length: VIN_LENGTH, lines: [line] }));
}

/**
 * Lines that may carry a VIN, the likeliest first: by how many letters and digits a first look saw. Two
 * fragments of one line count as one where they make a likelier VIN than either alone.
 */
export function findVinLines(lines: readonly TextLine[]): VinCandidate[] {
	const singles = lines.flatMap((line) => candidateOf([line]) ?? []);
	const joined = lines.flatMap((a) =>
		lines.flatMap((b) => (a !== b && continues(a, b) ? (candidateOf([a, b]) ?? []) : [])),
	);
	const better = joined.filter((pair) =>
		pair.lines.every((part) => {
			const single = candidateOf([part]);
			return single === null || distanceFromVin(pair) < distanceFromVin(single);
		}),
	);
	const ranked = [...singles, ...better].sort((a, b) => distanceFromVin(a) - distanceFromVin(b));
	const used = new Set<TextLine>();
	const kept: VinCandidate[] = [];
	for (const candidate of ranked) {
		if (candidate.lines.some((line) => used.has(line))) continue;
		for (const line of candidate.lines) used.add(line);
		kept.push(candidate);
	}
	const [likeliest] = kept;
	if (!likeliest) return longest(lines);
	const worst = Math.max(MAX_DISTANCE, distanceFromVin(likeliest));
	return kept.filter((candidate) => distanceFromVin(candidate) <= worst).slice(0, MAX_CANDIDATES);
}
