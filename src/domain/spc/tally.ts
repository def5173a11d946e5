import type { Tally } from "../../contracts/statistics.js";

export const EMPTY_TALLY: Tally = {
	vehicles: 0,
	firsts: 0,
	firstPasses: 0,
	captured: 0,
	withException: 0,
	exceptions: 0,
	falseCalls: 0,
	withFalseCall: 0,
	confirmed: 0,
	released: 0,
	expired: 0,
	defects: {},
	seconds: {},
};

type Histogram = Readonly<Record<string, number>>;

function addedHistograms(histograms: readonly Histogram[]): Record<string, number> {
	const sum: Record<string, number> = {};
	for (const histogram of histograms) {
		// a quarter has thousands of them: a list of pairs of each would be most of the work
		for (const key in histogram) sum[key] = (sum[key] ?? 0) + (histogram[key] ?? 0);
	}
	return sum;
}

/** The sum of tallies: counts and histograms, key by key. */
export function addedTallies(tallies: readonly Tally[]): Tally {
	const total = (count: Exclude<keyof Tally, "defects" | "seconds">) =>
		tallies.reduce((sum, tally) => sum + tally[count], 0);
	return {
		vehicles: total("vehicles"),
		firsts: total("firsts"),
		firstPasses: total("firstPasses"),
		captured: total("captured"),
		withException: total("withException"),
		exceptions: total("exceptions"),
		falseCalls: total("falseCalls"),
		withFalseCall: total("withFalseCall"),
		confirmed: total("confirmed"),
		released: total("released"),
		expired: total("expired"),
		defects: addedHistograms(tallies.map(({ defects }) => defects)),
		seconds: addedHistograms(tallies.map(({ seconds }) => seconds)),
	};
}

/** Seconds to two significant digits: what the histogram of a tally tells apart, to 5 % at worst. */
export function roundedSeconds(seconds: number): number {
	return Number(Math.max(0, Math.round(seconds)).toPrecision(2));
}

/**
 * The value that a share of all values does not exceed, by nearest rank: the smallest with at least
 * `share` × n of them up to it. Null without values.
 */
export function percentile(seconds: Histogram, share: number): number | null {
	const values = Object.entries(seconds)
		.map(([value, count]) => [Number(value), count] as const)
		.sort(([a], [b]) => a - b);
	const rank = Math.ceil(share * values.reduce((sum, [, count]) => sum + count, 0));
	let seen = 0;
	for (const [value, count] of values) {
		seen += count;
		if (seen >= rank) return value;
	}
	return null;
}

export interface DefectCount {
	readonly witness: string;
	readonly field: string;
	readonly outcome: string;
	readonly count: number;
	/** Share of this and every more frequent defect among all. */
	readonly cumulative: number;
}

export const defectKey = (witness: string, field: string, outcome: string): string =>
	[witness, field, outcome].join("|");

/** Defects from the most to the least frequent, with the share they add up to. */
export function pareto(defects: Histogram): readonly DefectCount[] {
	const total = Object.values(defects).reduce((sum, count) => sum + count, 0);
	let seen = 0;
	return Object.entries(defects)
		.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
		.map(([key, count]) => {
			const [witness = "", field = "", outcome = ""] = key.split("|");
			seen += count;
			return { witness, field, outcome, count, cumulative: seen / total };
		});
}
