import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VehicleRecordInput } from "../../src/contracts/record.js";
import { IMPORT_LIMIT_BYTES } from "../../src/importing/read-records.js";
import { importVehicleRecords } from "../../src/importing/vehicle-records.js";
import type { VehicleRecords } from "../../src/persistence/store.js";

const VIN = "LXKAB2C41RM104729";

/** Takes everything; remembers what it was given. */
function recordsInMemory() {
	const saved: VehicleRecordInput[] = [];
	const records: Pick<VehicleRecords, "save"> = {
		async save(_plant, input) {
			saved.push(input);
			return "created";
		},
	};
	return { records: records as VehicleRecords, saved };
}

async function imported(content: string | Uint8Array, format: "csv" | "json" = "csv") {
	const { records, saved } = recordsInMemory();
	const result = await importVehicleRecords(records, "plant", content, format, "test");
	return { ...result, saved };
}

const HEADER = "productionNumber,vin,model,market,grossMass,colour,manufactureDate";
const GOOD = `P-1,${VIN},m1,CN,1980,极地白,2026-03`;

describe("CSV", () => {
	it("types the attributes by the field registry", async () => {
		const { saved, problems } = await imported(`${HEADER}\n${GOOD}\n`);
		expect(problems).toEqual([]);
		expect(saved).toEqual([
			{
				productionNumber: "P-1",
				vin: VIN,
				model: "m1",
				market: "CN",
				attributes: { grossMass: 1980, colour: "极地白", manufactureDate: "2026-03" },
			},
		]);
	});

	it.each([
		["a byte order mark", `\uFEFF${HEADER}\n${GOOD}`],
		["CRLF", `${HEADER}\r\n${GOOD}\r\n`],
		["semicolons", `${HEADER}\n${GOOD}`.replaceAll(",", ";")],
		["blanks around cells", `${HEADER}\n${GOOD.split(",").join(" , ")}`],
		["empty lines", `${HEADER}\n\n${GOOD}\n\n`],
	])("reads a file with %s", async (_name, content) => {
		const result = await imported(Buffer.from(content));
		expect(result).toMatchObject({ rows: 1, created: 1, rejected: 0, problems: [] });
		expect(result.saved[0]?.attributes.colour).toBe("极地白");
	});

	it("leaves an empty cell out", async () => {
		const { saved } = await imported(`${HEADER}\nP-1,${VIN},m1,CN,,,`);
		expect(saved[0]?.attributes).toEqual({});
	});

	it("reports every bad row with line, field and reason, and keeps the good ones", async () => {
		const result = await imported(
			[
				HEADER,
				GOOD,
				"P-2,LXKAB2C41RM10472O,m1,CN,1980,,", // the letter O
				`P-3,${VIN},m1,MARS,1980,,`,
				`P-4,${VIN},m1,CN,"1,980",,`,
				`P-5,${VIN},m1,CN,1980,,2026-13`,
				`,${VIN},m1,CN,1980,,`,
				`P-7,${VIN},m1,CN,1980`,
				GOOD,
				`P-9,${VIN},m1,CN,1980,,`,
			].join("\n"),
		);
		expect(result).toMatchObject({ rows: 9, created: 2, rejected: 7 });
		expect(result.saved.map((r) => r.productionNumber)).toEqual(["P-1", "P-9"]);
		expect(result.problems.map(({ line, field }) => [line, field])).toEqual([
			[3, "vin"],
			[4, "market"],
			[5, "grossMass"],
			[6, "manufactureDate"],
			[7, "productionNumber"],
			[8, "row"],
			[9, "productionNumber"],
		]);
		expect(result.problems.at(-1)?.reason).toContain("line 2");
	});

	it("counts lines as the person sees them, past a quoted line break", async () => {
		const result = await imported(`${HEADER}\nP-1,${VIN},m1,CN,1,"polar\nwhite",\nP-2,bad,m1,CN,1,,`);
		expect(result.problems.map((p) => p.line)).toEqual([4]);
	});

	it("goes on after a quote that stands wrong", async () => {
		const result = await imported(`${HEADER}\nP-1,${VIN},m1,CN,1,po"lar,\nP-2,${VIN},m1,CN,1,,`);
		expect(result.saved.map((r) => r.productionNumber)).toEqual(["P-2"]);
		expect(result.problems).toHaveLength(1);
		expect(result.problems[0]).toMatchObject({ line: 2, field: "row" });
	});

	it("says what is missing where the header lacks a column", async () => {
		const result = await imported(`productionNumber,model,market\nP-1,m1,CN`);
		expect(result).toMatchObject({ rows: 1, created: 0, rejected: 1 });
		expect(result.problems).toMatchObject([{ line: 2, field: "vin", code: "missing", reason: "is missing" }]);
	});

	it.each(["__proto__", "constructor", "$where", "a.b", "toString"])(
		"never takes a column named %s into a record",
		async (name) => {
			const result = await imported(`${HEADER},${name}\n${GOOD},evil`);
			expect(result.created).toBe(1);
			expect(result.problems).toMatchObject([{ field: name }]);
			expect(Object.keys(result.saved[0]?.attributes ?? {})).toEqual([
				"grossMass",
				"colour",
				"manufactureDate",
			]);
			expect(Object.getPrototypeOf(result.saved[0]?.attributes)).toBe(Object.prototype);
		},
	);

	it("refuses what is no UTF-8 by name", async () => {
		await expect(imported(Buffer.from([0x70, 0xb0, 0xd7, 0xc9]))).rejects.toMatchObject({
			code: "request_invalid",
		});
	});

	it("refuses a file beyond the bound", async () => {
		await expect(imported(new Uint8Array(IMPORT_LIMIT_BYTES + 1))).rejects.toMatchObject({
			code: "upload_too_large",
		});
	});

	it("answers any text at all with a result whose counts add up", async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: "binary" }), async (noise) => {
				const result = await imported(`${HEADER}\n${noise}\n`);
				expect(result.created + result.rejected).toBe(result.rows);
			}),
			{ numRuns: 100 },
		);
	});
});

describe("JSON", () => {
	const record = { productionNumber: "P-1", vin: VIN, model: "m1", market: "CN" };

	it("reads an array, with attributes nested or flat", async () => {
		const result = await imported(
			JSON.stringify([
				{ ...record, attributes: { grossMass: 1980 } },
				{ ...record, productionNumber: "P-2", seats: 5 },
			]),
			"json",
		);
		expect(result.saved.map((r) => r.attributes)).toEqual([{ grossMass: 1980 }, { seats: 5 }]);
	});

	it("reads JSON lines and names the line of a broken one", async () => {
		const result = await imported(
			`${JSON.stringify(record)}\n{"productionNumber":\n${JSON.stringify({ ...record, productionNumber: "P-3" })}\n`,
			"json",
		);
		expect(result).toMatchObject({ rows: 3, created: 2, rejected: 1 });
		expect(result.problems).toMatchObject([{ line: 2, field: "row" }]);
	});

	it("names the line of a bad element of an array", async () => {
		const result = await imported(
			`[\n ${JSON.stringify(record)},\n 7,\n {"productionNumber": "P-2, [",\n  "vin": "short", "model": "m1", "market": "CN"}\n]`,
			"json",
		);
		expect(result.problems.map(({ line, field }) => [line, field])).toEqual([
			[3, "row"],
			[4, "productionNumber"],
			[4, "vin"],
		]);
	});

	it("does not let attributes replace the record's own fields or its prototype", async () => {
		const result = await imported(
			`[{"productionNumber":"P-1","vin":"${VIN}","model":"m1","market":"CN","attributes":{"vin":"11111111111111111","__proto__":{"market":"US"}}}]`,
			"json",
		);
		expect(result.saved).toMatchObject([{ vin: VIN, market: "CN" }]);
	});

	it.each(["", "[", "[{]", "{}", "null", "[[[[", '"text"'])("answers %j with a result", async (content) => {
		expect((await imported(content, "json")).created).toBe(0);
	});
});
