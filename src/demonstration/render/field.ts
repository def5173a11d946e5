import type { Random } from "./random.js";

/** A scalar for each pixel, row by row: a height in pixels, a coverage 0..1, a brightness factor. */
export interface Field {
	readonly width: number;
	readonly height: number;
	readonly data: Float32Array;
}

export function createField(width: number, height: number, value = 0): Field {
	const data = new Float32Array(width * height);
	if (value !== 0) data.fill(value);
	return { width, height, data };
}

/** `to += factor * from`, pixel by pixel. */
export function add(to: Field, from: Field, factor = 1): void {
	for (let i = 0; i < to.data.length; i++) to.data[i] = (to.data[i] ?? 0) + factor * (from.data[i] ?? 0);
}

/** 0 below `low`, 1 above `high`, smooth between (cubic Hermite). */
export function smoothstep(low: number, high: number, x: number): number {
	const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
	return t * t * (3 - 2 * t);
}

/** One pass of a running mean along rows (`stride` 1) or columns (`stride` width), edges repeated. */
function runningMean(
	from: Float32Array,
	to: Float32Array,
	lines: number,
	length: number,
	lineStep: number,
	stride: number,
	radius: number,
): void {
	const scale = 1 / (2 * radius + 1);
	for (let line = 0; line < lines; line++) {
		const start = line * lineStep;
		const end = start + (length - 1) * stride;
		const first = from[start] ?? 0;
		const last = from[end] ?? 0;
		let sum = first * (radius + 1);
		for (let i = 0; i < radius; i++) sum += from[Math.min(end, start + i * stride)] ?? 0;
		for (let i = 0; i < length; i++) {
			sum += i + radius < length ? (from[start + (i + radius) * stride] ?? 0) : last;
			to[start + i * stride] = sum * scale;
			sum -= i - radius >= 0 ? (from[start + (i - radius) * stride] ?? 0) : first;
		}
	}
}

/** Nearly Gaussian blur: three running means a direction (Wells 1986); `sigma` in pixels. */
export function blurred(field: Field, sigma: number): Field {
	const radius = Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2);
	const { width, height } = field;
	const a = Float32Array.from(field.data);
	if (radius < 1) return { width, height, data: a };
	const b = new Float32Array(a.length);
	for (let pass = 0; pass < 3; pass++) {
		runningMean(a, b, height, width, width, 1, radius);
		runningMean(b, a, width, height, 1, width, radius);
	}
	return { width, height, data: a };
}

/** Smooth noise, about -1..1, whose bumps are `cellX` × `cellY` pixels (value noise, cubic between knots). */
export function smoothNoise(
	width: number,
	height: number,
	cellX: number,
	cellY: number,
	random: Random,
): Field {
	const columns = Math.ceil(width / cellX) + 2;
	const rows = Math.ceil(height / cellY) + 2;
	const knots = Float32Array.from({ length: columns * rows }, () => random.between(-1, 1));
	const column = new Int32Array(width);
	const weight = new Float32Array(width);
	for (let x = 0; x < width; x++) {
		const u = x / cellX;
		column[x] = Math.floor(u);
		weight[x] = smoothstep(0, 1, u - Math.floor(u));
	}
	const field = createField(width, height);
	const blend = new Float32Array(columns);
	for (let y = 0; y < height; y++) {
		const row = Math.floor(y / cellY);
		const down = smoothstep(0, 1, y / cellY - row);
		for (let c = 0; c < columns; c++) {
			const top = knots[row * columns + c] ?? 0;
			const below = knots[(row + 1) * columns + c] ?? 0;
			blend[c] = top + (below - top) * down;
		}
		for (let x = 0; x < width; x++) {
			const c = column[x] ?? 0;
			const left = blend[c] ?? 0;
			field.data[y * width + x] = left + ((blend[c + 1] ?? 0) - left) * (weight[x] ?? 0);
		}
	}
	return field;
}

/** Independent noise, uniform in -1..1, one value a pixel: the grain of a surface. */
export function grain(width: number, height: number, random: Random): Field {
	const field = createField(width, height);
	for (let i = 0; i < field.data.length; i++) field.data[i] = random.between(-1, 1);
	return field;
}

/** Streaks along the rows, about -1..1, as brushing or rolling leaves them; `length` in pixels. */
export function streaks(width: number, height: number, length: number, random: Random): Field {
	const field = createField(width, height);
	const keep = Math.exp(-1 / length);
	// A first-order filter of white noise keeps variance (1 - keep) / (1 + keep) of it.
	const gain = (1 - keep) * Math.sqrt((1 + keep) / (1 - keep));
	for (let y = 0; y < height; y++) {
		let value = random.between(-1, 1);
		for (let x = 0; x < width; x++) {
			value = keep * value + gain * random.between(-1, 1);
			field.data[y * width + x] = value;
		}
	}
	return field;
}
