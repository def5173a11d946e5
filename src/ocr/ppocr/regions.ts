import type { Point } from "../../contracts/primitives.js";

/** A connected patch of text probability. */
export interface Region {
	/** First and last pixel of the patch in every row it touches: all its convex hull needs. */
	readonly outline: readonly Point[];
	/** Mean probability of its pixels, 0..1. */
	readonly score: number;
	readonly pixels: number;
}

/**
 * Connected patches (8 neighbours) of the map's values above `threshold`, grown by one pixel to the right and
 * below as PP-OCR's 2 × 2 dilation does, so that strokes of one character hold together.
 */
export function connectedRegions(
	map: Float32Array,
	width: number,
	height: number,
	threshold: number,
): Region[] {
	const mask = new Uint8Array(width * height);
	for (let y = 0, at = 0; y < height; y++)
		for (let x = 0; x < width; x++, at++)
			if ((map[at] ?? 0) > threshold) {
				mask[at] = 1;
				if (x + 1 < width) mask[at + 1] = 1;
				if (y + 1 < height) mask[at + width] = 1;
				if (x + 1 < width && y + 1 < height) mask[at + width + 1] = 1;
			}
	const regions: Region[] = [];
	const stack: number[] = [];
	for (let seed = 0; seed < mask.length; seed++) {
		if (mask[seed] !== 1) continue;
		const rows = new Map<number, [number, number]>();
		let sum = 0;
		let pixels = 0;
		mask[seed] = 2;
		stack.push(seed);
		for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
			const x = at % width;
			const y = (at - x) / width;
			sum += map[at] ?? 0;
			pixels++;
			const row = rows.get(y);
			if (row) {
				row[0] = Math.min(row[0], x);
				row[1] = Math.max(row[1], x);
			} else rows.set(y, [x, x]);
			for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
				for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
					const neighbour = ny * width + nx;
					if (mask[neighbour] !== 1) continue;
					mask[neighbour] = 2;
					stack.push(neighbour);
				}
		}
		const outline: Point[] = [];
		for (const [y, [first, last]] of rows) outline.push([first, y], [last, y]);
		regions.push({ outline, score: sum / pixels, pixels });
	}
	return regions;
}
