import { createField, type Field, smoothNoise, smoothstep } from "./field.js";
import type { Random } from "./random.js";
import { type Colour, colour, coverPixel, raisePixel, type Surface, shadePixel } from "./surface.js";

/** Visits the pixels of a square around a centre; `visit` gets the offset and the pixel's index. */
export function around(
	area: { readonly width: number; readonly height: number },
	cx: number,
	cy: number,
	radius: number,
	visit: (dx: number, dy: number, index: number) => void,
): void {
	const left = Math.max(0, Math.ceil(cx - radius));
	const right = Math.min(area.width - 1, Math.floor(cx + radius));
	const top = Math.max(0, Math.ceil(cy - radius));
	const bottom = Math.min(area.height - 1, Math.floor(cy + radius));
	for (let y = top; y <= bottom; y++) {
		for (let x = left; x <= right; x++) visit(x - cx, y - cy, y * area.width + x);
	}
}

const STEEL = { colour: colour("#c3c5c7"), gloss: 0.75, metal: 1 } as const;
const WELD = { colour: colour("#77706a"), gloss: 0.6, metal: 0.9 } as const;
const DARKNESS = { colour: [0.006, 0.006, 0.007], gloss: 0.05, metal: 0 } as const;
const LINT = { colour: colour("#cfcac0"), gloss: 0.05, metal: 0 } as const;

/** Soft shadow of something round that stands on the surface, falling to the lower right. */
export function addContactShadow(surface: Surface, cx: number, cy: number, radius: number): void {
	const reach = radius * 1.7;
	around(surface, cx + radius * 0.2, cy + radius * 0.25, reach, (dx, dy, i) =>
		shadePixel(surface, i, 0.65 * (1 - smoothstep(radius * 0.7, reach, Math.hypot(dx, dy)))),
	);
}

/** Flange bolt: washer and hexagonal head; `radius` of the washer in pixels. */
export function addBolt(surface: Surface, cx: number, cy: number, radius: number, turn: number): void {
	addContactShadow(surface, cx, cy, radius);
	const seat = surface.relief.data[Math.round(cy) * surface.width + Math.round(cx)] ?? 0;
	around(surface, cx, cy, radius + 2, (dx, dy, i) => {
		const r = Math.hypot(dx, dy);
		const angle = Math.atan2(dy, dx) + turn;
		const sector = angle - (Math.PI / 3) * Math.round(angle / (Math.PI / 3));
		const hexagon = r * Math.cos(sector);
		const washer = 5 * (1 - smoothstep(radius - 5, radius, r));
		const head = 13 * (1 - smoothstep(radius * 0.6 - 4, radius * 0.6 + 1, hexagon));
		const chamfer = -4 * smoothstep(radius * 0.42, radius * 0.68, r) * (hexagon < radius * 0.6 ? 1 : 0);
		const stampedRing = -1.2 * (1 - smoothstep(1.2, 3, Math.abs(r - radius * 0.3)));
		const share = 1 - smoothstep(radius - 1, radius + 1, r);
		// The bolt's own steel is smooth, whatever it is screwed on.
		raisePixel(surface, i, share * (seat - (surface.relief.data[i] ?? 0)));
		raisePixel(surface, i, washer + head + chamfer + stampedRing);
		coverPixel(surface, i, STEEL, share);
	});
}

/** Resistance spot weld: a shallow round dimple with a burnt ring. */
export function addSpotWeld(surface: Surface, cx: number, cy: number, radius: number): void {
	around(surface, cx, cy, radius * 1.8, (dx, dy, i) => {
		const r = Math.hypot(dx, dy) / radius;
		raisePixel(surface, i, 1.1 * Math.exp(-(((r - 1.08) / 0.14) ** 2)) - 3.2 * (1 - smoothstep(0.55, 1, r)));
		shadePixel(surface, i, 0.25 * Math.exp(-(((r - 1) / 0.35) ** 2)));
	});
}

/** Round hole with a rolled edge; one sees the dark behind. */
export function addHole(surface: Surface, cx: number, cy: number, radius: number): void {
	around(surface, cx, cy, radius * 1.3, (dx, dy, i) => {
		const r = Math.hypot(dx, dy) / radius;
		raisePixel(surface, i, -9 * (1 - smoothstep(0.85, 1.15, r)) * smoothstep(0.7, 0.95, r));
		coverPixel(surface, i, DARKNESS, 1 - smoothstep(0.93, 0.99, r));
	});
}

/** Arc weld: overlapping beads along a horizontal line, with soot beside it. */
export function addWeldSeam(surface: Surface, x0: number, x1: number, y: number, random: Random): void {
	const radius = 17;
	const margin = 44;
	const seam = createField(Math.ceil(x1 - x0) + 2 * margin, 2 * margin);
	const soot = createField(seam.width, seam.height);
	for (let x = 0; x < x1 - x0; x += 9) {
		const cy = margin + random.between(-1.5, 1.5);
		const r = radius * random.between(0.9, 1.08);
		around(seam, x + margin, cy, r * 2.4, (dx, dy, i) => {
			const away = Math.hypot(dx, dy) / r;
			const dome = away < 1 ? 7 * Math.sqrt(1 - away * away) : 0;
			// Beads overlap like scales: each leans on the one before.
			seam.data[i] = Math.max(seam.data[i] ?? 0, dome - 0.13 * Math.max(0, dx));
			soot.data[i] = Math.max(soot.data[i] ?? 0, 1 - smoothstep(0.7, 2.4, away));
		});
	}
	for (let row = 0; row < seam.height; row++) {
		for (let column = 0; column < seam.width; column++) {
			const from = row * seam.width + column;
			const i = (Math.round(y) - margin + row) * surface.width + Math.round(x0) - margin + column;
			const height = seam.data[from] ?? 0;
			shadePixel(surface, i, 0.4 * (soot.data[from] ?? 0));
			raisePixel(surface, i, height);
			coverPixel(surface, i, WELD, height > 0 ? 1 : 0);
		}
	}
}

/** Bead of seam sealer laid by hand along a wandering line. */
export function addSealant(
	surface: Surface,
	x0: number,
	x1: number,
	y: number,
	tone: Colour,
	random: Random,
): void {
	const material = { colour: tone, gloss: 0.25, metal: 0 };
	const wander = smoothNoise(surface.width, 1, 120, 1, random);
	const swell = smoothNoise(surface.width, 1, 46, 1, random);
	for (let x = Math.max(0, Math.round(x0)); x < Math.min(surface.width, x1); x++) {
		const ends = Math.min(smoothstep(x0, x0 + 26, x), 1 - smoothstep(x1 - 26, x1, x));
		const half = Math.max(1, (15 + 5 * (swell.data[x] ?? 0)) * Math.sqrt(ends));
		const cy = y + 7 * (wander.data[x] ?? 0);
		for (let row = Math.max(0, Math.floor(cy - half - 8)); row <= cy + half + 12; row++) {
			const away = Math.abs(row - cy) / half;
			const i = row * surface.width + x;
			if (row > cy) shadePixel(surface, i, 0.4 * ends * (1 - smoothstep(0.9, 1.6, away)));
			coverPixel(surface, i, material, 1 - smoothstep(0.9, 1.02, away));
			if (away < 1) raisePixel(surface, i, 8 * Math.sqrt(1 - away * away) * Math.sqrt(ends));
		}
	}
}

/** Fine scratches from handling, over the whole surface. */
export function addScratches(surface: Surface, count: number, random: Random): void {
	for (let n = 0; n < count; n++) {
		let x = random.between(0, surface.width);
		let y = random.between(0, surface.height);
		let angle = random.between(-0.5, 0.5) + (random.next() < 0.3 ? 1.3 : 0);
		const depth = random.between(0.1, 0.4);
		const length = random.whole(40, 260);
		for (let step = 0; step < length; step++) {
			angle += random.between(-0.01, 0.01);
			x += Math.cos(angle);
			y += Math.sin(angle);
			if (x < 0 || y < 0 || x >= surface.width || y >= surface.height) break;
			raisePixel(surface, Math.floor(y) * surface.width + Math.floor(x), -depth);
		}
	}
}

/** Lint and dust: small bright specks. */
export function addDust(surface: Surface, count: number, random: Random): void {
	for (let n = 0; n < count; n++) {
		const radius = random.between(0.5, 1.7);
		const share = random.between(0.15, 0.6);
		const x = random.between(0, surface.width);
		const y = random.between(0, surface.height);
		around(surface, x, y, radius + 1, (dx, dy, i) =>
			coverPixel(surface, i, LINT, share * (1 - smoothstep(radius * 0.5, radius + 0.8, Math.hypot(dx, dy)))),
		);
	}
}

/** Film of oil or handling marks in blotches: darker and glossier; `amount` 0..1. */
export function addOil(surface: Surface, amount: number, random: Random): void {
	const { width, height } = surface;
	const film: Field = smoothNoise(width, height, 230, 130, random);
	const ragged = smoothNoise(width, height, 34, 22, random);
	for (let i = 0; i < film.data.length; i++) {
		const share = smoothstep(
			0.5 - amount,
			0.8 - amount * 0.5,
			(film.data[i] ?? 0) + 0.35 * (ragged.data[i] ?? 0),
		);
		if (share === 0) continue;
		shadePixel(surface, i, 0.2 * share);
		surface.gloss.data[i] = Math.min(0.9, (surface.gloss.data[i] ?? 0) + 0.25 * share);
	}
}
