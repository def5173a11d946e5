import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Posterior } from "../../src/ocr/ppocr/ctc.js";
import {
	greedySymbols,
	likeliestString,
	logLikelihood,
	placesAlong,
} from "../../src/ocr/vin/string-likelihood.js";

function posterior(rows: readonly (readonly number[])[]): Posterior {
	return { columns: rows.length, classes: rows[0]?.length ?? 0, p: Float32Array.from(rows.flat()) };
}

const collapse = (path: readonly number[]) =>
	path.filter((symbol, at) => symbol !== 0 && symbol !== path[at - 1]);

/** The definition itself: the sum over every path that collapses to the string. */
function bySumOfPaths(rows: readonly (readonly number[])[], symbols: readonly number[]): number {
	const walk = (column: number, path: readonly number[], p: number): number => {
		const row = rows[column];
		if (row === undefined) return collapse(path).join() === symbols.join() ? p : 0;
		return row.reduce((sum, value, symbol) => sum + walk(column + 1, [...path, symbol], p * value), 0);
	};
	return walk(0, [], 1);
}

const row = fc
	.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 })
	.map((weights) => weights.map((weight) => weight / weights.reduce((a, b) => a + b)));

describe("likelihood of a string", () => {
	test("is the sum over all its alignments", () => {
		const columns = fc.array(row, { minLength: 1, maxLength: 6 });
		const string = fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 3 });
		fc.assert(
			fc.property(columns, string, (rows, symbols) => {
				const expected = bySumOfPaths(rows, symbols);
				expect(Math.exp(logLikelihood(posterior(rows), symbols))).toBeCloseTo(expected, 4);
			}),
		);
	});

	test("finds the doubled character that a rendition's best path merges", () => {
		// Blank and twin are almost even in the middle: the best path keeps the twin and loses the second
		// character, but most of the probability lies on paths with a blank between.
		const merged = posterior([
			[0.01, 0.98, 0.01],
			[0.49, 0.5, 0.01],
			[0.49, 0.5, 0.01],
			[0.01, 0.98, 0.01],
			[0.01, 0.01, 0.98],
		]);
		expect(greedySymbols(merged)).toEqual([1, 2]);
		const { symbols, probability, agreeing } = likeliestString([merged]);
		expect(symbols).toEqual([1, 1, 2]);
		expect(agreeing).toBe(0);
		expect(probability).toBeLessThan(0.8);
	});

	test("says how sure a character is against what else it could be", () => {
		const { symbols, characters } = likeliestString([
			posterior([
				[0.01, 0.98, 0.01],
				[0.98, 0.01, 0.01],
				[0.02, 0.3, 0.68],
			]),
		]);
		expect(symbols).toEqual([1, 2]);
		expect(characters[0]?.p).toBeGreaterThan(0.9);
		expect(characters[1]?.p).toBeLessThan(0.75);
		expect(characters[1]?.alternatives[0]?.symbol).toBe(1);
	});

	test("places every symbol on its own columns", () => {
		const rows = [0, 1, 0, 0, 2, 0, 1, 0].map((winner) =>
			[0, 1, 2].map((symbol) => (symbol === winner ? 0.96 : 0.02)),
		);
		const places = placesAlong(posterior(rows), [1, 2, 1]);
		expect(places.map((place) => Math.round(place * 16))).toEqual([3, 9, 13]);
	});
});
