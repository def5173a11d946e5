import { addDust, addOil } from "./body.js";
import { add, blurred, createField, grain, smoothNoise, smoothstep } from "./field.js";
import type { DrawnScene } from "./plate.js";
import { createRandom } from "./random.js";
import { distanceToStrokes, strokesOf } from "./stroke-font.js";
import {
	colour,
	coverPixel,
	createSurface,
	lit,
	modulate,
	raisePixel,
	type Surface,
	shadePixel,
	tintPixel,
} from "./surface.js";

export const GEAR_SCENE = { width: 1600, height: 1240 } as const;

export interface GearDrawing {
	readonly seed: string;
	readonly toothCount: number;
	/** Engraved on the web: letters of the marking alphabet, digits and `-`. */
	readonly partNumber: string;
	/** Teeth, counted clockwise from about three o'clock, whose top broke off. */
	readonly brokenTeeth?: readonly number[];
}

const TIP_RADIUS = 540;
const PRESSURE_ANGLE = (20 * Math.PI) / 180;

interface ToothForm {
	readonly pitchRadius: number;
	readonly rootRadius: number;
	readonly baseRadius: number;
	readonly toothCount: number;
	readonly brokenTeeth: readonly number[];
}

/** Share of a broken tooth's height that is left at its middle, and how steeply the break runs across it. */
const STUMP = 0.5;
const BREAK_SLOPE = 0.35;

/** Proportions of ISO 53: addendum one module, dedendum 1.25 modules. */
function toothForm({ toothCount, brokenTeeth = [] }: GearDrawing): ToothForm {
	const module = (2 * TIP_RADIUS) / (toothCount + 2);
	const pitchRadius = (module * toothCount) / 2;
	return {
		pitchRadius,
		rootRadius: pitchRadius - 1.25 * module,
		baseRadius: pitchRadius * Math.cos(PRESSURE_ANGLE),
		toothCount,
		brokenTeeth,
	};
}

function involute(radius: number, baseRadius: number): number {
	if (radius <= baseRadius) return 0;
	const tangent = Math.sqrt((radius / baseRadius) ** 2 - 1);
	return tangent - Math.atan(tangent);
}

/** Half the angle a tooth takes at a radius; the flanks are involutes above the base circle. */
function halfTooth(form: ToothForm, radius: number): number {
	const atPitch = Math.PI / (2 * form.toothCount);
	return atPitch + involute(form.pitchRadius, form.baseRadius) - involute(radius, form.baseRadius);
}

/** Nearly the signed distance to the outline in pixels, negative inside. */
function outlineDistance(form: ToothForm, radius: number, angle: number): number {
	if (radius <= form.rootRadius) return radius - form.rootRadius;
	const pitch = (2 * Math.PI) / form.toothCount;
	const tooth = Math.round(angle / pitch);
	const aside = angle - pitch * tooth;
	const broken = form.brokenTeeth.includes((tooth + form.toothCount) % form.toothCount);
	const stump = STUMP * (TIP_RADIUS - form.rootRadius) + BREAK_SLOPE * aside * radius;
	const tip = radius - (broken ? form.rootRadius + stump : TIP_RADIUS);
	const fromTooth = Math.abs(aside);
	const flank = (fromTooth - halfTooth(form, radius)) * radius;
	const root = radius - form.rootRadius;
	// Between the teeth the root circle is nearer than the flank.
	return Math.max(tip, flank > 0 ? Math.min(flank, root) : flank);
}

const STEEL = { colour: colour("#aeb0b1"), gloss: 0.6, metal: 0.9 } as const;
const BORE_SHADE = { colour: colour("#15181b"), gloss: 0.1, metal: 0 } as const;

interface Gauge {
	readonly hub: number;
	readonly bore: number;
	readonly rim: number;
	readonly holeCircle: number;
	readonly hole: number;
}

const GAUGE: Gauge = { hub: 172, bore: 92, rim: 398, holeCircle: 300, hole: 40 };

/** Farther than anything in the picture, pixels. */
const FAR = 1e4;

/** Lightening holes, offsets from the axis; the lowest of six is left out to make room for the engraving. */
const HOLES = [30, 150, 210, 270, 330].map((degrees) => {
	const angle = (degrees * Math.PI) / 180;
	return [GAUGE.holeCircle * Math.cos(angle), GAUGE.holeCircle * Math.sin(angle)] as const;
});

function holeDistance(dx: number, dy: number): number {
	let nearest = FAR;
	for (const [x, y] of HOLES) nearest = Math.min(nearest, Math.hypot(dx - x, dy - y) - GAUGE.hole);
	return nearest;
}

/** Height of the gear's face at a point, as turned: raised rim and hub, recessed web, chamfered edges. */
function turnedFace(radius: number): number {
	const web =
		smoothstep(GAUGE.hub - 3, GAUGE.hub + 9, radius) - smoothstep(GAUGE.rim - 9, GAUGE.rim + 3, radius);
	const grooves = 0.16 * Math.sin(radius * 1.9) + 0.1 * Math.sin(radius * 0.83 + 1);
	return -13 * web + grooves;
}

/** `turnedFace` in half pixels of radius. */
const FACE = Float32Array.from({ length: 2 * TIP_RADIUS + 8 }, (_, i) => turnedFace(i / 2));

/** Where the lamp's reflection fans out over the turned face. */
const FAN_COSINE = Math.cos(0.9);
const FAN_SINE = Math.sin(0.9);

/** Blue plastic tray with a shallow grid, as parts are carried in. */
function addTray(surface: Surface, seed: string): void {
	const { width, height } = surface;
	const random = createRandom(`${seed}/tray`);
	add(surface.relief, smoothNoise(width, height, 6, 6, random), 0.35);
	modulate(surface, smoothNoise(width, height, 330, 270, random), 0.08);
	modulate(surface, grain(width, height, random), 0.05);
	const wall = random.between(44, 60);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const edge = Math.min(x, y, width - 1 - x, height - 1 - y);
			if (edge < wall + 20)
				raisePixel(surface, y * width + x, 60 * (1 - smoothstep(wall - 14, wall + 20, edge)));
		}
	}
}

/** Draws a spur gear face-on on a tray, its part number engraved on the web. */
export function drawGear(drawing: GearDrawing): DrawnScene {
	const { width, height } = GEAR_SCENE;
	const random = createRandom(`${drawing.seed}/gear`);
	const surface = createSurface(width, height, colour("#1d3f66"), 0.2, 0);
	addTray(surface, drawing.seed);
	const cx = width / 2 + random.between(-26, 26);
	const cy = height / 2 + random.between(-14, 14);
	const turn = random.between(0, (2 * Math.PI) / drawing.toothCount);
	const form = toothForm(drawing);
	const shape = createField(width, height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const dx = x - cx;
			const dy = y - cy;
			const radius = Math.hypot(dx, dy);
			if (radius > TIP_RADIUS + 2) continue;
			const outline = outlineDistance(form, radius, Math.atan2(dy, dx) + turn);
			const keyway = dy < 0 ? Math.max(Math.abs(dx) - 20, -dy - GAUGE.bore - 30) : FAR;
			const hole = Math.abs(radius - GAUGE.holeCircle) < GAUGE.hole + 2 ? holeDistance(dx, dy) : FAR;
			const cut = Math.min(radius - GAUGE.bore, keyway, hole);
			const inside = Math.min(1, Math.max(0, 0.5 - Math.max(outline, -cut)));
			shape.data[y * width + x] = inside;
		}
	}
	const soft = blurred(shape, 16);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const from = Math.max(0, y - 20) * width + Math.max(0, x - 14);
			shadePixel(surface, i, 0.72 * (soft.data[from] ?? 0));
		}
	}
	const edge = blurred(shape, 2.4);
	const turned = createRandom(`${drawing.seed}/lathe`);
	const rings = Float32Array.from({ length: 1200 }, () => turned.between(-1, 1));
	const [red, green, blue] = STEEL.colour;
	const blotches = smoothNoise(width, height, 160, 150, random);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const share = shape.data[i] ?? 0;
			if (share === 0) continue;
			const dx = x - cx;
			const dy = y - cy;
			const radius = Math.hypot(dx, dy);
			// Turned steel mirrors the lamp in two opposite fans across its grooves.
			const across = (dx * FAN_COSINE + dy * FAN_SINE) / radius;
			const along = (dx * FAN_SINE - dy * FAN_COSINE) / radius;
			const fan = across ** 2 * across ** 2 * across ** 2 + 0.5 * along ** 2 * along ** 2 * along ** 2;
			const ring = rings[Math.floor(radius * 1.7)] ?? 0;
			const tone = 0.66 + 0.34 * fan + 0.07 * ring + 0.07 * (blotches.data[i] ?? 0);
			tintPixel(surface, i, red * tone, green * tone, blue * tone, STEEL, share);
			raisePixel(surface, i, 34 * (edge.data[i] ?? 0) + (FACE[Math.round(radius * 2)] ?? 0) + 0.12 * ring);
		}
	}
	engrave(surface, drawing, cx, cy);
	const wear = createRandom(`${drawing.seed}/wear`);
	addOil(surface, wear.between(-0.1, 0.08), wear);
	addDust(surface, 50, wear);
	const picture = lit(surface, {
		towards: [-0.5, -0.65, 0.85],
		lamp: 0.85,
		ambient: 0.3,
		beam: { x: width * 0.42, y: height * 0.38, halfAt: 1150 },
	});
	const [left, top, right, bottom] = [cx - TIP_RADIUS, cy - TIP_RADIUS, cx + TIP_RADIUS, cy + TIP_RADIUS];
	return {
		picture,
		quad: [
			[left, top],
			[right, top],
			[right, bottom],
			[left, bottom],
		],
	};
}

/** Part number engraved below the hub, filled with dark oxide. */
function engrave(surface: Surface, drawing: GearDrawing, cx: number, cy: number): void {
	const glyphWidth = 32;
	const pitch = 48;
	const length = drawing.partNumber.length * pitch - (pitch - glyphWidth);
	const strokes = strokesOf({
		text: drawing.partNumber,
		x: cx - length / 2,
		y: cy + 258,
		glyphWidth,
		glyphHeight: 56,
		pitch,
	});
	const half = 3;
	const distance = distanceToStrokes(surface.width, surface.height, strokes, half * 3);
	for (let i = 0; i < distance.data.length; i++) {
		const d = distance.data[i] ?? 0;
		if (d >= half * 3) continue;
		const depth = Math.exp(-((d / half) ** 2));
		raisePixel(surface, i, -3 * depth);
		coverPixel(surface, i, BORE_SHADE, 0.75 * depth);
	}
}
