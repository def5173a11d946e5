import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VehicleRecord, VehicleRecordInput } from "../../src/contracts/record.js";
import { ImportGlance } from "../../src/contracts/record-import.js";
import { changesBetween, countsOf, glanceOf, overtakenIn, previewOf } from "../../src/importing/preview.js";
import { IMPORT_PROBLEMS, importProblem, problemWords } from "../../src/importing/problems.js";
import { formatOf, readRecords } from "../../src/importing/read-records.js";
import { problemsCsv } from "../../src/web/registry/problems-csv.js";

const VIN = "LXKAB2C41RM104729";

const input = (
	productionNumber: string,
	attributes: VehicleRecordInput["attributes"] = {},
): VehicleRecordInput => ({ productionNumber, vin: VIN, model: "m1", market: "CN", attributes });

const revisionOf = (content: VehicleRecordInput, revision = 1): VehicleRecord => ({
	...content,
	plant: "plant",
	revision,
	createdAt: "2026-03-02T08:00:00.000Z",
	createdBy: "mes",
});

/** Records in force; asks are answered as the store answers them: the unknown are left out. */
const holding = (...heads: VehicleRecord[]) => ({
	latestOf: async (_plant: string, numbers: readonly string[]) =>
		heads.filter(({ productionNumber }) => numbers.includes(productionNumber)),
});

const rowsOf = (...inputs: VehicleRecordInput[]) => ({
	good: inputs.map((one, i) => ({ line: i + 2, input: one })),
	problems: [],
});

describe("a preview", () => {
	it("tells new, revised and unchanged rows apart, and every changed field with old and new", async () => {
		const records = holding(
			revisionOf(input("SAME", { seats: 5, colour: "red" })),
			revisionOf(input("CHANGED", { seats: 5, colour: "red" }), 3),
		);
		const file = rowsOf(
			input("SAME", { colour: "red", seats: 5 }),
			input("CHANGED", { seats: 7, fuel: "petrol" }),
			input("NEW"),
		);
		const preview = await previewOf(records, "plant", file);
		expect(preview.rows.map(({ outcome, revision }) => [outcome, revision])).toEqual([
			["unchanged", 1],
			["revised", 3],
			["created", 0],
		]);
		expect(preview.rows[1]?.changes).toEqual([
			{ field: "seats", from: 5, to: 7 },
			{ field: "fuel", from: null, to: "petrol" },
			{ field: "colour", from: "red", to: null },
		]);
		expect(countsOf(preview, 5)).toEqual({ rows: 5, created: 1, revised: 1, unchanged: 1, rejected: 2 });
	});

	it("is shown by the first fifty rows of each kind, and its counts", async () => {
		const numbers = Array.from({ length: 130 }, (_, i) => `N${i}`);
		const records = holding(...numbers.slice(0, 60).map((number) => revisionOf(input(number, { seats: 5 }))));
		const file = rowsOf(...numbers.map((number) => input(number, { seats: 7 })));
		const problems = numbers.map((_, i) => importProblem(i + 1, "vin", "missing"));
		const preview = await previewOf(records, "plant", { ...file, problems });
		const glance = ImportGlance.parse(glanceOf(preview));
		expect(glance.revised).toEqual(preview.rows.slice(0, 50));
		expect(glance.created).toEqual(preview.rows.slice(60, 110));
		expect(glance.problems).toEqual(problems.slice(0, 50));
		expect(glance.problemCount).toBe(130);
	});

	it("says that nothing changed exactly where two contents are equal", () => {
		const attributes = fc.dictionary(
			fc.constantFrom("seats", "colour", "fuel", "grossMass"),
			fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("a", "b")),
		);
		fc.assert(
			fc.property(attributes, attributes, (from, to) => {
				const changes = changesBetween(input("X", from), input("X", to));
				const rebuilt: Record<string, string | number> = { ...from };
				for (const change of changes) {
					if (change.to === null) delete rebuilt[change.field];
					else rebuilt[change.field] = change.to;
				}
				expect(rebuilt).toEqual({ ...to });
			}),
		);
	});

	it("is overtaken by a revision or a new record, but not by one that says the same", async () => {
		const before = holding(revisionOf(input("A", { seats: 1 })), revisionOf(input("B", { seats: 1 })));
		const file = rowsOf(
			input("A", { seats: 2 }),
			input("B", { seats: 2 }),
			input("C", { seats: 2 }),
			input("D", { seats: 2 }),
		);
		const preview = await previewOf(before, "plant", file);
		const after = holding(
			revisionOf(input("A", { seats: 9 }), 2),
			revisionOf(input("B", { seats: 2 }), 2),
			revisionOf(input("C", { seats: 3 })),
		);
		expect(await overtakenIn(before, "plant", preview)).toEqual([]);
		expect(await overtakenIn(after, "plant", preview)).toEqual(["A", "C"]);
	});

	it("asks the store in parts, however long the file", async () => {
		const asked: number[] = [];
		const records = {
			latestOf: async (_plant: string, numbers: readonly string[]) => {
				asked.push(numbers.length);
				return [];
			},
		};
		const rows = rowsOf(...Array.from({ length: 1201 }, (_, i) => input(`P-${i}`)));
		expect((await previewOf(records, "plant", rows)).rows).toHaveLength(1201);
		expect(Math.max(...asked)).toBeLessThanOrEqual(500);
	});
});

describe("a problem of an import", () => {
	it("has words and a remedy in both languages, with every place filled", () => {
		const { problems } = readRecords(
			[
				"productionNumber,vin,model,market,grossMass,manufactureDate,axleLoads,seats,wings",
				`P-1,${VIN.slice(1)},m1,CN,1500,2026-03,1+2,5,2`,
				`P-2,${VIN},m1,MARS,"1,5",2026-13,a+b,5,2`,
				`,${VIN},m 1,CN,1500,,,${"9".repeat(300)},2`,
				`P-4,${VIN},m1`,
				`P-5,${VIN},m1,CN,1,,,,`,
				`P-5,${VIN},m1,CN,1,,,,`,
			].join("\n"),
			"csv",
		);
		expect(new Set(problems.map(({ code }) => code))).toEqual(
			new Set([
				"vin_form",
				"market_unknown",
				"no_number",
				"no_date",
				"no_list",
				"missing",
				"identifier_form",
				"value_long",
				"cells",
				"twice",
				"unknown_column",
			]),
		);
		for (const problem of problems) {
			for (const language of ["en", "zh"] as const) {
				const { reason, mend } = problemWords(problem, language);
				expect(`${reason}${mend}`).not.toMatch(/\{\w+\}/);
				expect(mend).not.toBe("");
			}
		}
		for (const { zh, mend } of Object.values(IMPORT_PROBLEMS))
			expect(zh + mend.zh).toMatch(/\p{Script=Han}/u);
	});

	it("is told at a length that can be read, whatever stands in the file", () => {
		const problem = importProblem(2, "grossMass", "no_number", { value: "x".repeat(5000) });
		expect(problem.reason.length).toBeLessThan(120);
	});
});

describe("the problems as CSV", () => {
	it.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])(
		"give a spreadsheet no formula to run: %j",
		(field) => {
			const csv = problemsCsv([importProblem(2, field, "unknown_column")], "en");
			const row = csv.split("\r\n")[1] ?? "";
			expect(row.replace(/^2,"?/, "").startsWith("'")).toBe(true);
		},
	);

	it("hold one row a problem, quoted where they must be, in the reader's language", () => {
		const problems = [importProblem(2, 'a "b", c', "unknown_column"), importProblem(3, "vin", "missing")];
		const csv = problemsCsv(problems, "zh");
		expect(csv.startsWith("\uFEFF行,字段")).toBe(true);
		expect(csv).toContain('2,"a ""b"", c",');
		expect(csv.trimEnd().split("\r\n")).toHaveLength(3);
	});
});

describe("the format of an upload", () => {
	it.each([
		['[{"vin":1}]', "json"],
		['\uFEFF \n{"vin":1}', "json"],
		["productionNumber,vin\n", "csv"],
		["", "csv"],
	])("of %j is %s", (content, format) => {
		expect(formatOf(Buffer.from(content))).toBe(format);
	});
});
