import { ANGLES, COSINES, SINES } from "./outline.js";
import { leastSquares, median, robustSigma } from "./statistics.js";

/**
 * Circles through tips and roots, as slow functions of the angle, so that a centre found a little beside the
 * axis, tilt and perspective are not taken for tall and short teeth. In units of the moment ellipse.
 */
export interface ToothForm {
	/** Mean radii. */
	readonly tip: number;
	readonly root: number;
	/** Radius halfway between the circles at each step. */
	readonly middles: Float64Array;
	/** The outline between the circles at each step: 0 at the root circle, 1 at the tip circle. */
	readonly heights: Float64Array;
}

/** Constant, and two harmonics. */
const SLOW_TERMS = 5;
const FIT_ROUNDS = 6;
const INLIER_SIGMAS = 2.5;

export function slowTerms(angle: number): readonly number[] {
	return [1, Math.cos(angle), Math.sin(angle), Math.cos(2 * angle), Math.sin(2 * angle)];
}

/**
 * Slow function through points at the given angles. It starts from their median and is fitted to those within
 * 2.5 robust standard deviations of it, so that damaged teeth don't bend it while they are the fewer.
 * `floor` is a deviation that never makes an outlier.
 */
export function fitSlowly(
	angles: readonly number[],
	values: readonly number[],
	floor: number,
): readonly number[] {
	const rows = angles.map(slowTerms);
	let terms: readonly number[] = [median(values), 0, 0, 0, 0];
	for (let round = 0; round < FIT_ROUNDS; round++) {
		const residuals = rows.map((row, i) => (values[i] ?? 0) - slowly(terms, row));
		const limit = Math.max(floor, INLIER_SIGMAS * robustSigma(residuals, 0));
		const inliers = rows.flatMap((_, i) => (Math.abs(residuals[i] ?? 0) <= limit ? [i] : []));
		if (inliers.length < 2 * SLOW_TERMS && inliers.length < rows.length) break;
		const fitted = leastSquares(
			inliers.map((i) => rows[i] ?? []),
			inliers.map((i) => values[i] ?? 0),
		);
		if (fitted === null) break;
		terms = fitted;
	}
	return terms;
}

export function slowly(terms: readonly number[], row: readonly number[]): number {
	let sum = 0;
	for (const [i, term] of terms.entries()) sum += term * (row[i] ?? 0);
	return sum;
}

/** Fits both circles to the highest and lowest points of each pitch. */
export function fitToothForm(radii: Float64Array, places: number): ToothForm {
	const pitch = ANGLES / places;
	const angles: number[] = [];
	const crests: number[] = [];
	const valleys: number[] = [];
	for (let place = 0; place < places; place++) {
		const from = Math.round(place * pitch);
		const span = radii.subarray(from, Math.round((place + 1) * pitch));
		angles.push((2 * Math.PI * (from + span.length / 2)) / ANGLES);
		crests.push(Math.max(...span));
		valleys.push(Math.min(...span));
	}
	const floor = 0.05 * (median(crests) - median(valleys));
	const tips = fitSlowly(angles, crests, floor);
	const roots = fitSlowly(angles, valleys, floor);
	const heights = new Float64Array(ANGLES);
	const middles = new Float64Array(ANGLES);
	for (let i = 0; i < ANGLES; i++) {
		const c = COSINES[i] ?? 0;
		const s = SINES[i] ?? 0;
		const row = [1, c, s, c * c - s * s, 2 * c * s];
		const root = slowly(roots, row);
		const tip = slowly(tips, row);
		heights[i] = ((radii[i] ?? 0) - root) / Math.max(1e-9, tip - root);
		middles[i] = (tip + root) / 2;
	}
	return { tip: tips[0] ?? 0, root: roots[0] ?? 0, middles, heights };
}
