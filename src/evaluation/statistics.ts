import { binomialAtMost } from "../domain/binomial.js";

/**
 * Probability that of `lost + gained` changed pictures at least `lost` got worse by chance alone: McNemar's exact
 * test, one-sided (Psychometrika 12, 1947). 1 where nothing was lost.
 */
export function chanceOfLoss(lost: number, gained: number): number {
	return lost === 0 ? 1 : binomialAtMost(gained, lost + gained, 0.5);
}

/** The value below which `share` of the values lie (inverse of the empirical distribution); NaN of none. */
export function quantileOf(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
