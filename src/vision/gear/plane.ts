import type { Picture } from "../picture.js";

/** A scalar picture, row by row. */
export interface Plane {
	readonly width: number;
	readonly height: number;
	readonly values: Float32Array;
}

/** A part of a picture at reduced size: where it lies and how many pixels of the picture one of its own spans. */
export interface Window {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
	readonly scale: number;
}

/**
 * The part of a picture at [left, top] of the given size, both in its pixels, shrunk so that its long side has
 * at most `longSide` pixels.
 */
export function windowOf(
	[left, top, width, height]: readonly [number, number, number, number],
	longSide: number,
): Window {
	const scale = Math.max(1, Math.max(width, height) / longSide);
	return {
		left,
		top,
		width: Math.max(1, Math.floor(width / scale)),
		height: Math.max(1, Math.floor(height / scale)),
		scale,
	};
}

/** First and one past the last picture pixel that each pixel of the window averages, along one side. */
function spans(start: number, count: number, scale: number, end: number): Int32Array {
	const bounds = new Int32Array(2 * count);
	for (let i = 0; i < count; i++) {
		const from = Math.min(end - 1, Math.floor(start + i * scale));
		bounds[2 * i] = from;
		bounds[2 * i + 1] = Math.min(end, Math.max(from + 1, Math.floor(start + (i + 1) * scale)));
	}
	return bounds;
}

/** Red, green and blue of a window, 0..255, each pixel the mean of the picture's pixels under it. */
export function channelsOf(picture: Picture, window: Window): readonly [Plane, Plane, Plane] {
	const { width, height, scale } = window;
	const columns = spans(window.left, width, scale, picture.width);
	const rows = spans(window.top, height, scale, picture.height);
	const { rgb } = picture;
	const planes = [0, 1, 2].map(() => new Float32Array(width * height));
	const [reds, greens, blues] = planes as [Float32Array, Float32Array, Float32Array];
	for (let y = 0; y < height; y++) {
		const top = rows[2 * y] ?? 0;
		const bottom = rows[2 * y + 1] ?? 0;
		for (let x = 0; x < width; x++) {
			const left = columns[2 * x] ?? 0;
			const right = columns[2 * x + 1] ?? 0;
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let sy = top; sy < bottom; sy++) {
				const end = (sy * picture.width + right) * 3;
				for (let at = (sy * picture.width + left) * 3; at < end; at += 3) {
					red += rgb[at] ?? 0;
					green += rgb[at + 1] ?? 0;
					blue += rgb[at + 2] ?? 0;
				}
			}
			const count = (bottom - top) * (right - left);
			const at = y * width + x;
			reds[at] = red / count;
			greens[at] = green / count;
			blues[at] = blue / count;
		}
	}
	return [
		{ width, height, values: reds },
		{ width, height, values: greens },
		{ width, height, values: blues },
	];
}

/** Bilinear sample; outside the plane the nearest edge value. */
export function sampleAt({ width, height, values }: Plane, x: number, y: number): number {
	const cx = Math.min(Math.max(x, 0), width - 1);
	const cy = Math.min(Math.max(y, 0), height - 1);
	const x0 = Math.floor(cx);
	const y0 = Math.floor(cy);
	const right = x0 + 1 < width ? 1 : 0;
	const below = y0 + 1 < height ? width : 0;
	const fx = cx - x0;
	const fy = cy - y0;
	const at = y0 * width + x0;
	return (
		((values[at] ?? 0) * (1 - fx) + (values[at + right] ?? 0) * fx) * (1 - fy) +
		((values[at + below] ?? 0) * (1 - fx) + (values[at + below + right] ?? 0) * fx) * fy
	);
}

/** Binomial 1-4-6-4-1 smoothing in both directions: sensor noise must not fray the outline. */
export function smooth(plane: Plane): Plane {
	const { width, height } = plane;
	const across = blurred(plane.values, height, width, width, 1);
	return { width, height, values: blurred(across, width, height, 1, width) };
}

/** Smooths `lines` runs of `length` values; runs lie `lineStride` apart and the values of a run `stride`. */
function blurred(
	values: Float32Array,
	lines: number,
	length: number,
	lineStride: number,
	stride: number,
): Float32Array {
	const out = new Float32Array(values.length);
	for (let line = 0; line < lines; line++) {
		const start = line * lineStride;
		const last = start + (length - 1) * stride;
		let before = values[start] ?? 0;
		let previous = before;
		let here = before;
		let next = values[Math.min(last, start + stride)] ?? 0;
		for (let at = start; at <= last; at += stride) {
			const after = values[Math.min(last, at + 2 * stride)] ?? 0;
			out[at] = (6 * here + 4 * (previous + next) + before + after) / 16;
			before = previous;
			previous = here;
			here = next;
			next = after;
		}
	}
	return out;
}
