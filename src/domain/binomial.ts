/** An interval of a rate. */
export interface Interval {
	readonly lower: number;
	readonly upper: number;
}

/** Halvings of [0, 1] after which a bound no longer changes in double precision. */
const HALVINGS = 60;

/**
 * Probability of at most `k` successes in `n` trials of rate `p`, 0 ≤ k ≤ n: the terms of the binomial sum, each
 * from the one before, in logarithms so that none of them vanishes.
 */
export function binomialAtMost(k: number, n: number, p: number): number {
	if (k >= n || p <= 0) return 1;
	if (p >= 1) return 0;
	const odds = Math.log(p) - Math.log1p(-p);
	let term = n * Math.log1p(-p);
	let sum = Math.exp(term);
	for (let i = 1; i <= k; i++) {
		term += Math.log((n - i + 1) / i) + odds;
		sum += Math.exp(term);
	}
	return Math.min(1, sum);
}

/** The rate in [0, 1] at which a falling probability passes `level`. */
function rateWhere(probability: (rate: number) => number, level: number): number {
	let [low, high] = [0, 1];
	for (let i = 0; i < HALVINGS; i++) {
		const middle = (low + high) / 2;
		if (probability(middle) > level) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/**
 * The rate that `k` successes of `n` trials still allow with probability 1 - `confidence`: the exact one-sided
 * upper bound of Clopper and Pearson (Biometrika 26, 1934). 1 where nothing was tried.
 */
export function upperBound(k: number, n: number, confidence = 0.95): number {
	return k >= n ? 1 : rateWhere((rate) => binomialAtMost(k, n, rate), 1 - confidence);
}

/** The exact two-sided interval of Clopper and Pearson: each side leaves half of what `confidence` leaves. */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
	const oneSided = (1 + confidence) / 2;
	return { lower: n === 0 ? 0 : 1 - upperBound(n - k, n, oneSided), upper: upperBound(k, n, oneSided) };
}
