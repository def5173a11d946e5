import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "../../src/contracts/primitives.js";
import { printedReading, Reading } from "../../src/contracts/reading.js";
import { quadOfBox } from "../../src/domain/geometry.js";
import type { TextLine } from "../../src/ocr/text-line.js";
import { damagedFlanks } from "../../src/vision/gear/damaged-flanks.js";
import { gearFields } from "../../src/vision/gear/gear-fields.js";
import { type GearReading, readGears } from "../../src/vision/gear/read-gear.js";
import { seeGears } from "../../src/vision/gear/see-gear.js";
import type { Picture } from "../../src/vision/picture.js";
import { gearShape, SIDE, scene } from "../support/drawn-gear.js";

function textLine(text: string, x: number, y: number, width = 120, height = 20): TextLine {
	const box: Box = [x, y, width, height];
	const characters = Array.from(text, (char) => ({ char, p: 0.9 }));
	return { text, characters, confidence: 0.9, box, quad: quadOfBox(box) };
}

/** The reading of a picture with one gear. */
function only(picture: Picture): GearReading {
	const [gear, ...others] = readGears(picture);
	if (!gear || others.length > 0) throw new Error(`${others.length + (gear ? 1 : 0)} gears seen`);
	return gear;
}

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
			const reading = only(picture);
			expect(reading).toMatchObject({ toothCount: teeth, refusal: null, defects: [] });
			expect(reading.evidence.map(({ text }) => text)).toEqual(Array(3).fill(String(teeth)));
		}
	});

	it("of any number, anywhere, turned and squeezed anyhow is right or refused, and hardly ever refused", async () => {
		let accepted = 0;
		const runs = 20;
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 10, max: 72 }),
				fc.integer({ min: 0, max: 359 }),
				fc.integer({ min: 150, max: 280 }),
				fc.double({ min: 0.75, max: 1, noNaN: true }),
				fc.integer({ min: 0, max: 179 }),
				async (teeth, turn, radius, squeeze, lean) => {
					const drawn = gearShape({ teeth, turn, radius });
					const middle = SIDE / 2;
					const about = `translate(${middle} ${middle}) rotate(${lean}) scale(${squeeze} 1) translate(${-middle} ${-middle})`;
					const reading = only(await scene(`<g transform="${about}">${drawn}</g>`, { noise: 12 }));
					expect(reading.defects).toEqual([]);
					if (reading.refusal !== null) return;
					accepted++;
					expect(reading.toothCount).toBe(teeth);
				},
			),
			{ numRuns: runs, seed: 1 },
		);
		expect(accepted).toBeGreaterThan(0.9 * runs);
	});

	it("gives centre, circles and box in pixels of the picture", async () => {
		const reading = only(await scene(gearShape({ teeth: 24, radius: 200, centre: [280, 350] })));
		expect(reading.shape.centre[0]).toBeCloseTo(280, -0.5);
		expect(reading.shape.centre[1]).toBeCloseTo(350, -0.5);
		expect(Math.abs(reading.shape.tipRadius - 200)).toBeLessThan(6);
		expect(reading.shape.rootRadius).toBeLessThan(reading.shape.tipRadius);
		const [x, y, width, height] = reading.box;
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
		expect(only(await scene(squeezed))).toMatchObject({ toothCount: 29, refusal: null });
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
		const large = only({ width: side, height: side, rgb });
		expect(large).toMatchObject({ toothCount: 29, refusal: null });
		expect(Math.abs(large.shape.tipRadius - factor * 240)).toBeLessThan(factor * 6);
	});
});

/** Middle of the drawn tooth's box. */
function toothAt(teeth: number, index: number, radius = 225): readonly [number, number] {
	const angle = (2 * Math.PI * index) / teeth;
	return [SIDE / 2 + radius * Math.cos(angle), SIDE / 2 + radius * Math.sin(angle)];
}

function shows([x, y, width, height]: Box, [px, py]: readonly [number, number]): boolean {
	return px >= x && px <= x + width && py >= y && py <= y + height;
}

describe("damage", () => {
	it("a missing tooth is shown where it belongs and the count is not accepted", async () => {
		const reading = only(await scene(gearShape({ teeth: 36, missing: [9] }), { noise: 8 }));
		expect(reading.refusal).toBe("readers_disagree");
		expect(reading.toothCount).toBe(36);
		expect(reading.evidence.map(({ text }) => text)).toEqual(["36", "35", "35"]);
		expect(reading.defects.map(({ kind }) => kind)).toEqual(["missing_tooth"]);
		// The tenth of 36 teeth, counted clockwise from three o'clock, is at six o'clock.
		const [x, y, width, height] = reading.defects[0]?.box ?? [0, 0, 0, 0];
		expect(Math.abs(x + width / 2 - SIDE / 2)).toBeLessThan(15);
		expect(Math.abs(y + height / 2 - (SIDE / 2 + 225))).toBeLessThan(25);
	});

	it("of any kind, at any place and in any number below half, is found, and nothing else", async () => {
		const kinds = { missing: "missing_tooth", broken: "broken_tooth", worn: "worn_tooth" } as const;
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 14, max: 48 }),
				fc.constantFrom("missing", "broken", "worn"),
				fc.array(fc.nat(47), { minLength: 1, maxLength: 4 }),
				fc.double({ min: 0.8, max: 1, noNaN: true }),
				fc.boolean(),
				async (teeth, how, at, squeeze, dark) => {
					const places = [...new Set(at.map((place) => place % teeth))];
					const drawn = gearShape({ teeth, [how]: places, ...(dark ? {} : { metal: "#b9bcbe" }) });
					const shift = (SIDE * (1 - squeeze)) / 2;
					const tilted = `<g transform="translate(${shift} 0) scale(${squeeze} 1)">${drawn}</g>`;
					const { defects } = only(await scene(tilted, { noise: 8, ...(dark ? {} : DARK) }));
					expect(defects.map(({ kind }) => kind)).toEqual(places.map(() => kinds[how]));
					for (const place of places) {
						const [x, y] = toothAt(teeth, place);
						expect(defects.some(({ box }) => shows(box, [shift + squeeze * x, y]))).toBe(true);
					}
				},
			),
			{ numRuns: 16, seed: 1 },
		);
	});

	it("a tooth under ink or in a shadow is there", async () => {
		const [x, y] = toothAt(30, 4);
		const ink = `<circle cx="${x}" cy="${y}" r="34" fill="#123" fill-opacity="0.55"/>`;
		const inked = `<clipPath id="c">${gearShape({ teeth: 30 })}</clipPath>`;
		const picture = await scene(
			`${gearShape({ teeth: 30, metal: "#d8dcd0" })}<defs>${inked}</defs><g clip-path="url(#c)">${ink}</g>`,
			{ ground: "#1d5f46", noise: 8 },
		);
		expect(only(picture).defects).toEqual([]);
	});

	it("is not keyways, spokes, lightening holes, or markings on the face", async () => {
		const holes = [0, 1, 2, 3, 4]
			.map((i) => toothAt(5, i, 120))
			.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="38" fill="#e8e9ea"/>`);
		const keyway = '<rect x="305" y="240" width="30" height="40" fill="#e8e9ea"/>';
		const text = '<text x="250" y="500" font-size="22" fill="#ddd">ZG-44-2417</text>';
		const picture = await scene(`${gearShape({ teeth: 42 })}${holes.join("")}${keyway}${text}`, { noise: 8 });
		expect(only(picture)).toMatchObject({ toothCount: 42, refusal: null, defects: [] });
	});
});

describe("teeth seen from the side", () => {
	/** Bands of light and shade along the teeth, as flanks, lands and gaps of a machined gear show them. */
	const teeth = (lean: number, over = "") => {
		const bands = Array.from({ length: 9 }, (_, i) => {
			const x = 40 + i * 62;
			return [
				`<rect x="${x}" y="60" width="24" height="500" fill="#c9cbcc"/>`,
				`<rect x="${x + 24}" y="60" width="20" height="500" fill="#8c9092"/>`,
				`<rect x="${x + 44}" y="60" width="18" height="500" fill="#4a4e50"/>`,
			].join("");
		}).join("");
		return `<g transform="rotate(${lean} 320 320)">${bands}${over}</g>`;
	};
	/** Broken-out metal: small facets of any brightness. */
	const spall = (x: number, y: number, width: number, height: number) => {
		let state = 7;
		const next = () => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return state / 2 ** 32;
		};
		return Array.from({ length: Math.round((width * height) / 40) }, () => {
			const grey = Math.round(60 + 150 * next());
			const [left, top] = [x + width * next(), y + height * next()];
			return `<rect x="${left}" y="${top}" width="9" height="7" fill="rgb(${grey},${grey},${grey})"/>`;
		}).join("");
	};

	it.each([0, 12, 75])("sound ones leaning by %i degrees show nothing", async (lean) => {
		expect(damagedFlanks(await scene(teeth(lean), { noise: 10 }))).toEqual([]);
	});

	it.each([0, 12])("a broken-out flank is shown where it is, leaning by %i degrees", async (lean) => {
		const picture = await scene(teeth(lean, spall(226, 160, 44, 240)), { noise: 10 });
		const defects = damagedFlanks(picture);
		expect(defects.map(({ kind }) => kind)).toEqual(["damaged_flank"]);
		const turn = (lean * Math.PI) / 180;
		const [dx, dy] = [248 - 320, 280 - 320];
		const middle = [
			320 + dx * Math.cos(turn) - dy * Math.sin(turn),
			320 + dx * Math.sin(turn) + dy * Math.cos(turn),
		] as const;
		expect(shows(defects[0]?.box ?? [0, 0, 0, 0], middle)).toBe(true);
	});

	it("a scratch across the teeth, or a line of text on them, is no damage", async () => {
		const scratch = '<rect x="60" y="300" width="500" height="4" fill="#eee"/>';
		expect(damagedFlanks(await scene(teeth(0, scratch), { noise: 10 }))).toEqual([]);
		const picture = await scene(teeth(0, spall(226, 160, 44, 240)), { noise: 10 });
		const text = textLine("R7-3730", 200, 120, 100, 320);
		expect(seeGears(picture, [], 0.9).readings).toMatchObject([
			{ refusal: "no_gear", accepted: false, fields: {}, defects: [{ kind: "damaged_flank" }] },
		]);
		expect(seeGears(picture, [text], 0.9).readings).toMatchObject([{ text: "R7-3730", accepted: true }]);
		expect(seeGears(picture, [text], 0.9).readings[0]?.defects).toBeUndefined();
	});
});

describe("a gear as a reading", () => {
	it("prints its defects among its fields, and none where none are seen", async () => {
		const [broken] = seeGears(await scene(gearShape({ teeth: 22, broken: [3] })), [], 0.9).readings;
		if (!broken) throw new Error("no gear seen");
		expect(Reading.parse(broken)).toEqual(broken);
		expect(printedReading(broken)).toMatchObject({
			kind: "gear",
			fields: { toothCount: { text: "22" }, defects: [{ kind: "broken_tooth" }] },
		});
		expect(printedReading(broken)).not.toHaveProperty("defects");
		const [sound] = seeGears(await scene(gearShape({ teeth: 22 })), [], 0.9).readings;
		expect(sound && printedReading(sound)).toMatchObject({
			accepted: true,
			fields: { toothCount: { value: 22 }, defects: [] },
		});
	});

	it("there are as many as gears, and none of their counts is accepted", async () => {
		const both =
			gearShape({ teeth: 20, radius: 140, centre: [170, 200] }) +
			gearShape({ teeth: 33, radius: 150, centre: [460, 440], broken: [5] });
		const seen = seeGears(await scene(both), [], 0.9);
		expect(seen.readings.map(({ text, accepted }) => [text, accepted])).toEqual([
			["33", false],
			["20", false],
		]);
		expect(seen.readings.map(({ defects }) => defects?.length)).toEqual([1, 0]);
		expect(seen.detections).toHaveLength(2);
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
		expect(readGears(await scene(shapes, { noise: 10 }))).toEqual([]);
	});

	it("noise alone", async () => {
		expect(readGears(await scene("", { ground: "#808080", noise: 120 }))).toEqual([]);
	});

	it("a gear that the picture cuts off", async () => {
		const cut = await scene(gearShape({ teeth: 30, centre: [500, 320] }));
		expect(readGears(cut)).toEqual([]);
	});

	it("a picture of one pixel", () => {
		expect(readGears({ width: 1, height: 1, rgb: new Uint8Array(3) })).toEqual([]);
	});
});

it("two gears in view: each is counted, and nobody knows which one is meant", async () => {
	const both =
		gearShape({ teeth: 20, radius: 140, centre: [170, 200] }) +
		gearShape({ teeth: 33, radius: 150, centre: [460, 440] });
	expect(readGears(await scene(both))).toMatchObject([
		{ toothCount: 33, refusal: "several_gears", defects: [] },
		{ toothCount: 20, refusal: "several_gears", defects: [] },
	]);
});

it("teeth of too few pixels are refused", async () => {
	const readings = readGears(await scene(gearShape({ teeth: 120, radius: 60 })));
	expect(readings.filter(({ refusal }) => refusal === null)).toEqual([]);
});

describe("fields of a gear", () => {
	it("part number from the text on its face, count from its shape", async () => {
		const reading = only(await scene(gearShape({ teeth: 38 })));
		const fields = gearFields(reading, [
			textLine("OEM G-41-2417A Made in Korea", 260, 400),
			textLine("囍", 300, 200),
			textLine("X-999-999", 0, 0),
		]);
		expect(fields.toothCount).toMatchObject({ text: "38", value: 38, confidence: reading.confidence });
		expect(fields.gearPart).toMatchObject({ text: "G-41-2417A", value: "G-41-2417A" });
		expect(fields.gearPart?.characters.map(({ char }) => char).join("")).toBe("G-41-2417A");
		expect(fields.gearPart?.box[0]).toBeGreaterThan(260);
	});

	it("a refused count says why, and two part numbers settle nothing", async () => {
		const reading = only(await scene(gearShape({ teeth: 38, missing: [2] })));
		const fields = gearFields(reading, [textLine("G-38-2417A", 260, 400), textLine("G-38-2417B", 260, 430)]);
		expect(fields.toothCount).toMatchObject({ value: 38, refusal: "readers_disagree" });
		expect(fields.gearPart).toMatchObject({ value: null, refusal: "field_format" });
	});

	it("without gear and text there are no fields", async () => {
		expect(gearFields(null, [])).toEqual({});
	});
});
