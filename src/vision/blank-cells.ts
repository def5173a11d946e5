import type { TextLine } from "../ocr/text-line.js";
import type { Picture } from "./picture.js";
import { rectify } from "./rectify.js";

/** Longer texts are no dash, whatever they look like. */
const DASH_LENGTH = 3;
const HEIGHT = 32;
/** The rule of a table may run along the edge of a cell's line. */
const EDGE = 0.16;
/** Share of the strongest contrast from which a pixel counts as ink. */
const INK = 0.5;
/** A stroke across is lower than this share of its line; every figure and letter has a taller stroke. */
const DASH_HEIGHT = 0.16;

/** Tallest unbroken run of ink in any column of a line, its edges left out, as a share of its height. */
function tallestStroke(picture: Picture, { quad }: TextLine): number {
	const [a, b, , d] = quad;
	const aspect = Math.hypot(b[0] - a[0], b[1] - a[1]) / Math.max(1, Math.hypot(d[0] - a[0], d[1] - a[1]));
	const { width, rgb } = rectify(picture, quad, Math.max(8, Math.round(aspect * HEIGHT)), HEIGHT);
	const light = Float32Array.from({ length: width * HEIGHT }, (_, i) => {
		const at = 3 * i;
		return ((rgb[at] ?? 0) + (rgb[at + 1] ?? 0) + (rgb[at + 2] ?? 0)) / 3;
	});
	const ground = light.toSorted()[light.length >> 1] ?? 0;
	const [top, bottom] = [Math.round(EDGE * HEIGHT), Math.round((1 - EDGE) * HEIGHT)];
	const contrast = light.map((value) => Math.abs(value - ground));
	const strongest = contrast.subarray(top * width, bottom * width).reduce((most, c) => Math.max(most, c), 0);
	let tallest = 0;
	for (let x = 0; x < width; x++) {
		let run = 0;
		for (let y = top; y < bottom; y++) {
			run = (contrast[y * width + x] ?? 0) >= INK * strongest ? run + 1 : 0;
			tallest = Math.max(tallest, run);
		}
	}
	return tallest / HEIGHT;
}

/**
 * The lines, with a dash where a short one is nothing but a stroke across: what a form prints where an item does
 * not apply. A reader of characters takes it for `1`, `i` or `11`, and is sure of it.
 */
export function withDashes(picture: Picture, lines: readonly TextLine[]): readonly TextLine[] {
	return lines.map((line) => {
		if (line.text.trim().length > DASH_LENGTH || tallestStroke(picture, line) >= DASH_HEIGHT) return line;
		return { ...line, text: "—", characters: [{ char: "—", p: line.confidence }] };
	});
}
