import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCode, parseValue, parseVin } from "../../src/ocr/documents/parse-value.js";

const wide = (text: string) =>
	Array.from(text, (char) =>
		char >= "!" && char <= "~" ? String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0) : char,
	).join("");

describe("numbers", () => {
	it.each([
		["grossMass", "2200", null, 2200],
		["grossMass", "2200 kg", null, 2200],
		["grossMass", "2,200KG", null, 2200],
		["grossMass", "2 200 kg", null, 2200],
		["grossMass", "2200 KG (4850 LB)", null, 2200],
		["grossMass", "4850 LB (2200 KG)", null, 2200],
		["grossMass", "(4850LB) 2200KG", null, 2200],
		["grossMass", "2.2 t", null, 2200],
		["enginePower", "110kW", null, 110],
		["enginePower", "110.5 kW", null, 110.5],
		["displacement", "1498mL", null, 1498],
		["displacement", "1.498 L", null, 1498],
		["displacement", "1.5", "L", 1500],
		["displacement", "1498", "ml", 1498],
		["displacement", "1498 cm³", null, 1498],
		["seats", "5人", null, 5],
		["toothCount", "38", null, 38],
	] as const)("%s %j with caption unit %j is %d", (field, text, unit, value) => {
		expect(parseValue(field, text, unit)).toBe(value);
	});

	it.each([
		["grossMass", "22O0 kg"],
		["grossMass", "S200KG"],
		["grossMass", "22 00KG"],
		["grossMass", "4850 LB"],
		["grossMass", "2.200 kg"],
		["grossMass", "2200 KG 2300 KG"],
		["grossMass", "2200/2300"],
		["grossMass", "l200"],
		["enginePower", "150 PS"],
		["enginePower", "区199kW"],
		["displacement", "1498/133"],
		["seats", "five"],
		["seats", ""],
	] as const)("%s %j is not a number to be sure of", (field, text) => {
		expect(parseValue(field, text, null)).toBeNull();
	});

	it("come back from any way they are printed", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 99_999 }),
				fc.constantFrom("", " ", "  "),
				fc.constantFrom("kg", "KG", "Kg", "千克"),
				fc.boolean(),
				fc.boolean(),
				(mass, gap, unit, grouped, fullWidth) => {
					const digits = grouped ? mass.toLocaleString("en-US") : String(mass);
					const text = `${digits}${gap}${unit}`;
					expect(parseValue("kerbMass", fullWidth ? wide(text) : text, null)).toBe(mass);
				},
			),
		);
	});

	it("are never made up: every digit of the value stands in the text, in order", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(..."0123456789OIlSB .,kKgGt()/") }), (text) => {
				const value = parseValue("grossMass", text, null);
				if (value === null) return;
				const kept = String(value).replace(/\D/g, "").replace(/0+$/, "");
				let at = 0;
				for (const digit of kept) {
					at = text.indexOf(digit, at) + 1;
					expect(at).toBeGreaterThan(0);
				}
			}),
		);
	});
});

describe("dates", () => {
	it.each([
		["2026-03", "2026-03"],
		["2026.03", "2026-03"],
		["2026/3", "2026-03"],
		["2026年03月", "2026-03"],
		["2026 年 3 月 14 日", "2026-03-14"],
		["２０２６年０３月", "2026-03"],
		["2026-03-14", "2026-03-14"],
		["20260314", "2026-03-14"],
		["03/26", "2026-03"],
		["03/2026", "2026-03"],
		["MAR 2026", "2026-03"],
		["March 26", "2026-03"],
	])("%s is %s", (text, date) => {
		expect(parseValue("manufactureDate", text, null)).toBe(date);
	});

	it.each(["2026-13", "13/26", "2026-02-30", "2O26-03", "SHOWN ABOVE", "26.3.14", "1926-03", "MXR 2026", ""])(
		"%j is no date",
		(text) => {
			expect(parseValue("manufactureDate", text, null)).toBeNull();
		},
	);
});

describe("codes", () => {
	it("keep every letter and digit and lose only width, case and spaces", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: fc.constantFrom(..."ABCabc019-*/.") }),
				fc.boolean(),
				(code, fullWidth) => {
					fc.pre(/[a-z0-9]/i.test(code) && !code.endsWith("."));
					const spaced = Array.from(code).join(" ");
					expect(parseCode(fullWidth ? wide(spaced) : spaced)).toBe(code.toUpperCase());
				},
			),
		);
	});

	it("write every star as *", () => {
		expect(parseCode("e1×2007/46＊0123∗04")).toBe("E1*2007/46*0123*04");
	});

	it("a VIN is 17 characters of its alphabet, end marks aside", () => {
		expect(parseVin("*LSVAA4187E2123456*")).toBe("LSVAA4187E2123456");
		expect(parseVin("lsvaa418 7e21 23456")).toBe("LSVAA4187E2123456");
		for (const text of ["LSVAA4187E212345", "LSVAA4187E21234567", "LSVAA4187E212345O", "LSVAA4187E2123I56"]) {
			expect(parseVin(text)).toBeNull();
		}
	});
});
