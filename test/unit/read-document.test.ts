import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldName } from "../../src/domain/fields.js";
import { type DocumentKind, readDocument } from "../../src/ocr/documents/read-document.js";
import { type Print, printed, table } from "../support/printed-lines.js";

function valuesOf(kind: DocumentKind, prints: readonly Print[], angle = 0) {
	const fields = readDocument(kind, printed(prints, angle));
	return Object.fromEntries(Object.entries(fields).map(([name, draft]) => [name, draft.value]));
}

const VIN = "LSVAA4187E2123456";

describe("Chinese plate (GB/T 18411)", () => {
	const rows = [
		["品牌", "星驰牌", "整车型号", "XC6470A1B"],
		["车辆识别代号", VIN],
		["发动机型号", "H15TA", "发动机最大净功率", "133 kW"],
		["排量", "1498 mL", "最大设计总质量", "2015 kg"],
		["乘坐人数", "5", "制造年月", "2026年03月"],
		["制造国", "中国"],
	];
	const values = {
		brand: "星驰牌",
		vehicleModel: "XC6470A1B",
		vin: VIN,
		engineModel: "H15TA",
		enginePower: 133,
		displacement: 1498,
		grossMass: 2015,
		seats: 5,
		manufactureDate: "2026-03",
		country: "中国",
	};

	it.each([-4, -1.5, 0, 2, 5])("as a table, turned by %d degrees", (angle) => {
		const title = { text: "华东星驰汽车有限公司", x: 480, y: -40, height: 54 };
		expect(valuesOf("nameplate", [title, ...table(rows)], angle)).toEqual({
			...values,
			manufacturer: "华东星驰汽车有限公司",
		});
	});

	it("with caption and value merged in one line, with and without separators", () => {
		const merged = rows.flatMap(([a = "", b = "", c = "", d = ""], i) => [
			{ text: `${a}${["", " ", "：", ": "][i % 4]}${b}`, x: 60, y: 60 + 80 * i },
			...(c === "" ? [] : [{ text: `${c}${["：", "", " "][i % 3]}${d}`, x: 860, y: 60 + 80 * i }]),
		]);
		expect(valuesOf("nameplate", merged)).toEqual(values);
	});

	it("with a whole row in one line", () => {
		const rowsInOne = rows.map((row, i) => ({ text: row.join(" "), x: 60, y: 60 + 80 * i }));
		expect(valuesOf("nameplate", rowsInOne)).toEqual(values);
	});

	it("with values below their captions", () => {
		const stacked = table([["品牌", "整车型号"], ["星驰牌", "XC6470A1B"], ["车辆识别代号(VIN)"], [VIN]]);
		expect(valuesOf("nameplate", stacked)).toEqual({ brand: "星驰牌", vehicleModel: "XC6470A1B", vin: VIN });
	});

	it("with captions in two languages", () => {
		expect(
			valuesOf("nameplate", table([["品牌 BRAND", "星驰牌"], ["发动机排量 Displacement: 1498 mL"]])),
		).toEqual({
			brand: "星驰牌",
			displacement: 1498,
		});
	});

	it("one misread character of a caption is forgiven, none of a value", () => {
		const misread = table([
			["发动机型亏", "H15TA", "最大设汁总质量", "20I5 kg"],
			["车辆识别代呈", VIN.replace("7E", "7O")],
			["乘坐入数", "S"],
		]);
		const fields = readDocument("nameplate", printed(misread));
		expect(fields.engineModel?.value).toBe("H15TA");
		expect(fields.grossMass).toMatchObject({ text: "20I5 kg", value: null, refusal: "field_format" });
		expect(fields.vin).toMatchObject({ value: null, refusal: "forbidden_letter" });
		expect(fields.seats).toMatchObject({ text: "S", value: null });
	});

	it("a caption that could be either of two is neither", () => {
		const fields = valuesOf("nameplate", table([["X轴最大允许轴荷", "1050 kg"]]));
		expect(fields).toEqual({});
	});

	it("engine model and engine number are told apart by one character", () => {
		expect(
			valuesOf(
				"nameplate",
				table([
					["发动机型号", "H15TA"],
					["发动机号", "A1234567"],
				]),
			),
		).toEqual({
			engineModel: "H15TA",
			engineNumber: "A1234567",
		});
	});

	it("a code that begins with the letters of a short caption is a value", () => {
		expect(valuesOf("nameplate", table([["发动机型号", "RR000J", "整备质量", "1500 kg"]]))).toEqual({
			engineModel: "RR000J",
			kerbMass: 1500,
		});
	});

	it("a caption without a value does not take its neighbour's caption or value", () => {
		expect(
			valuesOf(
				"nameplate",
				table([
					["品牌", "", "整车型号", "XC6470A1B"],
					["乘坐人数", "5"],
				]),
			),
		).toEqual({ vehicleModel: "XC6470A1B", seats: 5 });
	});

	it("a field named twice with different values has none", () => {
		const twice = table([
			["整备质量", "1500 kg"],
			["整备质量", "1600 kg"],
		]);
		expect(readDocument("nameplate", printed(twice)).kerbMass).toMatchObject({
			value: null,
			refusal: "field_format",
		});
	});

	it("box, characters and confidence are the value's, not the caption's", () => {
		const [line] = printed([{ text: "总质量：2015kg", x: 100, y: 100 }]);
		if (!line) throw new Error("one line was printed");
		const characters = line.characters.map((reading, i) => ({ ...reading, p: i < 4 ? 0.3 : 0.9 - i / 100 }));
		const { grossMass } = readDocument("nameplate", [{ ...line, characters, confidence: 0.3 }]);
		expect(grossMass?.text).toBe("2015kg");
		expect(grossMass?.characters.map(({ char }) => char).join("")).toBe("2015kg");
		expect(grossMass?.confidence).toBeCloseTo(0.81, 5);
		expect(grossMass?.box[0]).toBeGreaterThan(100 + 3 * 40);
		expect((grossMass?.box[0] ?? 0) + (grossMass?.box[2] ?? 0)).toBeCloseTo(line.box[0] + line.box[2], 5);
	});
});

describe("any plate laid out as a table gives back what was printed", () => {
	const code = fc.stringMatching(/^[A-Z]{2}[0-9]{3}[A-HJ-NP-Z0-9]{1,6}$/);
	const plate = fc.record({
		vehicleModel: code,
		engineModel: code,
		vin: fc.stringMatching(/^[A-HJ-NPR-Z0-9]{11}[0-9]{6}$/),
		grossMass: fc.integer({ min: 700, max: 49_000 }),
		kerbMass: fc.integer({ min: 500, max: 20_000 }),
		enginePower: fc.integer({ min: 20, max: 600 }),
		seats: fc.integer({ min: 1, max: 60 }),
	});
	const captions = {
		vehicleModel: ["整车型号", "Model", "车辆型号"],
		engineModel: ["发动机型号", "Engine Model"],
		vin: ["车辆识别代号", "VIN", "车辆识别代号(VIN)"],
		grossMass: ["最大设计总质量", "GVWR", "最大允许总质量(kg)"],
		kerbMass: ["整备质量", "Curb Weight"],
		enginePower: ["发动机最大净功率", "额定功率(kW)"],
		seats: ["乘坐人数", "Seating Capacity"],
	} as const satisfies Partial<Record<FieldName, readonly string[]>>;
	const units = { grossMass: " kg", kerbMass: "kg", enginePower: " kW" } as const;

	it("in any spelling, order, arrangement and small rotation", () => {
		fc.assert(
			fc.property(
				plate,
				fc.shuffledSubarray(Object.keys(captions) as (keyof typeof captions)[], { minLength: 1 }),
				fc.array(fc.nat(5), { minLength: 7, maxLength: 7 }),
				fc.boolean(),
				fc.integer({ min: -5, max: 5 }),
				(values, order, spelling, inTwoColumns, angle) => {
					const cells = order.map((field, i) => {
						const spellings: readonly string[] = captions[field];
						const unit = field in units ? units[field as keyof typeof units] : "";
						return [spellings[(spelling[i] ?? 0) % spellings.length] ?? "", `${values[field]}${unit}`];
					});
					const rows = inTwoColumns
						? cells.flatMap((cell, i) => (i % 2 === 0 ? [[...cell, ...(cells[i + 1] ?? [])]] : []))
						: cells;
					const expected = Object.fromEntries(order.map((field) => [field, values[field]]));
					expect(valuesOf("nameplate", table(rows, [60, 520, 1000, 1500]), angle)).toEqual(expected);
				},
			),
			{ numRuns: 150 },
		);
	});

	it("whatever the text is, every kept code is made of characters that were printed", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.nat(1500), fc.nat(900)), { maxLength: 12 }),
				fc.constantFrom<DocumentKind>("nameplate", "certificate", "label"),
				(texts, kind) => {
					const lines = printed(texts.map(([text, x, y]) => ({ text, x, y })));
					const printedText = lines.map(({ text }) => text).join("\n");
					for (const draft of Object.values(readDocument(kind, lines))) {
						for (const { char } of draft.characters) expect(printedText).toContain(char);
						expect(draft.value === null).toBe(draft.refusal !== undefined);
					}
				},
			),
		);
	});
});

describe("EU statutory plate", () => {
	const plate = [
		{ text: "NORDWAGEN AG", x: 400, y: 60 },
		{ text: "e1*2018/858*00123*04", x: 300, y: 140 },
		{ text: "WVWZZZ1KZ8W386752", x: 200, y: 220, height: 60 },
		{ text: "2015 kg", x: 480, y: 320 },
		{ text: "3515 kg", x: 480, y: 400 },
		{ text: "1- 1050 kg", x: 440, y: 480 },
		{ text: "2-", x: 440, y: 560 },
		{ text: "1020 kg", x: 500, y: 560 },
		{ text: "TYP 1K / ABX LACK LC9X", x: 80, y: 660 },
	];
	const values = {
		manufacturer: "NORDWAGEN AG",
		typeApproval: "E1*2018/858*00123*04",
		vin: "WVWZZZ1KZ8W386752",
		grossMass: 2015,
		combinationMass: 3515,
		frontAxleMass: 1050,
		rearAxleMass: 1020,
	};

	it("is read by form and order", () => {
		expect(valuesOf("nameplate", plate)).toEqual(values);
		expect(valuesOf("nameplate", plate, 3)).toEqual(values);
	});

	it("an axle's box and characters leave its number out", () => {
		const { frontAxleMass } = readDocument("nameplate", printed(plate));
		expect(frontAxleMass?.text).toBe("1050 kg");
		expect(frontAxleMass?.characters.map(({ char }) => char).join("")).toBe("1050 kg");
	});

	it("without a type-approval number no mass is taken for anything", () => {
		const [maker, , ...others] = plate;
		expect(
			valuesOf(
				"nameplate",
				[maker, ...others].flatMap((line) => line ?? []),
			),
		).toEqual({ vin: values.vin });
	});

	it("a misread mass takes no other's place", () => {
		const misread = plate.map((line) => (line.text === "2015 kg" ? { ...line, text: "2O15 kg" } : line));
		expect(valuesOf("nameplate", misread)).toEqual({ ...values, grossMass: null });
	});
});

describe("certification label (49 CFR 567)", () => {
	const label = [
		{ text: "MFD BY LAKESHORE AUTO MFG CO.", x: 50, y: 40 },
		{ text: "DATE:03/26", x: 50, y: 110 },
		{ text: "GVWR:2200KG(4850LB)", x: 520, y: 110 },
		{ text: "GAWR FRT: 1050 KG (2315 LB)", x: 50, y: 180 },
		{ text: "RR:1150KG(2535LB)", x: 720, y: 180 },
		{ text: "THIS VEHICLE CONFORMS TO ALL APPLICABLE U.S.FEDERAL MOTOR", x: 50, y: 250, height: 32 },
		{ text: "VEHICLE SAFETY,BUMPER AND THEFT PREVENTION STANDARDS IN", x: 50, y: 300, height: 32 },
		{ text: "EFFECT ON THE DATE OF MANUFACTURE SHOWN ABOVE.", x: 50, y: 350, height: 32 },
		{ text: "VIN:5YJPCD4D3WW968221", x: 50, y: 420, height: 50 },
		{ text: "TYPE: PASSENGER CAR", x: 850, y: 425 },
		{ text: "PAINT NMW TRIM R6F", x: 50, y: 620 },
	];
	const values = {
		manufacturer: "LAKESHORE AUTO MFG CO.",
		manufactureDate: "2026-03",
		grossMass: 2200,
		frontAxleMass: 1050,
		rearAxleMass: 1150,
		grossMassPounds: 4850,
		frontAxlePounds: 2315,
		rearAxlePounds: 2535,
		vin: "5YJPCD4D3WW968221",
		vehicleType: "PASSENGER CAR",
	};

	it.each(["nameplate", "label"] as const)("is read as %s", (kind) => {
		expect(valuesOf(kind, label)).toEqual(values);
		expect(valuesOf(kind, label, -2)).toEqual(values);
	});
});

describe("certificate (GB/T 21085)", () => {
	const rows = [
		["1.合格证编号", "YA123456789012", "2.发证日期", "2026年03月14日"],
		["3.车辆制造企业名称", "华东星驰汽车有限公司", "4.车辆品牌/车辆名称", "星驰牌/多用途乘用车"],
		["5.车辆型号", "XC6470A1B", "6.车辆识别代号/车架号", VIN],
		["7.车身颜色", "珍珠白", "8.底盘型号/底盘ID", ""],
		["10.发动机型号", "H15TA", "11.发动机号", "A1234567"],
		["12.燃料种类", "汽油", "13.排量和功率（ml/kW）", "1498/133"],
		["14.排放标准", "GB18352.6-2016国VI", "15.油耗", ""],
		["16.外廓尺寸(mm)", "4655×1865×1680", "23.轴荷(kg)", "1050/965"],
		["26.总质量（kg)", "2015", "27.整备质量 (kg)", "1540"],
		["33.额定载客（人）", "5", "35.车辆制造日期", "2026年03月12日"],
	];

	it("gives its items by the names of the standard", () => {
		const title = { text: "机动车整车出厂合格证", x: 560, y: -40, height: 60 };
		expect(valuesOf("certificate", [title, ...table(rows)], 1.5)).toEqual({
			certificateNumber: "YA123456789012",
			issueDate: "2026-03-14",
			manufacturer: "华东星驰汽车有限公司",
			brand: "星驰牌",
			vehicleName: "多用途乘用车",
			vehicleModel: "XC6470A1B",
			vin: VIN,
			colour: "珍珠白",
			engineModel: "H15TA",
			engineNumber: "A1234567",
			fuel: "汽油",
			displacement: 1498,
			enginePower: 133,
			emissionStandard: "GB18352.6-2016国VI",
			axleLoads: "1050/965",
			overallLength: 4655,
			overallWidth: 1865,
			overallHeight: 1680,
			grossMass: 2015,
			kerbMass: 1540,
			seats: 5,
			manufactureDate: "2026-03-12",
		});
	});

	it("a lost stroke between two values of one item gives neither", () => {
		expect(valuesOf("certificate", table([["13.排量和功率(ml/kW)", "1498133"]]))).toEqual({});
	});
});

describe("labels", () => {
	it("a VIN without a caption is known by its grammar", () => {
		expect(
			valuesOf("label", [
				{ text: `*${VIN}*`, x: 10, y: 10 },
				{ text: "AUDI AG", x: 10, y: 90 },
			]),
		).toEqual({
			vin: VIN,
		});
	});

	it("two different VINs settle nothing", () => {
		const other = VIN.replace("6", "8");
		expect(
			readDocument(
				"label",
				printed([
					{ text: VIN, x: 10, y: 10 },
					{ text: other, x: 10, y: 90 },
				]),
			).vin,
		).toMatchObject({ value: null, refusal: "several_vins" });
	});

	it("a line read upside down is no value", () => {
		const lines = printed(
			table([
				["整备质量", "9061"],
				["乘坐人数", "5"],
				["发动机型号", "H15TA"],
			]),
		);
		const [caption, value, ...others] = lines;
		if (!caption || !value) throw new Error("a caption and a value were printed");
		const [a, b, c, d] = value.quad;
		const fields = readDocument("label", [caption, { ...value, quad: [c, d, a, b] }, ...others]);
		expect(Object.keys(fields)).toEqual(["seats", "engineModel"]);
	});

	it("no lines, no fields", () => {
		expect(readDocument("label", [])).toEqual({});
	});
});
