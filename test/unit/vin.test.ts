import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	FORBIDDEN_LETTERS,
	isVin,
	modelYearCandidates,
	regionOf,
	VIN_ALPHABET,
} from "../../src/domain/vin.js";

describe("VIN grammar", () => {
	test("knows 33 characters, without I, O and Q", () => {
		expect(new Set(VIN_ALPHABET).size).toBe(33);
		for (const letter of Object.keys(FORBIDDEN_LETTERS)) expect(VIN_ALPHABET).not.toContain(letter);
	});

	test("takes 17 characters of the alphabet and nothing else", () => {
		const vin = fc.string({ unit: fc.constantFrom(...VIN_ALPHABET), minLength: 17, maxLength: 17 });
		fc.assert(fc.property(vin, (text) => isVin(text)));
		fc.assert(
			fc.property(
				vin,
				fc.nat(16),
				fc.constantFrom("I", "O", "Q", "-", " ", "é"),
				(text, at, char) => !isVin(text.slice(0, at) + char + text.slice(at + 1)),
			),
		);
		fc.assert(fc.property(vin, fc.nat(16), (text, length) => !isVin(text.slice(0, length))));
		fc.assert(fc.property(vin, (text) => !isVin(`${text}1`)));
	});

	test("gives every model year a code can stand for", () => {
		const withYear = (code: string) => `1M8GDM9AX${code}P042788`;
		expect(modelYearCandidates(withYear("K"), 2026)).toEqual([1989, 2019]);
		expect(modelYearCandidates(withYear("N"), 2026)).toEqual([1992, 2022]);
		expect(modelYearCandidates(withYear("Y"), 2026)).toEqual([2000]);
		expect(modelYearCandidates(withYear("9"), 2045)).toEqual([2009, 2039]);
		for (const code of "IOQUZ0") expect(modelYearCandidates(withYear(code), 2060)).toEqual([]);
	});

	test("names the region of the maker", () => {
		expect(regionOf("LMGKT1G80N1145942")).toBe("asia");
		expect(regionOf("WVWZZZ3CZWE123456")).toBe("europe");
		expect(regionOf("5YJ3E1EA7JF034526")).toBe("north_america");
		expect(regionOf("9BWZZZ377VT004251")).toBe("south_america");
		expect(regionOf("0")).toBeNull();
	});
});
