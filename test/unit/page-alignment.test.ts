import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignTexts } from "../../src/web/pages/views/alignment.js";
import { stripOf } from "../../src/web/pages/views/characters.js";

/** The fewest insertions, deletions and replacements between two texts, the plain recursive way. */
function editDistance(a: string, b: string): number {
	if (a === "" || b === "") return a.length + b.length;
	const same = a.at(-1) === b.at(-1) ? 0 : 1;
	return Math.min(
		editDistance(a.slice(0, -1), b.slice(0, -1)) + same,
		editDistance(a.slice(0, -1), b) + 1,
		editDistance(a, b.slice(0, -1)) + 1,
	);
}

const text = fc.string({ unit: fc.constantFrom("A", "B", "8", "白"), maxLength: 6 });

describe("laying a reading over the expected text", () => {
	test("keeps every character of both, in order", () => {
		fc.assert(
			fc.property(text, text, (read, expected) => {
				const columns = alignTexts(read, expected);
				expect(columns.map((column) => column.read ?? "").join("")).toBe(read);
				expect(columns.map((column) => column.expected ?? "").join("")).toBe(expected);
				const places = columns.flatMap(({ readIndex }) => (readIndex === null ? [] : [readIndex]));
				expect(places).toEqual([...[...read].keys()]);
			}),
		);
	});

	test("of another length differs in as few columns as can be", () => {
		fc.assert(
			fc.property(text, text, (read, expected) => {
				fc.pre([...read].length !== [...expected].length);
				const differing = alignTexts(read, expected).filter((column) => column.read !== column.expected);
				expect(differing.length).toBe(editDistance(read, expected));
			}),
		);
	});

	test("of the same length goes place by place, as differences are counted", () => {
		const columns = alignTexts("AB12", "B12A");
		expect(columns.map(({ read, expected }) => [read, expected])).toEqual([
			["A", "B"],
			["B", "1"],
			["1", "2"],
			["2", "A"],
		]);
	});

	test("shows a lost character as a gap where it was lost", () => {
		const { columns, differing } = stripOf("H4J02915", [], "H4J702915");
		expect(differing).toBe(1);
		expect(columns[3]).toMatchObject({
			position: 4,
			read: null,
			expected: "7",
			differs: true,
			suspect: true,
		});
	});
});

describe("a strip", () => {
	const characters = [
		{ char: "A", p: 0.999 },
		{
			char: "B",
			p: 0.61,
			alternatives: [
				{ char: "B", p: 0.61 },
				{ char: "8", p: 0.35 },
			],
		},
	];

	test("marks an unsure character with what else it could be, without itself", () => {
		const { columns } = stripOf("AB", characters, "AB");
		expect(columns.map(({ suspect, differs }) => [suspect, differs])).toEqual([
			[false, false],
			[true, false],
		]);
		expect(columns[1]?.read).toMatchObject({ sureness: "low", alternatives: [{ char: "8", p: 0.35 }] });
	});

	test("does not lend probabilities to a text they do not belong to", () => {
		const { columns } = stripOf("XY", characters, null);
		expect(columns.map(({ read, differs }) => [read?.p, differs])).toEqual([
			[1, false],
			[1, false],
		]);
	});
});
