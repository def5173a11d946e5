import type { Quad } from "../contracts/primitives.js";
import { quadSize } from "../domain/geometry.js";
import type { Picture } from "./picture.js";

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

/** Catmull-Rom weights of the four neighbours at fraction `t`. */
function cubicWeights(t: number, into: Float32Array): void {
	const t2 = t * t;
	const t3 = t2 * t;
	into[0] = -0.5 * t3 + t2 - 0.5 * t;
	into[1] = 1.5 * t3 - 2.5 * t2 + 1;
	into[2] = -1.5 * t3 + 2 * t2 + 0.5 * t;
	into[3] = 0.5 * t3 - 0.5 * t2;
}

function createSampler({ width, height, rgb }: Picture) {
	const wx = new Float32Array(4);
	const wy = new Float32Array(4);
	const column = new Int32Array(4);
	return {
		/** Adds the bicubic colour at (x, y) to `sum`; beyond the border the border's colour goes on. */
		addCubic(x: number, y: number, sum: Float32Array): void {
			const left = Math.floor(x);
			const top = Math.floor(y);
			cubicWeights(x - left, wx);
			cubicWeights(y - top, wy);
			for (let i = 0; i < 4; i++) column[i] = Math.min(width - 1, Math.max(0, left - 1 + i)) * 3;
			for (let j = 0; j < 4; j++) {
				const row = Math.min(height - 1, Math.max(0, top - 1 + j)) * width * 3;
				const weightY = wy[j] ?? 0;
				for (let i = 0; i < 4; i++) {
					const at = row + (column[i] ?? 0);
					const weight = weightY * (wx[i] ?? 0);
					sum[0] = (sum[0] ?? 0) + weight * (rgb[at] ?? 0);
					sum[1] = (sum[1] ?? 0) + weight * (rgb[at + 1] ?? 0);
					sum[2] = (sum[2] ?? 0) + weight * (rgb[at + 2] ?? 0);
				}
			}
		},
		/** Adds the nearest pixel's colour to `sum`: enough where many samples are averaged. */
		addNearest(x: number, y: number, sum: Float32Array): void {
			const column = Math.min(width - 1, Math.max(0, Math.round(x)));
			const row = Math.min(height - 1, Math.max(0, Math.round(y)));
			const at = (row * width + column) * 3;
			sum[0] = (sum[0] ?? 0) + (rgb[at] ?? 0);
			sum[1] = (sum[1] ?? 0) + (rgb[at + 1] ?? 0);
			sum[2] = (sum[2] ?? 0) + (rgb[at + 2] ?? 0);
		},
	};
}

/**
 * Cuts a quad out of the full-resolution picture and straightens it to `width` × `height` pixels. Enlarging
 * interpolates (bicubic); shrinking averages every source pixel, so thin strokes survive.
 */
export function rectify(picture: Picture, quad: Quad, width: number, height: number): Picture {
	const { a, b, c, d, e, f, g, h } = squareToQuad(quad);
	const size = quadSize(quad);
	const tapsX = Math.max(1, Math.ceil(size.width / width));
	const tapsY = Math.max(1, Math.ceil(size.height / height));
	const single = tapsX === 1 && tapsY === 1;
	const sampler = createSampler(picture);
	const rgb = new Uint8Array(width * height * 3);
	const sum = new Float32Array(3);
	for (let row = 0, to = 0; row < height; row++) {
		for (let column = 0; column < width; column++, to += 3) {
			sum.fill(0);
			for (let j = 0; j < tapsY; j++) {
				const v = (row + (j + 0.5) / tapsY) / height;
				for (let i = 0; i < tapsX; i++) {
					const u = (column + (i + 0.5) / tapsX) / width;
					const depth = g * u + h * v + 1;
					const x = (a * u + b * v + c) / depth - 0.5;
					const y = (d * u + e * v + f) / depth - 0.5;
					if (single) sampler.addCubic(x, y, sum);
					else sampler.addNearest(x, y, sum);
				}
			}
			const taps = tapsX * tapsY;
			for (let channel = 0; channel < 3; channel++)
				rgb[to + channel] = Math.min(255, Math.max(0, Math.round((sum[channel] ?? 0) / taps)));
		}
	}
	return { width, height, rgb };
}

/** Turns a picture clockwise by quarter turns. */
export function turnPicture(picture: Picture, turns: number): Picture {
	const quarter = ((turns % 4) + 4) % 4;
	if (quarter === 0) return picture;
	const { width, height, rgb } = picture;
	const turned = quarter === 2 ? { width, height } : { width: height, height: width };
	const to = new Uint8Array(rgb.length);
	for (let y = 0, at = 0; y < turned.height; y++) {
		for (let x = 0; x < turned.width; x++, at += 3) {
			const sourceX = quarter === 1 ? y : quarter === 2 ? width - 1 - x : width - 1 - y;
			const sourceY = quarter === 1 ? height - 1 - x : quarter === 2 ? height - 1 - y : x;
			const from = (sourceY * width + sourceX) * 3;
			to[at] = rgb[from] ?? 0;
			to[at + 1] = rgb[from + 1] ?? 0;
			to[at + 2] = rgb[from + 2] ?? 0;
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
