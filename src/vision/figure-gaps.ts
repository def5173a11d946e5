import type { Quad } from "../contracts/primitives.js";
import { quadBetween, quadSize } from "../domain/geometry.js";
import type { Picture } from "./picture.js";
import { rectify } from "./rectify.js";

const HEIGHT = 48;
/** Rows at the upper and lower edge that may hold a rule of the table. */
const EDGE = 8;
const INK = 0.5;
/** A gap between numbers, as a share of the line's height; between figures of one number it is a third of that. */
const GAP = 0.22;
/** White left on both sides of a number, in the same measure. */
const MARGIN = 0.1;

/** Parts of a line of figures between its wide gaps, left to right; the whole line where it has none. */
export function figureQuads(picture: Picture, quad: Quad): readonly Quad[] {
	const { width, height } = quadSize(quad);
	const columns = Math.max(HEIGHT, Math.round((width * HEIGHT) / Math.max(1, height)));
	const { rgb } = rectify(picture, quad, columns, HEIGHT);
	const light = Float32Array.from({ length: columns * HEIGHT }, (_, i) => rgb[3 * i + 1] ?? 0);
	const ground = light.toSorted()[light.length >> 1] ?? 0;
	const inked = Array.from({ length: columns }, (_, x) => {
		let most = 0;
		for (let y = EDGE; y < HEIGHT - EDGE; y++)
			most = Math.max(most, Math.abs((light[y * columns + x] ?? 0) - ground));
		return most;
	});
	const strongest = Math.max(...inked);
	const parts: { from: number; to: number }[] = [];
	for (const [x, contrast] of inked.entries()) {
		if (contrast < INK * strongest) continue;
		const part = parts.at(-1);
		if (part && x - part.to <= GAP * HEIGHT) part.to = x;
		else parts.push({ from: x, to: x });
	}
	const margin = MARGIN * HEIGHT;
	return parts.map(({ from, to }) =>
		quadBetween(quad, Math.max(0, from - margin) / columns, Math.min(columns, to + 1 + margin) / columns),
	);
}
