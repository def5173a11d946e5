import type { Quad } from "../contracts/primitives.js";
import type { Refusal } from "../contracts/reading.js";
import { quadSize } from "../domain/geometry.js";
import type { Picture } from "./picture.js";
import { type Grey, sharpnessOf } from "./quality.js";
import { rectify } from "./rectify.js";

/** What a picture is worth where the text stands, not over the whole frame. */
export interface LineQuality {
	/** Height of the line in pixels of the picture. */
	readonly height: number;
	/** Span of grey levels from the darkest to the brightest hundredth of the line. */
	readonly contrast: number;
	/** Mean grey level, 0..255. */
	readonly luminance: number;
	/** Steepness of the sharpest edges when the line is 48 pixels high, 0..1: see `sharpnessOf`. */
	readonly sharpness: number;
	/** Share of the line's length, between its first and its last stroke, where all is saturated, 0..1. */
	readonly glare: number;
}

const HEIGHT = 48;
const MAX_WIDTH = 1600;
/** The sensor's end of scale, less what JPEG makes of it. */
const SATURATED = 250;
/** Share of a window that must be saturated: less leaves strokes to be seen. */
const LOST = 0.97;
/** Width of a window in heights of the line: about one character, wider than the gap between two. */
const WINDOW = 0.5;

/** A found line stands a little proud of its characters; below this they have fewer pixels than their strokes need. */
const MIN_HEIGHT = 6;
/** A character of seventeen that can't be seen. */
const MAX_GLARE = 0.06;
/** Less than the sensor's own noise. */
const MIN_CONTRAST = 6;
const DARK = 30;
const BRIGHT = 225;
/** An edge wider than a stroke and its gap together: characters run into one another. */
const MIN_SHARPNESS = 0.16;

function greyLine(picture: Picture, quad: Quad): Grey {
	const { width, height } = quadSize(quad);
	const columns = Math.min(MAX_WIDTH, Math.max(HEIGHT, Math.round((width / Math.max(1, height)) * HEIGHT)));
	const { rgb } = rectify(picture, quad, columns, HEIGHT);
	const values = new Float32Array(columns * HEIGHT);
	for (let at = 0; at < values.length; at++)
		// ITU-R BT.601 luma
		values[at] = 0.299 * (rgb[3 * at] ?? 0) + 0.587 * (rgb[3 * at + 1] ?? 0) + 0.114 * (rgb[3 * at + 2] ?? 0);
	return { width: columns, height: HEIGHT, values };
}

/** Share of windows between the first and the last that shows anything in which nothing but light is seen. */
function glareOn({ width, height, values }: Grey): number {
	const saturated = new Float32Array(width);
	for (let at = 0; at < values.length; at++)
		if ((values[at] ?? 0) >= SATURATED) saturated[at % width] = (saturated[at % width] ?? 0) + 1 / height;
	const window = Math.round(WINDOW * height);
	const lost: boolean[] = [];
	let sum = 0;
	for (let x = 0; x < width; x++) {
		sum += saturated[x] ?? 0;
		if (x >= window) sum -= saturated[x - window] ?? 0;
		if (x >= window - 1) lost.push(sum / window >= LOST);
	}
	const inner = lost.slice(lost.indexOf(false), lost.lastIndexOf(false) + 1);
	return inner.length === 0 ? 0 : inner.filter((is) => is).length / inner.length;
}

/** Measures a picture where a line of text stands. */
export function measureLine(picture: Picture, quad: Quad): LineQuality {
	const grey = greyLine(picture, quad);
	const sorted = grey.values.toSorted();
	const levelAt = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
	const contrast = levelAt(0.99) - levelAt(0.01);
	return {
		height: quadSize(quad).height,
		contrast,
		luminance: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
		sharpness: sharpnessOf(grey, contrast),
		glare: glareOn(grey),
	};
}

/**
 * Why a line that could not be read should be taken again; null where the picture is not at fault. Asked only
 * after reading failed: what is read needs no excuse.
 */
export function retakeOf({ height, contrast, luminance, sharpness, glare }: LineQuality): Refusal | null {
	if (height < MIN_HEIGHT) return "too_small";
	if (glare >= MAX_GLARE) return "glare";
	if (contrast < MIN_CONTRAST)
		return luminance < DARK ? "underexposed" : luminance > BRIGHT ? "overexposed" : null;
	return sharpness < MIN_SHARPNESS ? "blurred" : null;
}
