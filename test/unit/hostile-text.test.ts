import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VinspectError } from "../../src/domain/errors.js";
import { canonicalNumbers } from "../../src/domain/number-list.js";
import { readRecords } from "../../src/importing/read-records.js";
import { csvCell } from "../../src/web/csv.js";

describe("cells of a CSV export", () => {
	const TRIGGERS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];

	test.each(TRIGGERS)("that begin with %s begin with an apostrophe", (trigger) => {
		for (const before of ["", " ", "\u00a0", "\u200b", "\ufeff", "\0", " \u3000"])
			expect(csvCell(`${before}${trigger}cmd|' /C calc'!A0`)).toMatch(/^"?'/);
	});

	test("that begin with a tab, a return or a line feed do too", () => {
		for (const before of ["\t", "\r", "\n", "\r\n"]) expect(csvCell(`${before}x`)).toMatch(/^"?'/);
	});

	test("never run and never break out of their line", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				const cell = csvCell(text);
				const inside = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
				expect(inside.endsWith(text)).toBe(true);
				expect(inside).not.toMatch(/^[\t\r\n=+\-@＝＋－＠]/);
				if (/[",;\r\n]/.test(text)) expect(cell).toMatch(/^".*"$/s);
			}),
		);
	});
});

describe("files of vehicle records made to be too much", () => {
	const refusal = (content: string, format: "csv" | "json") => {
		// of the processor, not of the clock: what else runs on the machine does not count
		const began = process.cpuUsage();
		const seconds = () => process.cpuUsage(began).user / 1e6;
		try {
			readRecords(content, format);
			return { code: "read", seconds: seconds() };
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			return { code: error.code, seconds: seconds() };
		}
	};
	const header = "productionNumber,vin,model,market\n";

	test.each([
		["a million columns", () => `${"a,".repeat(1_000_000)}\n1\n`, "csv", "read"],
		["five thousand columns", () => `${"a,".repeat(5_000)}\n1\n`, "csv", "request_invalid"],
		["ten million rows", () => `${header}${"1\n".repeat(9_000_000)}`, "csv", "upload_too_large"],
		["a quote that is never closed", () => `${header}"${"x".repeat(10_000_000)}`, "csv", "read"],
		["nothing but quotes", () => `${header}${'"'.repeat(2_000_000)}`, "csv", "read"],
		["ten million elements", () => `[${"1,".repeat(9_000_000)}1]`, "json", "upload_too_large"],
		["ten million lines of JSON", () => "1\n".repeat(9_000_000), "json", "upload_too_large"],
		["an array in an array, without end", () => "[".repeat(10_000_000), "json", "read"],
		[
			"a row of a million members",
			() => `[{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join()}}]`,
			"json",
			"read",
		],
		[
			"a row of two thousand members",
			() => `[{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":1`).join()}}]`,
			"json",
			"request_invalid",
		],
		["more than 20 MiB", () => "x".repeat(21 * 2 ** 20), "csv", "upload_too_large"],
	] as const)("%s: told, not died of", (_, content, format, code) => {
		const before = process.memoryUsage().rss;
		const result = refusal(content(), format);
		expect(result.code).toBe(code);
		expect(result.seconds).toBeLessThan(10);
		expect(process.memoryUsage().rss - before).toBeLessThan(700 * 2 ** 20);
	});

	test("names of members that every object has are names like others", () => {
		const { good, problems } = readRecords(
			'[{"productionNumber":"P-1","vin":"1HGCM82633A004352","model":"M","market":"CN","__proto__":{"x":1},"constructor":"y","attributes":{"__proto__":"z","toString":"w"}}]',
			"json",
		);
		expect(good.map(({ input }) => input.attributes)).toEqual([{}]);
		expect(problems.map(({ field }) => field).toSorted()).toEqual(["__proto__", "constructor", "toString"]);
		expect(({} as { x?: number }).x).toBeUndefined();
	});
});

describe("patterns of ours", () => {
	test("take a hostile text in no more than a moment", () => {
		for (const text of [
			"1+".repeat(50_000),
			"1(".repeat(50_000),
			"1/".repeat(50_000),
			`${"1".repeat(100_000)}!`,
		]) {
			const began = process.cpuUsage();
			canonicalNumbers(text);
			expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
		}
	});
});
