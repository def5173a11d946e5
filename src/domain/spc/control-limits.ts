/** Centre line and limits of a point; limits a share or a range can't reach are cut at its end. */
export interface Limits {
	readonly centre: number;
	readonly lower: number;
	readonly upper: number;
}

export interface ControlPoint extends Limits {
	readonly value: number;
	/** Distance from the centre in standard deviations; null where it can't be judged. */
	readonly z: number | null;
}

/** What was looked at together: `size` units, of which `count` are as the chart counts. */
export interface Subgroup {
	readonly size: number;
	readonly count: number;
}

/**
 * Where fewer cases than this are expected, one vehicle alone would lie beyond three deviations. Such a subgroup
 * is shown and not judged, unless it counts so many that chance hardly does: five where one is expected, which
 * happens in 4 of 1,000 subgroups (Poisson).
 */
const LEAST_EXPECTED = 1;
const BEYOND_CHANCE = 5;

/**
 * p-chart of shares with limits that follow each subgroup's size: p̄ ± 3 √(p̄(1 − p̄)/n), p̄ over all of them
 * (Montgomery, Introduction to Statistical Quality Control, section 7.2; NIST/SEMATECH e-Handbook 6.3.3.2).
 * Subgroups have to hold one unit at least.
 */
export function pChart(subgroups: readonly Subgroup[]): readonly ControlPoint[] {
	const units = subgroups.reduce((sum, { size }) => sum + size, 0);
	const counted = subgroups.reduce((sum, { count }) => sum + count, 0);
	const centre = units === 0 ? 0 : counted / units;
	const rareCounted = Math.min(counted, units - counted);
	return subgroups.map(({ size, count }) => {
		const value = count / size;
		const sigma = Math.sqrt((centre * (1 - centre)) / size);
		// Of whole numbers, so that a chart and its complement come to the same at the very border.
		const expected = (rareCounted * size) / units;
		const rare = rareCounted === counted ? count : size - count;
		const judged = sigma > 0 && (expected >= LEAST_EXPECTED || rare >= BEYOND_CHANCE);
		return {
			value,
			centre,
			lower: Math.max(0, centre - 3 * sigma),
			upper: Math.min(1, centre + 3 * sigma),
			z: judged ? (value - centre) / sigma : null,
		};
	});
}

/** Expected range of two values of a normal distribution, in its standard deviations (ASTM E2587, Montgomery appendix VI). */
const D2 = 1.128;
/** Upper limit of a range of two, in mean ranges (same tables). */
const D4 = 3.267;

/** Individuals and the moving ranges between neighbours: one range less than there are values. */
export interface IndividualsChart {
	readonly individuals: readonly ControlPoint[];
	readonly ranges: readonly ControlPoint[];
}

/**
 * I-MR chart: x̄ ± 3 MR̄/d₂ for the values, 0 to D₄·MR̄ for the ranges of two successive ones (NIST/SEMATECH
 * e-Handbook 6.3.2.2; Montgomery section 6.4). Values in order of time.
 */
export function individualsChart(values: readonly number[]): IndividualsChart {
	const moves = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
	const mean = (all: readonly number[]) =>
		all.length === 0 ? 0 : all.reduce((sum, one) => sum + one, 0) / all.length;
	const centre = mean(values);
	const range = mean(moves);
	const sigma = range / D2;
	return {
		individuals: values.map((value) => ({
			value,
			centre,
			lower: centre - 3 * sigma,
			upper: centre + 3 * sigma,
			z: sigma > 0 ? (value - centre) / sigma : null,
		})),
		ranges: moves.map((value) => ({
			value,
			centre: range,
			lower: 0,
			upper: D4 * range,
			// Only the limit is a test here: neighbouring ranges share a value, so runs among them mean nothing.
			z: range > 0 ? (3 * (value - range)) / (D4 * range - range) : null,
		})),
	};
}

/**
 * How far two shares are apart, in standard deviations of their difference under one common share (pooled
 * two-proportion test; Montgomery section 4.4.4). Null where nothing or everything was counted.
 */
export function sharesApart(a: Subgroup, b: Subgroup): number | null {
	if (a.size === 0 || b.size === 0) return null;
	const pooled = (a.count + b.count) / (a.size + b.size);
	const sigma = Math.sqrt(pooled * (1 - pooled) * (1 / a.size + 1 / b.size));
	return sigma > 0 ? (a.count / a.size - b.count / b.size) / sigma : null;
}
