import type { Quad } from "../contracts/primitives.js";
import { quadSize } from "../domain/geometry.js";
import type { Picture } from "./picture.js";

/** Depth of a point right on the vanishing line, where corners cross: far away, and still a number. */
const NEAR = Number.EPSILON;

/** Nine coefficients of the projective map from the unit square to a quad (Heckbert 1989, section 2.2.3). */
function squareToQuad([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quad) {
	const sx = x0 - x1 + x2 - x3;
	const sy = y0 - y1 + y2 - y3;
	const dx1 = x1 - x2;
	const dx2 = x3 - x2;
	const dy1 = y1 - y2;
	const dy2 = y3 - y2;
	const determinant = dx1 * dy2 - dx2 * dy1 || 1e-9;
	const g = (sx * dy2 - dx2 * sy) / determinant;
	const h = (dx1 * sy - sx * dy1) / determinant;
	return {
		a: x1 - x0 + g * x1,
		b: x3 - x0 + h * x3,
		c: x0,
		d: y1 - y0 + g * y1,
		e: y3 - y0 + h * y3,
		f: y0,
		g,
		h,
	};
}

type PlaneMap = ReturnType<typeof squareToQuad>;

/** Samples the nearest pixels of a grid `tapsX` × `tapsY` times as fine as the result, and averages them. */
function average(
	{ width, height, rgb }: Picture,
	{ a, b, c, d, e, f, g, h }: PlaneMap,
	into: Picture,
	tapsX: number,
	tapsY: number,
): void {
	const taps = tapsX * tapsY;
	const sums = new Uint32Array(into.width * 3);
	const stepU = 1 / (into.width * tapsX);
	for (let row = 0; row < into.height; row++) {
		sums.fill(0);
		for (let j = 0; j < tapsY; j++) {
			const v = (row + (j + 0.5) / tapsY) / into.height;
			const [x0, y0, depth0] = [b * v + c, e * v + f, h * v + 1];
			let u = stepU / 2;
			for (let to = 0; to < sums.length; to += 3) {
				let red = 0;
				let green = 0;
				let blue = 0;
				for (let i = 0; i < tapsX; i++, u += stepU) {
					const depth = g * u + depth0 || NEAR;
					const x = (a * u + x0) / depth;
					const y = (d * u + y0) / depth;
					const column = x <= 0 ? 0 : x >= width ? width - 1 : Math.floor(x);
					const line = y <= 0 ? 0 : y >= height ? height - 1 : Math.floor(y);
					const at = (line * width + column) * 3;
					red += rgb[at] ?? 0;
					green += rgb[at + 1] ?? 0;
					blue += rgb[at + 2] ?? 0;
				}
				sums[to] = (sums[to] ?? 0) + red;
				sums[to + 1] = (sums[to + 1] ?? 0) + green;
				sums[to + 2] = (sums[to + 2] ?? 0) + blue;
			}
		}
		const start = row * sums.length;
		for (let at = 0; at < sums.length; at++) into.rgb[start + at] = Math.round((sums[at] ?? 0) / taps);
	}
}

/** Catmull-Rom weights of the four neighbours at fraction `t`. */
function cubicWeights(t: number, into: Float64Array): void {
	const t2 = t * t;
	const t3 = t2 * t;
	into[0] = -0.5 * t3 + t2 - 0.5 * t;
	into[1] = 1.5 * t3 - 2.5 * t2 + 1;
	into[2] = -1.5 * t3 + 2 * t2 + 0.5 * t;
	into[3] = 0.5 * t3 - 0.5 * t2;
}

/** Bicubic colour at every pixel of the result; beyond the border the border's colour goes on. */
function interpolate(
	{ width, height, rgb }: Picture,
	{ a, b, c, d, e, f, g, h }: PlaneMap,
	{ rgb: into, ...size }: Picture,
): void {
	const wx = new Float64Array(4);
	const wy = new Float64Array(4);
	// Typed arrays round half to even, as good as any other way, and clamp what bicubic overshoots.
	const clamped = new Uint8ClampedArray(into.buffer, into.byteOffset, into.byteLength);
	for (let row = 0, to = 0; row < size.height; row++) {
		const v = (row + 0.5) / size.height;
		for (let pixel = 0; pixel < size.width; pixel++, to += 3) {
			const u = (pixel + 0.5) / size.width;
			const depth = g * u + h * v + 1 || NEAR;
			const x = (a * u + b * v + c) / depth - 0.5;
			const y = (d * u + e * v + f) / depth - 0.5;
			const left = Math.floor(x);
			const top = Math.floor(y);
			cubicWeights(x - left, wx);
			cubicWeights(y - top, wy);
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let j = 0; j < 4; j++) {
				const line = Math.min(height - 1, Math.max(0, top - 1 + j)) * width;
				const weightY = wy[j] ?? 0;
				for (let i = 0; i < 4; i++) {
					const at = (line + Math.min(width - 1, Math.max(0, left - 1 + i))) * 3;
					const weight = weightY * (wx[i] ?? 0);
					red += weight * (rgb[at] ?? 0);
					green += weight * (rgb[at + 1] ?? 0);
					blue += weight * (rgb[at + 2] ?? 0);
				}
			}
			clamped[to] = red;
			clamped[to + 1] = green;
			clamped[to + 2] = blue;
		}
	}
}

/**
 * Cuts a quad out of the full-resolution picture and straightens it to `width` × `height` pixels. Enlarging
 * interpolates (bicubic); shrinking averages every source pixel, so thin strokes survive.
 */
export function rectify(picture: Picture, quad: Quad, width: number, height: number): Picture {
	const map = squareToQuad(quad);
	const size = quadSize(quad);
	const tapsX = Math.max(1, Math.ceil(size.width / width));
	const tapsY = Math.max(1, Math.ceil(size.height / height));
	const straight = { width, height, rgb: new Uint8Array(width * height * 3) };
	if (tapsX * tapsY === 1) interpolate(picture, map, straight);
	else average(picture, map, straight, tapsX, tapsY);
	return straight;
}

/** Pixels a block of a turned picture has on a side: its rows and those of the source fit into the cache together. */
const TILE = 64;

/** Turns a picture clockwise by quarter turns. */
export function turnPicture(picture: Picture, turns: number): Picture {
	const quarter = ((turns % 4) + 4) % 4;
	if (quarter === 0) return picture;
	const { width, height, rgb } = picture;
	const turned = quarter === 2 ? { width, height } : { width: height, height: width };
	const to = new Uint8Array(rgb.length);
	// Source pixel of (x, y) in the turned picture: origin + x · alongX + y · alongY.
	const [origin, alongX, alongY] =
		quarter === 1
			? [(height - 1) * width, -width, 1]
			: quarter === 2
				? [width * height - 1, -1, -width]
				: [width - 1, width, -1];
	for (let top = 0; top < turned.height; top += TILE)
		for (let left = 0; left < turned.width; left += TILE) {
			const bottom = Math.min(turned.height, top + TILE);
			const right = Math.min(turned.width, left + TILE);
			for (let y = top; y < bottom; y++) {
				let at = (y * turned.width + left) * 3;
				let from = (origin + left * alongX + y * alongY) * 3;
				for (let x = left; x < right; x++, at += 3, from += alongX * 3) {
					to[at] = rgb[from] ?? 0;
					to[at + 1] = rgb[from + 1] ?? 0;
					to[at + 2] = rgb[from + 2] ?? 0;
				}
			}
		}
	return { ...turned, rgb: to };
}

/** The picture as a mirror shows it, left for right. */
export function mirrorPicture({ width, height, rgb }: Picture): Picture {
	const mirrored = new Uint8Array(rgb.length);
	for (let y = 0, to = 0; y < height; y++)
		for (let x = width - 1; x >= 0; x--, to += 3) {
			const from = (y * width + x) * 3;
			mirrored.set(rgb.subarray(from, from + 3), to);
		}
	return { width, height, rgb: mirrored };
}
