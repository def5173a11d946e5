import type { Box } from "../contracts/primitives.js";
import type { Survey } from "./survey.js";

/** Grey levels of change a pixel below which nothing is printed or marked there. */
const MIN_BUSYNESS = 8;
/** A code is busier than this many times the picture's middle tile: modules stand closer than anything else. */
const ABOVE_MEDIAN = 2.5;
/** Fewer tiles than this hold no code that could be read. */
const MIN_TILES = 4;
/** Share of its box that a region's busy tiles fill: a code is a filled rectangle, turned or not. */
const MIN_FILL = 0.35;
/** Larger regions are texture: a code that large is read on the reduced copy. */
const MAX_PIXELS = 2_000_000;
const MAX_REGIONS = 3;

/** Tiles that hang together, found from one of them. */
function grownFrom(seed: number, busy: Uint8Array, columns: number): number[] {
	const found = [seed];
	busy[seed] = 0;
	for (const at of found) {
		const x = at % columns;
		for (const next of [x > 0 ? at - 1 : -1, x + 1 < columns ? at + 1 : -1, at - columns, at + columns]) {
			if (busy[next] !== 1) continue;
			busy[next] = 0;
			found.push(next);
		}
	}
	return found;
}

/** Where codes too fine for the reduced copy may stand, the busiest first: boxes in pixels of the picture. */
export function busyRegions({ busyness, columns, tile }: Survey): Box[] {
	const median = busyness.toSorted()[Math.floor(busyness.length / 2)] ?? 0;
	const least = Math.max(MIN_BUSYNESS, ABOVE_MEDIAN * median);
	const busy = Uint8Array.from(busyness, (change) => (change >= least ? 1 : 0));
	const regions: { box: Box; busyness: number }[] = [];
	for (let seed = 0; seed < busy.length; seed++) {
		if (busy[seed] !== 1) continue;
		const tiles = grownFrom(seed, busy, columns);
		const xs = tiles.map((at) => at % columns);
		const ys = tiles.map((at) => Math.floor(at / columns));
		const [left, top] = [Math.min(...xs), Math.min(...ys)];
		const [width, height] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
		const fits = width * height * tile * tile <= MAX_PIXELS;
		if (tiles.length < MIN_TILES || tiles.length < MIN_FILL * width * height || !fits) continue;
		regions.push({
			box: [left * tile, top * tile, width * tile, height * tile],
			busyness: tiles.reduce((sum, at) => sum + (busyness[at] ?? 0), 0),
		});
	}
	return regions
		.sort((a, b) => b.busyness - a.busyness)
		.slice(0, MAX_REGIONS)
		.map(({ box }) => box);
}
