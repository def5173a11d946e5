import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareValues } from "../../src/domain/compare.js";
import { canonicalNumbers, listedNumbers } from "../../src/domain/number-list.js";
import { parseValue } from "../../src/ocr/documents/parse-value.js";

describe("numbers axle by axle", () => {
	it.each([
		["4125+1350", "4125+1350"],
		["4125 + 1350 mm", "4125+1350"],
		["４１２５＋１３５０", "4125+1350"],
		["7000/18000(二轴组)", "7000/18000(2)"],
		["7000／18000（二轴组）", "7000/18000(2)"],
		["7000/24000(并装三轴)", "7000/24000(3)"],
		["7000/18000(并装双轴)", "7000/18000(2)"],
		["2022、1850/1850", "2022/1850/1850"],
		["2710", "2710"],
	])("%s is %s", (text, canonical) => {
		expect(canonicalNumbers(text)).toBe(canonical);
	});

	it.each(["", "——", "41Z5+1350", "4125+", "+1350", "7,000/18,000", "7000/18000(六轴组)", "7000 kg net"])(
		"%j is no list",
		(text) => {
			expect(canonicalNumbers(text)).toBeNull();
		},
	);

	it("come back from any way they are printed, number by number", () => {
		const item = fc.record({ value: fc.integer({ min: 100, max: 40_000 }), axles: fc.constantFrom(1, 2, 3) });
		const words = { 1: "", 2: "(二轴组)", 3: "（三轴组）" } as const;
		fc.assert(
			fc.property(
				fc.array(item, { minLength: 1, maxLength: 5 }),
				fc.constantFrom("/", "+", " / ", "＋"),
				(list, between) => {
					const printed = list
						.map(({ value, axles }) => `${value}${words[axles as 1 | 2 | 3]}`)
						.join(between);
					const canonical = parseValue("axleLoads", printed, null);
					expect(listedNumbers(String(canonical))).toEqual(list);
					expect(compareValues("axleLoads", printed, String(canonical)).equal).toBe(true);
				},
			),
		);
	});

	it("are never made up: a text with any other character is none", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(..."0123456789+/ OIlSB()二轴组") }), (text) => {
				const canonical = canonicalNumbers(text);
				if (canonical === null) return;
				expect(text.replace(/[^0-9]/g, "")).toBe(
					canonical
						.replace(/\((\d)\)/g, (group) => (text.includes(group) ? group : ""))
						.replace(/[^0-9]/g, ""),
				);
			}),
		);
	});
});
