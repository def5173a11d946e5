import { clopperPearson, type Interval } from "./binomial.js";

/** Standard normal quantile of a two-sided interval of 95 %. */
const Z95 = 1.959963984540054;

/** How far judges agree beyond chance; null kappa where chance alone would agree always. */
export interface Kappa {
	/** Items judged by both, or by two at least. */
	readonly n: number;
	/** 1 for full agreement, 0 for what chance gives, below 0 for less than that. */
	readonly kappa: number | null;
	/** 95 %; null where kappa is. */
	readonly interval: Interval | null;
	/** Share of items, or of pairs of judgements, on which they agree. */
	readonly observed: number;
	/** What chance gives with the same shares of categories. */
	readonly expected: number;
}

const NOTHING: Kappa = { n: 0, kappa: null, interval: null, observed: 0, expected: 0 };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const clamp = (value: number): number => Math.min(1, Math.max(-1, value));

/** Where everybody agrees or everybody disagrees, the large-sample error is 0: an exact bound stands in for it. */
function intervalOf(kappa: number, error: number, observed: number, expected: number, n: number): Interval {
	if (error > 1e-12)
		return { lower: clamp(kappa - Z95 * error), upper: Math.min(1, clamp(kappa + Z95 * error)) };
	const bounds = clopperPearson(Math.round(observed * n), n);
	const kappaAt = (agreement: number): number => clamp((agreement - expected) / (1 - expected));
	return { lower: kappaAt(bounds.lower), upper: kappaAt(bounds.upper) };
}

/**
 * Cohen's kappa of two judges (Educational and Psychological Measurement 20, 1960) with the large-sample standard
 * error of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969). Where that error is 0, the interval is
 * Cohen's own: chance agreement held, with the exact bounds of Clopper and Pearson on the observed one.
 *
 * `table[i][j]` counts items that the first judge put into category i and the second into j; it is square.
 */
export function cohenKappa(table: readonly (readonly number[])[]): Kappa {
	const n = sum(table.map(sum));
	if (n === 0) return NOTHING;
	const share = (i: number, j: number): number => (table[i]?.[j] ?? 0) / n;
	const categories = table.map((_, index) => index);
	const rows = categories.map((i) => sum(categories.map((j) => share(i, j))));
	const columns = categories.map((j) => sum(categories.map((i) => share(i, j))));
	const observed = sum(categories.map((i) => share(i, i)));
	const expected = sum(categories.map((i) => (rows[i] ?? 0) * (columns[i] ?? 0)));
	if (1 - expected < 1e-12) return { n, kappa: null, interval: null, observed, expected };
	const kappa = (observed - expected) / (1 - expected);
	const agreeing = sum(
		categories.map((i) => share(i, i) * (1 - ((rows[i] ?? 0) + (columns[i] ?? 0)) * (1 - kappa)) ** 2),
	);
	const differing = sum(
		categories.flatMap((i) =>
			categories.map((j) => (i === j ? 0 : share(i, j) * ((columns[i] ?? 0) + (rows[j] ?? 0)) ** 2)),
		),
	);
	const spread = agreeing + (1 - kappa) ** 2 * differing - (kappa - expected * (1 - kappa)) ** 2;
	const error = Math.sqrt(Math.max(0, spread) / n) / (1 - expected);
	return { n, kappa, interval: intervalOf(kappa, error, observed, expected, n), observed, expected };
}

/**
 * Fleiss' kappa of many judges, not always the same ones (Psychological Bulletin 76, 1971), for any number of
 * judgements of an item; items with fewer than two tell nothing and are left out. The interval is from the variance
 * between items that Gwet gives for it (Educational and Psychological Measurement 81, 2021).
 *
 * `items[i][j]` counts who put item i into category j.
 */
export function fleissKappa(items: readonly (readonly number[])[]): Kappa {
	const judged = items.filter((counts) => sum(counts) >= 2);
	const n = judged.length;
	if (n === 0) return NOTHING;
	const categories = (judged[0] ?? []).map((_, index) => index);
	// each item weighs the same, however many judged it
	const shares = categories.map((j) => sum(judged.map((counts) => (counts[j] ?? 0) / sum(counts))) / n);
	const agreementOf = (counts: readonly number[]): number => {
		const raters = sum(counts);
		return sum(counts.map((count) => count * (count - 1))) / (raters * (raters - 1));
	};
	const chanceOf = (counts: readonly number[]): number =>
		sum(categories.map((j) => ((shares[j] ?? 0) * (counts[j] ?? 0)) / sum(counts)));
	const observed = sum(judged.map(agreementOf)) / n;
	const expected = sum(shares.map((share) => share ** 2));
	if (1 - expected < 1e-12) return { n, kappa: null, interval: null, observed, expected };
	const kappa = (observed - expected) / (1 - expected);
	const deviations = judged.map((counts) => {
		const own = (agreementOf(counts) - expected) / (1 - expected);
		const pull = (2 * (1 - kappa) * (chanceOf(counts) - expected)) / (1 - expected);
		return (own - pull - kappa) ** 2;
	});
	const error = n === 1 ? 0 : Math.sqrt(sum(deviations) / (n * (n - 1)));
	return { n, kappa, interval: intervalOf(kappa, error, observed, expected, n), observed, expected };
}

export const STRENGTHS = ["poor", "slight", "fair", "moderate", "substantial", "almost_perfect"] as const;
export type Strength = (typeof STRENGTHS)[number];

/** The words of Landis and Koch for a kappa (Biometrics 33, 1977, page 165). */
export function strengthOf(kappa: number): Strength {
	if (kappa < 0) return "poor";
	if (kappa <= 0.2) return "slight";
	if (kappa <= 0.4) return "fair";
	if (kappa <= 0.6) return "moderate";
	if (kappa <= 0.8) return "substantial";
	return "almost_perfect";
}

/** A share of counted cases with the exact interval of Clopper and Pearson. */
export interface Rate {
	readonly count: number;
	readonly of: number;
	/** Null where there was no case. */
	readonly share: number | null;
	readonly interval: Interval | null;
}

export function rateOf(count: number, of: number): Rate {
	if (of === 0) return { count, of, share: null, interval: null };
	return { count, of, share: count / of, interval: clopperPearson(count, of) };
}
