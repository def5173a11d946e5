import type { Box } from "../contracts/primitives.js";
import { boundingBox, mapQuad, minAreaRectangle, quadOfRectangle } from "../domain/geometry.js";
import { connectedRegions } from "../ocr/ppocr/regions.js";
import { resizePicture } from "./network-input.js";
import type { Picture } from "./picture.js";

/** A seal in red ink, by its colour and its ring alone. */
export interface Seal {
	/** In pixels of the picture. */
	readonly box: Box;
	/** Share of the ring's directions in which ink was found, 0..1. */
	readonly closed: number;
	/** Longer axis over shorter; 1 is a circle. */
	readonly elongation: number;
}

/** Longer side at which seals are looked for: pores of the ink close, the ring is one or two pixels thick. */
const SIDE = 640;
/** Ink is grown by so many pixels, so that arcs of one ring hold together. */
const GROWTH = 2;
/** Diameters of seals as shares of the longer side: of 30 to 60 mm on sheets of A4 and A5, with margins. */
const SMALLEST = 0.05;
const LARGEST = 0.35;
const LONGEST = 2.6;
/** How far inside and outside of the ellipse the ring may run: it is pressed by hand and seen from one side. */
const RING = { inner: 0.8, outer: 1.1, directions: 72 } as const;
/** Share of the ring that must be there; what lies below it is a frame, or words in red. */
const CLOSED = 0.85;
/** A seal's middle is star, words and paper, never all ink, even grown. */
const FULL = 0.9;

/** Black print in a picture fit to be read is darker than this in every channel. */
const DARK = 90;

/** Red ink, not the brown of wood or skin: red stands out, green and blue are alike. */
function isSealRed(r: number, g: number, b: number): boolean {
	const lead = r - Math.max(g, b);
	const tint = (g - b) / Math.max(1, r - Math.min(g, b));
	return lead > 22 && lead > 0.16 * r && tint > -0.4 && tint < 0.25;
}

/** Whether what is printed in a box is mostly a seal's ink: red pixels against dark ones that are not. */
export function isInSealInk({ width, height, rgb }: Picture, [left, top, w, h]: Box): boolean {
	let [red, dark] = [0, 0];
	for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, top + h); y++) {
		for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, left + w); x++) {
			const at = 3 * (y * width + x);
			const [r = 0, g = 0, b = 0] = [rgb[at], rgb[at + 1], rgb[at + 2]];
			if (isSealRed(r, g, b)) red++;
			else if (Math.max(r, g, b) < DARK) dark++;
		}
	}
	return red > dark;
}

function redInk({ width, height, rgb }: Picture): Float32Array {
	const ink = new Float32Array(width * height);
	for (let y = GROWTH; y < height - GROWTH; y++) {
		for (let x = GROWTH; x < width - GROWTH; x++) {
			const at = 3 * (y * width + x);
			if (!isSealRed(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0)) continue;
			for (let row = y - GROWTH; row <= y + GROWTH; row++)
				ink.fill(1, row * width + x - GROWTH, row * width + x + GROWTH + 1);
		}
	}
	return ink;
}

/** Seals in a picture of a document, largest first. */
export async function findSeals(picture: Picture): Promise<readonly Seal[]> {
	const scale = SIDE / Math.max(picture.width, picture.height);
	const small = await resizePicture(
		picture,
		Math.max(1, Math.round(picture.width * scale)),
		Math.max(1, Math.round(picture.height * scale)),
	);
	const ink = redInk(small);
	const inked = (x: number, y: number) =>
		x >= 0 && y >= 0 && x < small.width && y < small.height
			? (ink[Math.round(y) * small.width + Math.round(x)] ?? 0) > 0
			: false;
	const seals = connectedRegions(ink, small.width, small.height, 0.5).flatMap(({ outline }): Seal[] => {
		const { centre, angle: turn, ...grown } = minAreaRectangle(outline);
		const [a, b] = [grown.width / 2 - GROWTH, grown.height / 2 - GROWTH];
		const elongation = Math.max(a, b) / Math.max(1, Math.min(a, b));
		if (2 * Math.min(a, b) < SMALLEST * SIDE || 2 * Math.max(a, b) > LARGEST * SIDE) return [];
		if (elongation > LONGEST) return [];
		/** Whether ink is at a point given in half axes from the centre. */
		const inkedAt = (u: number, v: number) =>
			inked(
				centre[0] + u * a * Math.cos(turn) - v * b * Math.sin(turn),
				centre[1] + u * a * Math.sin(turn) + v * b * Math.cos(turn),
			);
		const closed = shareOfRing(inkedAt);
		if (closed < CLOSED || shareOfMiddle(inkedAt) > FULL) return [];
		const quad = quadOfRectangle({ centre, angle: turn, width: 2 * a, height: 2 * b });
		const box = boundingBox(mapQuad(quad, ([x, y]) => [x / scale, y / scale]));
		return [{ box, closed, elongation }];
	});
	return seals.sort((p, q) => q.box[2] * q.box[3] - p.box[2] * p.box[3]);
}

function shareOfRing(inkedAt: (u: number, v: number) => boolean): number {
	let found = 0;
	for (let direction = 0; direction < RING.directions; direction++) {
		const angle = (2 * Math.PI * direction) / RING.directions;
		for (let share: number = RING.inner; share <= RING.outer; share += 0.02) {
			if (!inkedAt(share * Math.cos(angle), share * Math.sin(angle))) continue;
			found++;
			break;
		}
	}
	return found / RING.directions;
}

function shareOfMiddle(inkedAt: (u: number, v: number) => boolean): number {
	let [all, covered] = [0, 0];
	for (let v = -0.6; v <= 0.6; v += 0.06) {
		for (let u = -0.6; u <= 0.6; u += 0.06) {
			all++;
			if (inkedAt(u, v)) covered++;
		}
	}
	return covered / all;
}
