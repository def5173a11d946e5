import type { Quality, Refusal } from "../contracts/reading.js";
import type { Picture } from "./picture.js";

/** Measures are taken on a grey copy no larger than this, so that they mean the same for every camera. */
const MEASURED_SIDE = 960;
/** Nothing legible fits into fewer pixels. */
const MIN_SIDE = 24;
/** Grey levels between the darkest and the brightest hundredth: less is no picture of anything. */
const MIN_RANGE = 10;
const DARK = 30;
const BRIGHT = 225;
/** The sharpest edges of a picture in focus rise by more than this share of their height from one pixel to the next. */
const MIN_SHARPNESS = 0.32;
/** An edge is looked at over this many pixels to either side; a blur wider than that leaves no edge at all. */
const REACH = 8;
/** Share of the picture's tonal range that a change must cover to count as an edge: noise and grain do not. */
const EDGE_SHARE = 0.3;
/** Grey levels below which a change is sensor noise whatever the range. */
const EDGE_FLOOR = 6;
/** The sharpest edges tell the focus; most edges of a real part are soft in themselves. */
const SHARPEST = 0.9;

/** Grey levels 0..255, row by row. */
export interface Grey {
	readonly width: number;
	readonly height: number;
	readonly values: Float32Array;
}

/** Every pixel is the mean of those it stands for: sampling alone would turn noise into edges. */
function greyOf({ width, height, rgb }: Picture): Grey {
	const step = Math.max(1, Math.ceil(Math.max(width, height) / MEASURED_SIDE));
	const grey = { width: Math.floor(width / step), height: Math.floor(height / step) };
	const values = new Float32Array(grey.width * grey.height);
	for (let y = 0; y < grey.height * step; y++) {
		const row = Math.floor(y / step) * grey.width;
		let at = y * width * 3;
		for (let x = row; x < row + grey.width; x++) {
			let red = 0;
			let green = 0;
			let blue = 0;
			for (const end = at + step * 3; at < end; at += 3) {
				red += rgb[at] ?? 0;
				green += rgb[at + 1] ?? 0;
				blue += rgb[at + 2] ?? 0;
			}
			// ITU-R BT.601 luma in thousandths: whole numbers, which sum up without rounding
			values[x] = (values[x] ?? 0) + 299 * red + 587 * green + 114 * blue;
		}
	}
	const scale = 1 / (1000 * step * step);
	for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * scale;
	return { ...grey, values };
}

/**
 * How steep the edges along one direction are: the greatest step between neighbours as a share of the whole
 * rise within `REACH`, for each place that is the steepest of its edge. 1 is an ideal edge; 1/n one that n
 * pixels share. `stride` is the distance of neighbours in `values`, `lineStep` that of lines.
 */
function edgeSteepness(
	{ values }: Grey,
	along: { lines: number; length: number; lineStep: number; stride: number },
	least: number,
): number[] {
	const found: number[] = [];
	for (let line = 0; line < along.lines; line++) {
		const level = (at: number) => values[line * along.lineStep + at * along.stride] ?? 0;
		for (let at = REACH; at + REACH < along.length; at++) {
			if (Math.abs(level(at + REACH) - level(at - REACH)) < least) continue;
			const here = Math.abs(level(at + 1) - level(at));
			let [lowest, highest, steepest] = [level(at + REACH), level(at + REACH), 0];
			for (let near = at - REACH; near < at + REACH; near++) {
				const value = level(near);
				lowest = Math.min(lowest, value);
				highest = Math.max(highest, value);
				steepest = Math.max(steepest, Math.abs(level(near + 1) - value));
			}
			if (here === steepest) found.push(here / (highest - lowest));
		}
	}
	return found;
}

/**
 * Steepness of the sharpest edges, in the direction that has the sharper ones; 0 where there is no edge. `range`
 * is the span of grey levels that the picture uses.
 */
export function sharpnessOf(grey: Grey, range: number): number {
	const least = Math.max(EDGE_FLOOR, EDGE_SHARE * range);
	const { width, height } = grey;
	return Math.max(
		...[
			{ lines: height, length: width, lineStep: width, stride: 1 },
			{ lines: width, length: height, lineStep: 1, stride: width },
		].map((along) => {
			const edges = edgeSteepness(grey, along, least).sort((a, b) => a - b);
			return edges[Math.floor(SHARPEST * edges.length)] ?? 0;
		}),
	);
}

/**
 * Measures a picture and says what about the picture itself, not its content, makes it useless. `sharpness`
 * is 0..1 (see `edgeSteepness`), `luminance` 0..255, `clipped` the share of pixels
 * at either end of the scale. `blurred` is only a reason to take the picture again where nothing could be
 * read: a soft picture of large characters is a good one.
 */
export function measureQuality(picture: Picture): Quality {
	const grey = greyOf(picture);
	const histogram = new Uint32Array(256);
	let sum = 0;
	for (const value of grey.values) {
		sum += value;
		const level = Math.min(255, Math.round(value));
		histogram[level] = (histogram[level] ?? 0) + 1;
	}
	const pixels = Math.max(1, grey.values.length);
	const luminance = sum / pixels;
	const levelAt = (share: number) => {
		let seen = 0;
		return histogram.findIndex((count) => {
			seen += count;
			return seen >= share * pixels;
		});
	};
	const range = levelAt(0.99) - levelAt(0.01);
	const ends = (histogram[0] ?? 0) + (histogram[1] ?? 0) + (histogram[254] ?? 0) + (histogram[255] ?? 0);
	const sharpness = sharpnessOf(grey, range);
	const retake = ((): Refusal | null => {
		if (Math.min(picture.width, picture.height) < MIN_SIDE) return "too_small";
		if (range < MIN_RANGE)
			return luminance < DARK ? "underexposed" : luminance > BRIGHT ? "overexposed" : "empty";
		return sharpness < MIN_SHARPNESS ? "blurred" : null;
	})();
	return { sharpness, luminance, clipped: ends / pixels, retake };
}
