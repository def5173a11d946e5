import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countersignRefusal } from "../../src/domain/countersign.js";
import { gramFor, gramsOf } from "../../src/domain/inspection-search.js";
import { csvCell, csvLine } from "../../src/web/csv.js";
import { readSearch, searchValues } from "../../src/web/pages/views/search.js";
import { searchCriteria } from "../../src/web/search-criteria.js";

const text = fc.string({ unit: fc.constantFrom(..."ABCDEFGH0123456789-"), minLength: 3, maxLength: 17 });

describe("the pieces a number is found by", () => {
	it("hold the piece of every part of it", () => {
		fc.assert(
			fc.property(text, fc.nat(), fc.nat(), (whole, from, length) => {
				const start = from % (whole.length - 2);
				const part = whole.slice(start, start + 3 + (length % (whole.length - start - 2)));
				expect(gramsOf(whole)).toContain(gramFor(part.toLowerCase()));
			}),
		);
	});
});

describe("a search", () => {
	it("says beside each field what is wrong, and keeps what was typed", () => {
		const values = searchValues({ vin: "ab", from: "2026-02-30", outcome: "good", station: ["a"], to: "" });
		const { filter, errors } = readSearch(values);
		expect(filter).toBeNull();
		expect(errors).toMatchObject({ vin: "part", from: "date", outcome: "value", station: null, to: null });
		expect(values.vin).toBe("ab");
		expect(readSearch(searchValues({ from: "2026-03-02", to: "2026-03-01" })).errors.to).toBe("order");
	});

	it("takes whole days of the plant and tells no outcome from any", () => {
		const { filter } = readSearch(searchValues({ from: "2026-03-01", to: "2026-03-01", outcome: "none" }));
		const { from = "", before = "", disposition } = searchCriteria(filter ?? {});
		expect(Date.parse(before) - Date.parse(from)).toBe(24 * 3600 * 1000);
		expect(disposition).toBeNull();
		expect("disposition" in searchCriteria({})).toBe(false);
	});
});

describe("a cell of a CSV file", () => {
	it("runs nothing in a spreadsheet, and quotes what would break the line", () => {
		for (const cell of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"]) expect(csvCell(cell)).toBe(`'${cell}`);
		expect(csvCell("\r=1")).toBe('"\'\r=1"');
		expect(csvLine(['say "a,b"', null, 3])).toBe('"say ""a,b""",,3\r\n');
	});
});

describe("who may countersign", () => {
	const decided = (by: string, undoneBy: string | null = null) =>
		[{ decisions: [{ by, undoneBy }] }] as never;
	it("is an auditor who had no part in the decisions, those taken back included", () => {
		expect(countersignRefusal({ name: "fang", role: "auditor" }, decided("anna"))).toBeNull();
		expect(countersignRefusal({ name: "fang", role: "auditor" }, decided("fang", "anna"))).toBe("decided");
		expect(countersignRefusal({ name: "fang", role: "auditor" }, decided("anna", "fang"))).toBe("decided");
		expect(countersignRefusal({ name: "root", role: "administrator" }, decided("anna"))).toBe("role");
	});
});
