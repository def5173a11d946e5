import type { Quad } from "../../contracts/primitives.js";
import { addContactShadow, addDust, addScratches, around } from "./body.js";
import { add, smoothNoise, smoothstep, streaks } from "./field.js";
import { painted } from "./lettering.js";
import { createRandom, type Random } from "./random.js";
import {
	colour,
	coverPixel,
	createSurface,
	type LinearPicture,
	linear,
	lit,
	modulate,
	raisePixel,
	type Surface,
	shadePixel,
	tintPixel,
} from "./surface.js";

/** A lit scene and where its witness lies. */
export interface DrawnScene {
	readonly picture: LinearPicture;
	/** Corners of the marked text or the document in scene pixels; null where there is none. */
	readonly quad: Quad | null;
}

export const PLATE_SCENE = { width: 1700, height: 1080 } as const;

/** What a plate or label is made of. */
export type PlateFinish = "aluminium" | "black_anodised" | "white_film";

/** Colours a layout draws with on a finish. */
export const PLATE_INKS = {
	aluminium: { ground: "#c9cbcd", ink: "#17191b" },
	black_anodised: { ground: "#17181b", ink: "#d4d7d9" },
	white_film: { ground: "#eceeed", ink: "#141518" },
} as const satisfies Record<PlateFinish, { ground: string; ink: string }>;

const FINISHES = {
	aluminium: { gloss: 0.55, metal: 0.75, thickness: 5, brushed: 0.1 },
	black_anodised: { gloss: 0.45, metal: 0.3, thickness: 5, brushed: 0.03 },
	white_film: { gloss: 0.3, metal: 0, thickness: 1.2, brushed: 0 },
} as const;

/** What is printed on a plate: SVG content of its own size, ground included. */
export interface Artwork {
	readonly width: number;
	readonly height: number;
	readonly content: string;
	readonly cornerRadius: number;
}

export interface PlateDrawing {
	readonly seed: string;
	readonly artwork: Artwork;
	readonly finish: PlateFinish;
	readonly fixing: "rivets" | "adhesive";
	/** Body paint as `#rrggbb`. */
	readonly paint: string;
}

/** Signed distance to a rectangle with rounded corners; negative inside. */
function roundedDistance(x: number, y: number, width: number, height: number, radius: number): number {
	const dx = Math.abs(x - width / 2) - width / 2 + radius;
	const dy = Math.abs(y - height / 2) - height / 2 + radius;
	return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

/** Door pillar: painted sheet with a rolled edge and a rubber seal beside it. */
function addPillar(surface: Surface, random: Random): void {
	const { width, height, relief } = surface;
	const edge = width - random.between(90, 130);
	const swage = random.between(58, 84);
	for (let x = 0; x < width; x++) {
		const flange = -70 * smoothstep(edge - 60, edge + 30, x);
		const bead = 9 * Math.exp(-(((x - swage) / 20) ** 2));
		const rubber = smoothstep(edge + 34, edge + 40, x);
		for (let y = 0; y < height; y++) {
			const i = y * width + x;
			raisePixel(surface, i, flange + bead + 26 * rubber * Math.sin(((x - edge) / 70) * Math.PI));
			if (rubber > 0) coverPixel(surface, i, RUBBER, rubber);
		}
	}
	add(relief, smoothNoise(width, height, 520, 420, random), 7);
	add(relief, smoothNoise(width, height, 12, 12, random), 0.22);
	modulate(surface, smoothNoise(width, height, 300, 300, random), 0.04);
}

const RUBBER = { colour: colour("#1b1c1e"), gloss: 0.25, metal: 0 } as const;
const RIVET = { colour: colour("#c4c7c9"), gloss: 0.8, metal: 1 } as const;

/** Blind rivet: a dome with the broken mandrel's pit in its middle. */
function addRivet(surface: Surface, cx: number, cy: number, radius: number): void {
	addContactShadow(surface, cx, cy, radius);
	around(surface, cx, cy, radius + 1, (dx, dy, i) => {
		const r = Math.hypot(dx, dy) / radius;
		if (r < 1) raisePixel(surface, i, 11 * Math.sqrt(1 - r * r) - 5 * (1 - smoothstep(0.2, 0.36, r)));
		coverPixel(surface, i, RIVET, 1 - smoothstep(0.94, 1.04, r));
		shadePixel(surface, i, 0.6 * (1 - smoothstep(0.16, 0.3, r)));
	});
}

/** Draws a plate or label on the door pillar. */
export async function drawPlate(drawing: PlateDrawing): Promise<DrawnScene> {
	const { width, height } = PLATE_SCENE;
	const { artwork, finish } = drawing;
	const random = createRandom(`${drawing.seed}/pillar`);
	const surface = createSurface(width, height, colour(drawing.paint), 0.5, 0.05);
	addPillar(surface, random);
	const left = Math.round((width - artwork.width) / 2 - 30 + random.between(-24, 24));
	const top = Math.round((height - artwork.height) / 2 + random.between(-18, 18));
	const ink = await painted(artwork.width, artwork.height, artwork.content);
	const { thickness, brushed } = FINISHES[finish];
	const brush =
		brushed > 0 ? streaks(artwork.width, artwork.height, 90, createRandom(`${drawing.seed}/brush`)) : null;
	const reach = 26;
	for (let y = -reach; y < artwork.height + reach; y++) {
		for (let x = -reach; x < artwork.width + reach; x++) {
			const i = (top + y) * width + left + x;
			const away = roundedDistance(x, y, artwork.width, artwork.height, artwork.cornerRadius);
			const shadow = roundedDistance(x - 5, y - 7, artwork.width, artwork.height, artwork.cornerRadius);
			if (away > -0.5) shadePixel(surface, i, 0.55 * (1 - smoothstep(-4, 4 + thickness * 2.4, shadow)));
			if (away >= 0.5 || x < 0 || y < 0 || x >= artwork.width || y >= artwork.height) continue;
			const from = (y * artwork.width + x) * 4;
			const tone = 1 + brushed * 4 * (brush?.data[y * artwork.width + x] ?? 0) * 0.35;
			tintPixel(
				surface,
				i,
				linear(ink[from] ?? 0) * tone,
				linear(ink[from + 1] ?? 0) * tone,
				linear(ink[from + 2] ?? 0) * tone,
				FINISHES[finish],
				Math.min(1, 0.5 - away),
			);
			raisePixel(
				surface,
				i,
				thickness * smoothstep(0.5, -4, away) + brushed * (brush?.data[y * artwork.width + x] ?? 0),
			);
		}
	}
	if (drawing.fixing === "rivets") {
		const middle = top + artwork.height / 2;
		addRivet(surface, left + 30, middle, 17);
		addRivet(surface, left + artwork.width - 30, middle, 17);
	}
	const wear = createRandom(`${drawing.seed}/wear`);
	addScratches(surface, 14, wear);
	addDust(surface, 70, wear);
	const picture = lit(surface, {
		towards: [wear.between(-0.6, -0.2), -0.7, 0.8],
		lamp: 0.75,
		ambient: 0.38,
		beam: { x: width * 0.45, y: 380, halfAt: 1350 },
		glare: {
			x: width * wear.between(0.3, 0.9),
			width: 150,
			strength: finish === "black_anodised" ? 0.08 : 0.14,
		},
	});
	const [right, bottom] = [left + artwork.width, top + artwork.height];
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
