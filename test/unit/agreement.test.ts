import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cohenKappa, fleissKappa, rateOf, strengthOf } from "../../src/domain/agreement.js";

const counts = (categories: number) =>
	fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: categories, maxLength: categories }), {
		minLength: categories,
		maxLength: categories,
	});

describe("Cohen's kappa", () => {
	test("is 0.492 for the 200 diagnoses of Cohen (1960), table 2, within his limits", () => {
		const kappa = cohenKappa([
			[88, 14, 18],
			[10, 40, 10],
			[2, 6, 12],
		]);
		expect(kappa.n).toBe(200);
		expect(kappa.observed).toBeCloseTo(0.7, 12);
		expect(kappa.expected).toBeCloseTo(0.41, 12);
		expect(kappa.kappa).toBeCloseTo(0.492, 3);
		// his limits, 0.384 and 0.600, hold chance agreement fixed; the later error differs by little
		expect(Math.abs((kappa.interval?.lower ?? 0) - 0.384)).toBeLessThan(0.015);
		expect(Math.abs((kappa.interval?.upper ?? 0) - 0.6)).toBeLessThan(0.015);
	});

	test("has the standard error that SAS PROC FREQ prints: 0.4842, 0.2137 to 0.7547", () => {
		// the printout statsmodels compares with in its own tests of cohens_kappa
		const { kappa, interval } = cohenKappa([
			[0, 4, 1],
			[0, 8, 0],
			[0, 1, 5],
		]);
		expect(kappa).toBeCloseTo(0.4842, 4);
		expect(interval?.lower).toBeCloseTo(0.2137, 4);
		expect(interval?.upper).toBeCloseTo(0.7547, 4);
	});

	test("of the common 2×2 example, 20 and 15 alike of 50, is 0.4", () => {
		const kappa = cohenKappa([
			[20, 5],
			[10, 15],
		]);
		expect(kappa.kappa).toBeCloseTo(0.4, 12);
		// rows are 0.5 each, columns 0.6 and 0.4; the error by hand from the formula of 1969
		const agreeing = 0.4 * (1 - 1.1 * 0.6) ** 2 + 0.3 * (1 - 0.9 * 0.6) ** 2;
		const differing = 0.36 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2);
		const error = Math.sqrt((agreeing + differing - (0.4 - 0.5 * 0.6) ** 2) / 50) / 0.5;
		expect((kappa.interval?.upper ?? 0) - 0.4).toBeCloseTo(1.959964 * error, 6);
	});

	test("can't be told where one category is all there is, or nothing was judged", () => {
		expect(
			cohenKappa([
				[12, 0],
				[0, 0],
			]),
		).toMatchObject({ n: 12, kappa: null, interval: null, observed: 1 });
		expect(
			cohenKappa([
				[0, 0],
				[0, 0],
			]),
		).toMatchObject({ n: 0, kappa: null });
	});

	test("of full agreement is 1, and few items leave it in doubt all the same", () => {
		const few = cohenKappa([
			[3, 0],
			[0, 3],
		]);
		const many = cohenKappa([
			[300, 0],
			[0, 300],
		]);
		expect([few.kappa, few.interval?.upper]).toEqual([1, 1]);
		// 6 of 6 leave 0.541 (Clopper and Pearson), of which 0.5 are chance
		expect(few.interval?.lower).toBeCloseTo((0.5407 - 0.5) / 0.5, 3);
		expect(many.interval?.lower).toBeGreaterThan(0.98);
	});

	test("lies in its interval, between -1 and 1, and is the same seen from the other judge", () => {
		fc.assert(
			fc.property(counts(3), (table) => {
				const { kappa, interval, n } = cohenKappa(table);
				const turned = cohenKappa([0, 1, 2].map((j) => table.map((row) => row[j] ?? 0)));
				expect(turned.n).toBe(n);
				if (kappa === null || interval === null) {
					expect(turned.kappa).toBeNull();
					return;
				}
				expect(turned.kappa).toBeCloseTo(kappa, 10);
				expect(turned.interval?.lower).toBeCloseTo(interval.lower, 8);
				expect(kappa).toBeGreaterThanOrEqual(interval.lower - 1e-9);
				expect(kappa).toBeLessThanOrEqual(interval.upper + 1e-9);
				expect(interval.lower).toBeGreaterThanOrEqual(-1);
				expect(interval.upper).toBeLessThanOrEqual(1);
			}),
		);
	});

	test("stays where it is and is surer where everything happened ten times as often", () => {
		fc.assert(
			fc.property(counts(2), (table) => {
				const once = cohenKappa(table);
				const often = cohenKappa(table.map((row) => row.map((count) => count * 10)));
				fc.pre(once.kappa !== null && once.interval !== null && often.interval !== null);
				expect(often.kappa).toBeCloseTo(once.kappa ?? 0, 10);
				const width = ({ interval }: typeof once) => (interval?.upper ?? 0) - (interval?.lower ?? 0);
				expect(width(often)).toBeLessThanOrEqual(width(once) + 1e-9);
			}),
		);
	});
});

/** Fleiss (1971), table 1: who of six called each of thirty patients what; the five categories as digits. */
const PATIENTS =
	"444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555";

describe("Fleiss' kappa", () => {
	const tallied = (diagnoses: string): number[] =>
		["1", "2", "3", "4", "5"].map((category) => [...diagnoses].filter((one) => one === category).length);

	test("is 0.430 for the thirty patients of Fleiss (1971)", () => {
		const { n, kappa, observed, expected, interval } = fleissKappa(PATIENTS.split(" ").map(tallied));
		expect(n).toBe(30);
		expect(observed).toBeCloseTo(0.5556, 3);
		expect(expected).toBeCloseTo(0.2199, 3);
		expect(kappa).toBeCloseTo(0.4302445, 7);
		expect(interval?.lower).toBeLessThan(0.4302445);
		expect(interval?.upper).toBeGreaterThan(0.4302445);
	});

	test("is 0.210 for ten items and fourteen judges, the worked example of the encyclopaedias", () => {
		const items = [
			[0, 0, 0, 0, 14],
			[0, 2, 6, 4, 2],
			[0, 0, 3, 5, 6],
			[0, 3, 9, 2, 0],
			[2, 2, 8, 1, 1],
			[7, 7, 0, 0, 0],
			[3, 2, 6, 3, 0],
			[2, 5, 3, 2, 2],
			[6, 5, 2, 1, 0],
			[0, 2, 2, 3, 7],
		];
		expect(fleissKappa(items).kappa).toBeCloseTo(0.21, 3);
		// an item that one person judged says nothing about agreement
		expect(fleissKappa([...items, [1, 0, 0, 0, 0]]).kappa).toBeCloseTo(0.21, 3);
	});

	test("has nearly the error that leaving out one patient at a time gives", () => {
		const items = PATIENTS.split(" ").map(tallied);
		const { interval } = fleissKappa(items);
		const without = items.map((_, left) => fleissKappa(items.filter((__, i) => i !== left)).kappa ?? 0);
		const mean = without.reduce((a, b) => a + b, 0) / without.length;
		const jackknife = Math.sqrt((29 / 30) * without.reduce((a, kappa) => a + (kappa - mean) ** 2, 0));
		const error = ((interval?.upper ?? 0) - (interval?.lower ?? 0)) / (2 * 1.959964);
		expect(error / jackknife).toBeGreaterThan(0.9);
		expect(error / jackknife).toBeLessThan(1.1);
	});

	test("is 1 where everybody agrees on more than one category, and nothing where nobody judged twice", () => {
		expect(
			fleissKappa([
				[4, 0],
				[0, 3],
			]).kappa,
		).toBe(1);
		expect(
			fleissKappa([
				[1, 0],
				[0, 1],
			]),
		).toMatchObject({ n: 0, kappa: null });
		expect(fleissKappa([[4, 0]])).toMatchObject({ n: 1, kappa: null });
	});

	test("lies in its interval between -1 and 1", () => {
		const item = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 2 });
		fc.assert(
			fc.property(fc.array(item, { maxLength: 30 }), (items) => {
				const { kappa, interval } = fleissKappa(items);
				if (kappa === null || interval === null) return;
				expect(kappa).toBeGreaterThanOrEqual(interval.lower - 1e-9);
				expect(kappa).toBeLessThanOrEqual(interval.upper + 1e-9);
				expect(interval.lower).toBeGreaterThanOrEqual(-1);
				expect(interval.upper).toBeLessThanOrEqual(1);
			}),
		);
	});
});

describe("words and rates", () => {
	test("the words are those of Landis and Koch (1977)", () => {
		const words = [-0.05, 0, 0.2, 0.21, 0.4, 0.41, 0.6, 0.61, 0.8, 0.81, 1].map(strengthOf);
		expect(words).toEqual([
			"poor",
			"slight",
			"slight",
			"fair",
			"fair",
			"moderate",
			"moderate",
			"substantial",
			"substantial",
			"almost_perfect",
			"almost_perfect",
		]);
	});

	test("a rate states its counts; of nothing there is none", () => {
		expect(rateOf(0, 20)).toMatchObject({ count: 0, of: 20, share: 0, interval: { lower: 0 } });
		expect(rateOf(0, 20).interval?.upper).toBeCloseTo(0.1684, 4);
		expect(rateOf(0, 0)).toEqual({ count: 0, of: 0, share: null, interval: null });
	});
});
