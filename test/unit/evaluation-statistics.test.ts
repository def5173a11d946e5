import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialAtMost, clopperPearson, upperBound } from "../../src/domain/binomial.js";
import { alignCharacters, confusionsOf } from "../../src/evaluation/alignment.js";
import { acceptanceCurve, calibrationOf } from "../../src/evaluation/calibration.js";
import { chanceOfLoss, quantileOf } from "../../src/evaluation/statistics.js";

const counts = fc
	.integer({ min: 1, max: 400 })
	.chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe("intervals of a rate", () => {
	test.each([
		// Newcombe, Statistics in Medicine 17 (1998), table I, method 5: the Clopper-Pearson interval
		[81, 263, 0.2527, 0.3676],
		[15, 148, 0.0578, 0.1617],
		[0, 20, 0, 0.1684],
		[1, 29, 0.0009, 0.1776],
	])("%i of %i lies between %f and %f", (k, n, lower, upper) => {
		const interval = clopperPearson(k, n);
		expect(interval.lower).toBeCloseTo(lower, 4);
		expect(interval.upper).toBeCloseTo(upper, 4);
	});

	test("none wrong of n leaves 1 - 0.05^(1/n), about three in n", () => {
		for (const n of [1, 10, 45, 300]) expect(upperBound(0, n)).toBeCloseTo(1 - 0.05 ** (1 / n), 10);
		expect(upperBound(0, 0)).toBe(1);
		expect(clopperPearson(0, 0)).toEqual({ lower: 0, upper: 1 });
	});

	test("holds the rate that was seen, is mirrored by the complement, and narrows with less confidence", () => {
		fc.assert(
			fc.property(counts, ([k, n]) => {
				const { lower, upper } = clopperPearson(k, n);
				expect(lower).toBeLessThanOrEqual(k / n + 1e-12);
				expect(upper).toBeGreaterThanOrEqual(k / n - 1e-12);
				const mirrored = clopperPearson(n - k, n);
				expect(1 - mirrored.upper).toBeCloseTo(lower, 10);
				expect(clopperPearson(k, n, 0.8).upper).toBeLessThanOrEqual(upper);
			}),
		);
	});

	test("its bounds are where the binomial tail is as improbable as was asked for", () => {
		fc.assert(
			fc.property(counts, ([k, n]) => {
				if (k < n) expect(binomialAtMost(k, n, upperBound(k, n))).toBeCloseTo(0.05, 8);
			}),
		);
	});

	test("a binomial sum agrees with the sum of its terms", () => {
		// 10 throws of a fair coin: 1 + 10 + 45 of 1024
		expect(binomialAtMost(2, 10, 0.5)).toBeCloseTo(56 / 1024, 12);
		expect(binomialAtMost(10, 10, 0.5)).toBe(1);
	});

	test("chance takes five of five seldom, and five of eight often", () => {
		expect(chanceOfLoss(5, 0)).toBeCloseTo(1 / 32, 12);
		expect(chanceOfLoss(5, 3)).toBeGreaterThan(0.3);
		expect(chanceOfLoss(0, 7)).toBe(1);
	});

	test("quantiles are values of the sample", () => {
		expect(quantileOf([3, 1, 2], 0.5)).toBe(2);
		expect(quantileOf([1, 2, 3, 4], 0.95)).toBe(4);
		expect(quantileOf([], 0.5)).toBeNaN();
	});
});

const judged = fc.array(fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), correct: fc.boolean() }), {
	maxLength: 200,
});

describe("calibration", () => {
	test("is perfect where the share that is right is the probability given, and worst at its opposite", () => {
		const sample = (p: number, right: number, of: number) =>
			Array.from({ length: of }, (_, i) => ({ p, correct: i < right }));
		expect(calibrationOf([...sample(0.9, 90, 100), ...sample(0.5, 50, 100)]).error).toBeCloseTo(0, 12);
		expect(calibrationOf(sample(1, 0, 20)).error).toBe(1);
		// 100 at 0.9 of which 80 are right, and 100 at 0.5 of which 60 are: both 0.1 off
		expect(calibrationOf([...sample(0.9, 80, 100), ...sample(0.5, 60, 100)]).error).toBeCloseTo(0.1, 12);
	});

	test("bins hold everything once, rise in probability, and the error lies between 0 and 1", () => {
		fc.assert(
			fc.property(judged, (sample) => {
				const { bins, count, error } = calibrationOf(sample);
				expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(sample.length);
				expect(count).toBe(sample.length);
				expect(bins.map(({ p }) => p)).toEqual(bins.map(({ p }) => p).toSorted((a, b) => a - b));
				expect(error).toBeGreaterThanOrEqual(0);
				expect(error).toBeLessThanOrEqual(1);
			}),
		);
	});

	test("the curve of acceptance counts what a threshold lets through", () => {
		fc.assert(
			fc.property(judged, (sample) => {
				for (const { threshold, accepted, wrong } of acceptanceCurve(sample)) {
					const through = sample.filter(({ p }) => p >= threshold);
					expect(accepted).toBe(through.length);
					expect(wrong).toBe(through.filter(({ correct }) => !correct).length);
				}
			}),
		);
	});
});

describe("alignment of characters", () => {
	const text = fc.string({ unit: fc.constantFrom("A", "B", "0", "8"), maxLength: 20 });

	test("tells what was read for what, what was left out and what was put in", () => {
		expect(confusionsOf(alignCharacters("WBA8K0", "W8AK0X"))).toEqual([
			{ truth: "", read: "X", count: 1 },
			{ truth: "8", read: "", count: 1 },
			{ truth: "B", read: "8", count: 1 },
		]);
	});

	test("gives both strings back, in their order", () => {
		fc.assert(
			fc.property(text, text, (truth, read) => {
				const aligned = alignCharacters(truth, read);
				expect(aligned.map((each) => each.truth).join("")).toBe(truth);
				expect(aligned.map((each) => each.read).join("")).toBe(read);
				expect(aligned.filter(({ at }) => at >= 0).map(({ at }) => at)).toEqual([...read].map((_, at) => at));
			}),
		);
	});

	test("needs no change where nothing differs, and never more than the longer string has characters", () => {
		fc.assert(
			fc.property(text, text, (truth, read) => {
				const changes = (a: string, b: string) =>
					alignCharacters(a, b).filter((each) => each.truth !== each.read).length;
				expect(changes(truth, truth)).toBe(0);
				expect(changes(truth, read)).toBe(changes(read, truth));
				expect(changes(truth, read)).toBeLessThanOrEqual(Math.max(truth.length, read.length));
			}),
		);
	});
});
