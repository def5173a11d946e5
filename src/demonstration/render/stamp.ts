import type { Quad } from "../../contracts/primitives.js";
import {
	addBolt,
	addDust,
	addHole,
	addOil,
	addScratches,
	addSealant,
	addSpotWeld,
	addWeldSeam,
} from "./body.js";
import { add, blurred, createField, type Field, grain, smoothNoise, smoothstep, streaks } from "./field.js";
import { coverage, textOutlines, textWidth } from "./lettering.js";
import type { DrawnScene } from "./plate.js";
import { createRandom } from "./random.js";
import { distanceToStrokes, dotsAlong, type Marking, strokesOf } from "./stroke-font.js";
import {
	colour,
	coverPixel,
	createSurface,
	lit,
	modulate,
	raisePixel,
	type Surface,
	shadePixel,
} from "./surface.js";

export const STAMP_SCENE = { width: 1760, height: 1120 } as const;

/** How the vehicle identification number was struck into the body. */
export type MarkingProcess = "scribed" | "dot_peened" | "rolled";

/** What it was struck into. */
export type StampSurface = "primer" | "painted" | "brushed" | "cast";

export interface StampDrawing {
	readonly seed: string;
	/** Text between the marks; null leaves the place bare, as on a body that skipped the marker. */
	readonly vin: string | null;
	readonly process: MarkingProcess;
	readonly surface: StampSurface;
	/** Body paint as `#rrggbb`, for `painted`. */
	readonly paint: string;
}

const GLYPH_HEIGHT = 74;

const RAIL_TOP = 350;
const RAIL_BOTTOM = 760;

const PANEL = { colour: colour("#4d5256"), gloss: 0.3, metal: 0.1 } as const;

const MATERIALS = {
	primer: { base: "#82878a", gloss: 0.3, metal: 0.15 },
	painted: { base: "#82878a", gloss: 0.42, metal: 0.05 },
	brushed: { base: "#a3a5a6", gloss: 0.55, metal: 0.85 },
	cast: { base: "#7b7975", gloss: 0.4, metal: 0.65 },
} as const;

/** The rail the number stands on: a flat band between two rounded edges; the panels beside it lie lower and get less light. */
function addRail(surface: Surface, kind: StampSurface, seed: string): void {
	const random = createRandom(`${seed}/rail`);
	const bend = random.between(10, 18);
	const top = RAIL_TOP + random.between(-14, 14);
	const bottom = RAIL_BOTTOM + random.between(-14, 14);
	const { width, height } = surface;
	for (let y = 0; y < height; y++) {
		const onRail = smoothstep(top - 30, top + 20, y) - smoothstep(bottom - 20, bottom + 30, y);
		const crown = -bend * ((y - (top + bottom) / 2) / (bottom - top)) ** 2;
		const away = Math.max(0, top - y, y - bottom);
		// The panel above leans back towards the wheel house, the one below falls away from the lamp.
		const lean = y < top ? -0.2 * away : -0.12 * away;
		const shadow = 0.62 * Math.exp(-Math.max(0, y - bottom - 18) / 60) * smoothstep(bottom, bottom + 24, y);
		const depth = 0.3 * smoothstep(0, 90, away) + shadow;
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			raisePixel(surface, i, 46 * onRail + crown + lean);
			if (kind !== "painted" && onRail < 1) coverPixel(surface, i, PANEL, 1 - onRail);
			if (depth > 0) shadePixel(surface, i, Math.min(0.85, depth));
		}
	}
}

function addTexture(surface: Surface, kind: StampSurface, seed: string): void {
	const { width, height } = surface;
	const random = createRandom(`${seed}/texture`);
	add(surface.relief, smoothNoise(width, height, 420, 300, random), 5);
	modulate(surface, smoothNoise(width, height, 260, 190, random), 0.07);
	switch (kind) {
		case "brushed": {
			const brush = streaks(width, height, 70, random);
			add(surface.relief, brush, 0.16);
			modulate(surface, brush, 0.16);
			return;
		}
		case "cast":
			add(surface.relief, smoothNoise(width, height, 7, 7, random), 0.9);
			add(surface.relief, smoothNoise(width, height, 3.2, 3.2, random), 0.5);
			modulate(surface, grain(width, height, random), 0.08);
			return;
		case "primer":
		case "painted":
			// Orange peel of a sprayed coat.
			add(surface.relief, smoothNoise(width, height, 11, 11, random), 0.35);
			modulate(surface, grain(width, height, random), 0.05);
			return;
	}
}

/** Parts that stand around the number; which ones differs from body to body, where they stand hardly does. */
function addSurroundings(surface: Surface, seed: string): void {
	const random = createRandom(`${seed}/surroundings`);
	addSealant(surface, 60, random.between(900, 1300), 250, colour("#b8ae98"), random);
	addHole(surface, random.between(1380, 1450), 170, random.between(44, 56));
	addBolt(surface, random.between(1560, 1610), random.between(885, 915), 60, random.between(0, 1));
	if (random.next() < 0.6) addBolt(surface, random.between(150, 190), 165, 46, random.between(0, 1));
	for (let x = random.between(140, 220); x < 760; x += 165) {
		addSpotWeld(surface, x + random.between(-9, 9), 870 + random.between(-6, 6), 25);
	}
	addWeldSeam(surface, 880, random.between(1260, 1400), 985, random);
}

async function struckDepth(drawing: StampDrawing, marking: Marking): Promise<Field> {
	const { width, height } = STAMP_SCENE;
	const random = createRandom(`${drawing.seed}/marker`);
	const jitter = Array.from(marking.text, () => [random.between(-1, 1), random.between(-1.4, 1.4)] as const);
	const depth = createField(width, height);
	if (drawing.process === "rolled") {
		const outlines = [...marking.text].map((char, index) => {
			const style = { face: "plateBold", size: marking.glyphHeight * 1.4, stretch: 0.92 } as const;
			const [shiftX, shiftY] = jitter[index] ?? [0, 0];
			const left = marking.x + index * marking.pitch + (marking.glyphWidth - textWidth(char, style)) / 2;
			// The face's own asterisk hangs high and small; a marking wheel's fills its place.
			const drop = char === "*" ? marking.glyphHeight * 0.28 : 0;
			return textOutlines(char, left + shiftX, marking.y + marking.glyphHeight + drop + shiftY, style);
		});
		const struck = blurred(await coverage(width, height, outlines.join("")), 1.5);
		const raised = blurred(struck, 4);
		for (let i = 0; i < depth.data.length; i++) {
			depth.data[i] = -5.5 * (struck.data[i] ?? 0) + 2.2 * (raised.data[i] ?? 0);
		}
		return depth;
	}
	const strokes = strokesOf(marking, (index) => jitter[index] ?? [0, 0]);
	const dotted = drawing.process === "dot_peened";
	const half = dotted ? 4.3 : 3.1;
	const reach = half * 3.2;
	const distance = distanceToStrokes(width, height, dotted ? dotsAlong(strokes, 6.4) : strokes, reach);
	const groove = dotted ? 4.6 : 4.2;
	for (let i = 0; i < depth.data.length; i++) {
		const d = distance.data[i] ?? reach;
		if (d >= reach) continue;
		// A needle pushes the metal aside: a groove, and a burr along its rim.
		depth.data[i] =
			-groove * Math.exp(-((d / half) ** 2)) + 0.9 * Math.exp(-(((d - 1.9 * half) / (0.6 * half)) ** 2));
	}
	return depth;
}

/** Draws the place on the body where the vehicle identification number is struck. */
export async function drawStamp(drawing: StampDrawing): Promise<DrawnScene> {
	const { width, height } = STAMP_SCENE;
	const random = createRandom(`${drawing.seed}/stamp`);
	const material = MATERIALS[drawing.surface];
	const base = colour(drawing.surface === "painted" ? drawing.paint : material.base);
	const surface = createSurface(width, height, base, material.gloss, material.metal);
	addRail(surface, drawing.surface, drawing.seed);
	addTexture(surface, drawing.surface, drawing.seed);
	addSurroundings(surface, drawing.seed);
	const left = 262 + random.between(-16, 16);
	const top = 512 + random.between(-18, 18);
	let quad: Quad | null = null;
	if (drawing.vin !== null) {
		const marking: Marking = {
			text: `*${drawing.vin}*`,
			x: left,
			y: top,
			glyphWidth: 42,
			glyphHeight: GLYPH_HEIGHT,
			pitch: 65,
		};
		const depth = await struckDepth(drawing, marking);
		add(surface.relief, depth);
		// Dirt and shade gather in the grooves.
		for (let i = 0; i < depth.data.length; i++) {
			const struck = -(depth.data[i] ?? 0);
			if (struck > 0.6) shadePixel(surface, i, 0.5 * smoothstep(0.6, 3.6, struck));
		}
		const right = left + 18 * marking.pitch + marking.glyphWidth;
		quad = [
			[left, top],
			[right, top],
			[right, top + GLYPH_HEIGHT],
			[left, top + GLYPH_HEIGHT],
		];
	}
	const wear = createRandom(`${drawing.seed}/wear`);
	addScratches(surface, 26, wear);
	addOil(surface, wear.between(0.02, 0.2), wear);
	addDust(surface, 90, wear);
	const lamp = createRandom(`${drawing.seed}/lamp`);
	return {
		picture: lit(surface, {
			towards: [lamp.between(-0.7, -0.3), -0.8, 0.62],
			lamp: 1.25,
			ambient: 0.22,
			beam: { x: width * lamp.between(0.36, 0.52), y: 500, halfAt: 1050 },
		}),
		quad,
	};
}
