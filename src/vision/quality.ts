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
/** Below this share of sharp edges characters run into each other. */
const MIN_SHARPNESS = 0.12;
/** Half of the low-pass whose effect is measured (Crete et al. 2007 use nine taps). */
const REACH = 4;

interface Grey {
	readonly width: number;
	readonly height: number;
	readonly values: Float32Array;
}

function greyOf({ width, height, rgb }: Picture): Grey {
	const step = Math.max(1, Math.ceil(Math.max(width, height) / MEASURED_SIDE));
	const grey = { width: Math.floor(width / step), height: Math.floor(height / step) };
	const values = new Float32Array(grey.width * grey.height);
	for (let y = 0, to = 0; y < grey.height; y++)
		for (let x = 0; x < grey.width; x++, to++) {
			const at = (y * step * width + x * step) * 3;
			// ITU-R BT.601 luma
			values[to] = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
		}
	return { ...grey, values };
}

/**
 * How much of the change between neighbours a strong blur takes away (Crete et al. 2007, "The blur effect"):
 * 0 where the picture was blurred before, towards 1 where it was sharp. Independent of contrast, so a dark
 * frame is judged like a bright one. Works along one direction; `stride` is the distance of neighbours.
 */
function lossByBlur(
	{ values }: Grey,
	lines: number,
	length: number,
	lineStep: number,
	stride: number,
): [number, number] {
	let change = 0;
	let lost = 0;
	for (let line = 0; line < lines; line++) {
		const start = line * lineStep;
		let previous = Number.NaN;
		for (let at = REACH; at + REACH < length; at++) {
			let sum = 0;
			for (let tap = -REACH; tap <= REACH; tap++) sum += values[start + (at + tap) * stride] ?? 0;
			const blurred = sum / (2 * REACH + 1);
			if (at > REACH) {
				const sharp = Math.abs((values[start + at * stride] ?? 0) - (values[start + (at - 1) * stride] ?? 0));
				change += sharp;
				lost += Math.max(0, sharp - Math.abs(blurred - previous));
			}
			previous = blurred;
		}
	}
	return [change, lost];
}

function sharpnessOf(grey: Grey): number {
	const directions = [
		lossByBlur(grey, grey.height, grey.width, grey.width, 1),
		lossByBlur(grey, grey.width, grey.height, 1, grey.width),
	];
	return Math.min(...directions.map(([change, lost]) => (change === 0 ? 0 : lost / change)));
}

/**
 * Measures a picture and says what about the picture itself, not its content, makes it useless. `sharpness`
 * is 0..1 (see `lossByBlur`; the worse of both directions), `luminance` 0..255, `clipped` the share of pixels
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
	const sharpness = sharpnessOf(grey);
	const retake = ((): Refusal | null => {
		if (Math.min(picture.width, picture.height) < MIN_SIDE) return "too_small";
		if (range < MIN_RANGE)
			return luminance < DARK ? "underexposed" : luminance > BRIGHT ? "overexposed" : "empty";
		return sharpness < MIN_SHARPNESS ? "blurred" : null;
	})();
	return { sharpness, luminance, clipped: ends / pixels, retake };
}
