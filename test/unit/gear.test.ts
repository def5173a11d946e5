import { describe, expect, it } from "vitest";
import type { TextLine } from "../../src/ocr/text-line.js";
import { gearFields } from "../../src/vision/gear/gear-fields.js";
import { readGear } from "../../src/vision/gear/read-gear.js";
import { gearShape, SIDE, scene } from "../support/drawn-gear.js";

const DARK = { ground: "#1d3f66", falloff: true };

describe("tooth count", () => {
	it.each([
		[17, 0],
		[18, 7],
		[23, 3.5],
		[31, 11],
		[38, 2.2],
		[44, 91],
		[53, 5],
		[60, 1.7],
	])("of %i teeth turned by %f degrees, dark on bright and bright on dark", async (teeth, turn) => {
		for (const picture of [
			await scene(gearShape({ teeth, turn }), { noise: 12 }),
			await scene(gearShape({ teeth, turn, metal: "#b9bcbe" }), { ...DARK, noise: 12 }),
		]) {
			const reading = readGear(picture);
			expect(reading).toMatchObject({ toothCount: teeth, refusal: null, defects: [] });
			expect(reading.evidence.map(({ text }) => text)).toEqual(Array(3).fill(String(teeth)));
		}
	});

	it("gives centre, circles and box in pixels of the picture", async () => {
		const reading = readGear(await scene(gearShape({ teeth: 24, radius: 200, centre: [280, 350] })));
		expect(reading.centre?.[0]).toBeCloseTo(280, -0.5);
		expect(reading.centre?.[1]).toBeCloseTo(350, -0.5);
		expect(Math.abs((reading.tipRadius ?? 0) - 200)).toBeLessThan(6);
		expect(reading.rootRadius).toBeLessThan(reading.tipRadius ?? 0);
		const [x, y, width, height] = reading.box ?? [0, 0, 0, 0];
		for (const [got, drawn] of [
			[x, 80],
			[y, 150],
			[width, 400],
			[height, 400],
		] as const) {
			expect(Math.abs(got - drawn)).toBeLessThan(12);
		}
	});

	it("holds in a picture that squeezes the gear, and in a large one", async () => {
		const squeezed = `<g transform="translate(64 0) scale(0.8 1)">${gearShape({ teeth: 29 })}</g>`;
		expect(readGear(await scene(squeezed))).toMatchObject({ toothCount: 29, refusal: null });
		const small = await scene(gearShape({ teeth: 29 }));
		const factor = 3;
		const side = SIDE * factor;
		const rgb = new Uint8Array(side * side * 3);
		for (let i = 0; i < rgb.length; i++) {
			const pixel = Math.floor(i / 3);
			const x = Math.floor((pixel % side) / factor);
			const y = Math.floor(pixel / side / factor);
			rgb[i] = small.rgb[(y * SIDE + x) * 3 + (i % 3)] ?? 0;
		}
		const large = readGear({ width: side, height: side, rgb });
		expect(large).toMatchObject({ toothCount: 29, refusal: null });
		expect(Math.abs((large.tipRadius ?? 0) - factor * 240)).toBeLessThan(factor * 6);
	});
});

describe("damage", () => {
	it("a missing tooth is shown where it belongs and the count is not accepted", async () => {
		const reading = readGear(await scene(gearShape({ teeth: 36, missing: [9] }), { noise: 8 }));
		expect(reading.refusal).toBe("readers_disagree");
		expect(reading.toothCount).toBe(36);
		expect(reading.evidence.map(({ text }) => text)).toEqual(["36", "35", "35"]);
		expect(reading.defects.map(({ kind }) => kind)).toEqual(["missing_tooth"]);
		// The tenth of 36 teeth, counted clockwise from three o'clock, is at six o'clock.
		const [x, y, width, height] = reading.defects[0]?.box ?? [0, 0, 0, 0];
		expect(Math.abs(x + width / 2 - SIDE / 2)).toBeLessThan(15);
		expect(Math.abs(y + height / 2 - (SIDE / 2 + 225))).toBeLessThan(25);
	});

	it("two missing neighbours are two defects", async () => {
		const reading = readGear(await scene(gearShape({ teeth: 30, missing: [4, 5] })));
		expect(reading.refusal).toBe("readers_disagree");
		expect(reading.defects).toHaveLength(2);
	});

	it("a tooth broken off halfway keeps the count from being accepted", async () => {
		const reading = readGear(await scene(gearShape({ teeth: 22, broken: [3] })));
		expect(reading.refusal).not.toBeNull();
		expect(reading.defects.map(({ kind }) => kind)).toEqual([expect.stringMatching(/_tooth$/)]);
	});
});

describe("what is no gear is refused", () => {
	it.each([
		["a plain disc", '<circle cx="320" cy="320" r="220" fill="#333"/>'],
		["a square plate", '<rect x="120" y="120" width="400" height="400" fill="#333"/>'],
		["a hexagon nut", '<polygon points="520,320 420,493 220,493 120,320 220,147 420,147" fill="#333"/>'],
		[
			"a plate with text",
			'<rect x="60" y="200" width="520" height="240" fill="#ccc"/><text x="80" y="340" font-size="60">LSVAA4187E2123456</text>',
		],
		["an empty fixture", ""],
	])("%s", async (_, shapes) => {
		expect(readGear(await scene(shapes, { noise: 10 }))).toMatchObject({
			toothCount: null,
			refusal: "no_gear",
		});
	});

	it("noise alone", async () => {
		expect(readGear(await scene("", { ground: "#808080", noise: 120 })).refusal).toBe("no_gear");
	});

	it("a gear that the picture cuts off", async () => {
		const cut = await scene(gearShape({ teeth: 30, centre: [500, 320] }));
		expect(readGear(cut).refusal).toBe("no_gear");
	});

	it("a picture of one pixel", () => {
		expect(readGear({ width: 1, height: 1, rgb: new Uint8Array(3) }).refusal).toBe("no_gear");
	});
});

it("two gears in view: nobody knows which one is meant", async () => {
	const both =
		gearShape({ teeth: 20, radius: 140, centre: [170, 200] }) +
		gearShape({ teeth: 33, radius: 150, centre: [460, 440] });
	expect(readGear(await scene(both)).refusal).toBe("low_confidence");
});

it("teeth of too few pixels are refused", async () => {
	const reading = readGear(await scene(gearShape({ teeth: 120, radius: 60 })));
	expect(reading.refusal).not.toBeNull();
});

describe("fields of a gear", () => {
	const line = (text: string, x: number, y: number): TextLine => ({
		text,
		characters: Array.from(text, (char) => ({ char, p: 0.9 })),
		confidence: 0.9,
		box: [x, y, 120, 20],
		quad: [
			[x, y],
			[x + 120, y],
			[x + 120, y + 20],
			[x, y + 20],
		],
	});

	it("part number from the text on its face, count from its shape", async () => {
		const reading = readGear(await scene(gearShape({ teeth: 38 })));
		const fields = gearFields(reading, [
			line("OEM G-41-2417A Made in Korea", 260, 400),
			line("囍", 300, 200),
			line("X-999-999", 0, 0),
		]);
		expect(fields.toothCount).toMatchObject({ text: "38", value: 38, confidence: reading.confidence });
		expect(fields.gearPart).toMatchObject({ text: "G-41-2417A", value: "G-41-2417A" });
		expect(fields.gearPart?.characters.map(({ char }) => char).join("")).toBe("G-41-2417A");
		expect(fields.gearPart?.box[0]).toBeGreaterThan(260);
	});

	it("a refused count has no value, and two part numbers settle nothing", async () => {
		const reading = readGear(await scene(gearShape({ teeth: 38, missing: [2] })));
		const fields = gearFields(reading, [line("G-38-2417A", 260, 400), line("G-38-2417B", 260, 430)]);
		expect(fields.toothCount).toMatchObject({ value: null, refusal: "readers_disagree" });
		expect(fields.gearPart).toMatchObject({ value: null, refusal: "field_format" });
	});

	it("without gear and text there are no fields", async () => {
		expect(gearFields(readGear(await scene("")), [])).toEqual({});
	});
});
