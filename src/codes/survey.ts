import type { Picture } from "../vision/picture.js";

/** A grey picture, one byte a pixel. */
export interface GreyPicture {
	readonly width: number;
	readonly height: number;
	readonly grey: Uint8Array;
}

/** One look at every pixel: a reduced grey copy, and where the picture is busy at full resolution. */
export interface Survey {
	/** Every pixel is the mean of `step` × `step` pixels of the picture. */
	readonly reduced: GreyPicture;
	readonly step: number;
	/** Side of a tile in pixels of the picture. */
	readonly tile: number;
	readonly columns: number;
	readonly rows: number;
	/** Mean change from pixel to pixel in each tile, grey levels, both directions added. */
	readonly busyness: Float32Array;
}

/** Longest side of the reduced copy: a code that fills a twentieth of the frame is read on it. */
const REDUCED_SIDE = 1280;
/** Side of a tile in pixels of the reduced copy. */
const CELLS = 8;

const greyAt = (rgb: Uint8Array, at: number): number =>
	((rgb[at] ?? 0) + 2 * (rgb[at + 1] ?? 0) + (rgb[at + 2] ?? 0)) >> 2;

/** Surveys a picture in one pass. Changes down the picture are taken in every second row: half the work, the same mean. */
export function surveyPicture({ width, height, rgb }: Picture): Survey {
	const step = Math.max(1, Math.ceil(Math.max(width, height) / REDUCED_SIDE));
	const reduced = { width: Math.floor(width / step), height: Math.floor(height / step) };
	const tile = CELLS * step;
	const columns = Math.ceil(reduced.width / CELLS);
	const rows = Math.ceil(reduced.height / CELLS);
	const across = new Float32Array(columns * rows);
	const down = new Float32Array(columns * rows);
	const grey = new Uint8Array(reduced.width * reduced.height);
	const sums = new Uint32Array(reduced.width);
	const above = new Uint8Array(reduced.width * step);
	for (let y = 0; y < reduced.height * step; y++) {
		const line = Math.floor(y / step);
		const tiles = Math.floor(line / CELLS) * columns;
		const pairs = y % 2 === 1;
		let before = greyAt(rgb, y * width * 3);
		for (let cell = 0, x = 0, at = y * width * 3; cell < reduced.width; cell++) {
			let sum = 0;
			let changeAcross = 0;
			let changeDown = 0;
			for (let end = x + step; x < end; x++, at += 3) {
				const level = greyAt(rgb, at);
				sum += level;
				changeAcross += Math.abs(level - before);
				if (pairs) changeDown += Math.abs(level - (above[x] ?? 0));
				else above[x] = level;
				before = level;
			}
			sums[cell] = (sums[cell] ?? 0) + sum;
			const into = tiles + Math.floor(cell / CELLS);
			across[into] = (across[into] ?? 0) + changeAcross;
			down[into] = (down[into] ?? 0) + changeDown;
		}
		if (y % step === step - 1) {
			for (let cell = 0; cell < reduced.width; cell++)
				grey[line * reduced.width + cell] = (sums[cell] ?? 0) / (step * step);
			sums.fill(0);
		}
	}
	const busyness = across.map((change, at) => (change + 2 * (down[at] ?? 0)) / (tile * tile));
	return { reduced: { ...reduced, grey }, step, tile, columns, rows, busyness };
}
