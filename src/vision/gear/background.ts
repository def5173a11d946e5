import type { Picture } from "../picture.js";

/** A scalar picture, row by row. */
export interface Plane {
	readonly width: number;
	readonly height: number;
	readonly values: Float32Array;
}

/** How much each pixel differs from the background, and the picture's scale against the original. */
export interface Foreground extends Plane {
	/** Pixels of the original picture per pixel of this plane. */
	readonly scale: number;
}

/** Long side of the working picture: a 60-tooth gear over a quarter of it still has 15 pixels a pitch. */
const WORKING_LONG_SIDE = 1200;
/** Share of each side taken as the first guess of what is background. */
const FRAME = 0.06;
const TERMS = 6;
const FIT_ROUNDS = 5;
/** Pixels within this many robust standard deviations of the surface still count as background. */
const INLIER_SIGMAS = 3;

/**
 * Distance of every pixel from the background (0..~440, Euclidean in RGB). The background is modelled as
 * a quadratic surface per channel, so that vignetting and a lamp at one side are not taken for a part. It
 * is fitted to the picture's frame first, then to everything that agrees with the fit.
 */
export function separateForeground(picture: Picture): Foreground {
	const scale = Math.max(1, Math.max(picture.width, picture.height) / WORKING_LONG_SIDE);
	const width = Math.max(1, Math.floor(picture.width / scale));
	const height = Math.max(1, Math.floor(picture.height / scale));
	const channels = [0, 1, 2].map((channel) => smooth(shrink(picture, channel, width, height, scale)));
	const surfaces = fitBackground(channels, width, height);
	const squares = new Float32Array(width * height);
	for (const [c, { values }] of channels.entries()) {
		const [s0 = 0, su = 0, sv = 0, suu = 0, suv = 0, svv = 0] = surfaces[c] ?? [];
		for (let y = 0; y < height; y++) {
			const v = y / height;
			for (let x = 0; x < width; x++) {
				const u = x / width;
				const surface = s0 + su * u + sv * v + suu * u * u + suv * u * v + svv * v * v;
				const residual = (values[y * width + x] ?? 0) - surface;
				squares[y * width + x] = (squares[y * width + x] ?? 0) + residual * residual;
			}
		}
	}
	const values = squares.map(Math.sqrt);
	return { width, height, values, scale };
}

/** Bilinear sample; outside the plane the nearest edge value. */
export function sampleAt(plane: Plane, x: number, y: number): number {
	const cx = Math.min(Math.max(x, 0), plane.width - 1);
	const cy = Math.min(Math.max(y, 0), plane.height - 1);
	const x0 = Math.floor(cx);
	const y0 = Math.floor(cy);
	const x1 = Math.min(x0 + 1, plane.width - 1);
	const y1 = Math.min(y0 + 1, plane.height - 1);
	const fx = cx - x0;
	const fy = cy - y0;
	const at = (px: number, py: number) => plane.values[py * plane.width + px] ?? 0;
	return (
		(at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) + (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy
	);
}

function shrink(picture: Picture, channel: number, width: number, height: number, scale: number): Plane {
	const values = new Float32Array(width * height);
	for (let y = 0; y < height; y++) {
		const top = Math.floor(y * scale);
		const bottom = Math.min(picture.height, Math.max(top + 1, Math.floor((y + 1) * scale)));
		for (let x = 0; x < width; x++) {
			const left = Math.floor(x * scale);
			const right = Math.min(picture.width, Math.max(left + 1, Math.floor((x + 1) * scale)));
			let sum = 0;
			for (let sy = top; sy < bottom; sy++) {
				for (let sx = left; sx < right; sx++) {
					sum += picture.rgb[(sy * picture.width + sx) * 3 + channel] ?? 0;
				}
			}
			values[y * width + x] = sum / ((bottom - top) * (right - left));
		}
	}
	return { width, height, values };
}

/** Binomial 1-4-6-4-1 smoothing in both directions: sensor noise must not fray the outline. */
function smooth(plane: Plane): Plane {
	return blurAlong(blurAlong(plane, 1, 0), 0, 1);
}

function blurAlong({ width, height, values }: Plane, dx: 0 | 1, dy: 0 | 1): Plane {
	const out = new Float32Array(values.length);
	const stride = dx + dy * width;
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const at = y * width + x;
			const before = dx === 1 ? x : y;
			const after = (dx === 1 ? width : height) - 1 - before;
			const centre = values[at] ?? 0;
			const near =
				(values[at - Math.min(1, before) * stride] ?? 0) + (values[at + Math.min(1, after) * stride] ?? 0);
			const far =
				(values[at - Math.min(2, before) * stride] ?? 0) + (values[at + Math.min(2, after) * stride] ?? 0);
			out[at] = (6 * centre + 4 * near + far) / 16;
		}
	}
	return { width, height, values: out };
}

function surfaceTerms(u: number, v: number): readonly number[] {
	return [1, u, v, u * u, u * v, v * v];
}

function dot(a: readonly number[], b: readonly number[]): number {
	let sum = 0;
	for (const [i, value] of a.entries()) sum += value * (b[i] ?? 0);
	return sum;
}

interface Sample {
	readonly terms: readonly number[];
	readonly colour: readonly number[];
	readonly inFrame: boolean;
}

function fitBackground(channels: readonly Plane[], width: number, height: number): readonly number[][] {
	const samples: Sample[] = [];
	const step = Math.max(1, Math.floor(Math.max(width, height) / 160));
	for (let y = 0; y < height; y += step) {
		for (let x = 0; x < width; x += step) {
			const u = x / width;
			const v = y / height;
			samples.push({
				terms: surfaceTerms(u, v),
				colour: channels.map((plane) => plane.values[y * width + x] ?? 0),
				inFrame: u < FRAME || v < FRAME || u > 1 - FRAME || v > 1 - FRAME,
			});
		}
	}
	// A plain median colour of the frame is where the rounds start: something at the rim must not bend the surface.
	const frame = samples.filter((sample) => sample.inFrame);
	let surfaces = channels.map((_, c) => {
		const middle = median(frame.map((sample) => sample.colour[c] ?? 0));
		return [middle, 0, 0, 0, 0, 0];
	});
	for (let round = 0; round < FIT_ROUNDS; round++) {
		const pool = round < 2 ? frame : samples;
		const distances = pool.map((sample) => distanceFrom(surfaces, sample));
		const spread = Math.max(2, 1.4826 * median(frame.map((sample) => distanceFrom(surfaces, sample))));
		const inliers = pool.filter((_, i) => (distances[i] ?? 0) <= INLIER_SIGMAS * spread);
		if (inliers.length < 4 * TERMS) break;
		surfaces = channels.map((_, c) => leastSquares(inliers, c) ?? surfaces[c] ?? []);
	}
	return surfaces;
}

function distanceFrom(surfaces: readonly number[][], sample: Sample): number {
	let sum = 0;
	for (const [c, surface] of surfaces.entries()) {
		const residual = (sample.colour[c] ?? 0) - dot(surface, sample.terms);
		sum += residual * residual;
	}
	return Math.sqrt(sum);
}

/** Middle value; 0 for none. */
export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** Value below which the given share lies; 0 for none. */
export function quantile(values: readonly number[] | Float64Array, share: number): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Solves the normal equations by Gaussian elimination with pivoting; null where they are singular. */
function leastSquares(samples: readonly Sample[], channel: number): number[] | null {
	const rows = Array.from({ length: TERMS }, () => new Float64Array(TERMS + 1));
	for (const { terms, colour } of samples) {
		for (const [i, row] of rows.entries()) {
			const left = terms[i] ?? 0;
			for (let j = 0; j < TERMS; j++) row[j] = (row[j] ?? 0) + left * (terms[j] ?? 0);
			row[TERMS] = (row[TERMS] ?? 0) + left * (colour[channel] ?? 0);
		}
	}
	for (let column = 0; column < TERMS; column++) {
		const rest = rows.slice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
		rows.splice(column, rest.length, ...rest);
		const pivotRow = rows[column];
		const pivot = pivotRow?.[column] ?? 0;
		if (pivotRow === undefined || Math.abs(pivot) < 1e-9) return null;
		for (const [i, row] of rows.entries()) {
			if (i === column) continue;
			const factor = (row[column] ?? 0) / pivot;
			for (let j = column; j <= TERMS; j++) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0);
		}
	}
	return rows.map((row, i) => (row[TERMS] ?? 0) / (row[i] ?? 1));
}
