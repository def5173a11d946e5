import { grain, smoothNoise } from "./field.js";
import { coverage, textOutlines } from "./lettering.js";
import { createRandom } from "./random.js";
import { type Colour, colour, type Surface } from "./surface.js";

/** A seal as it is cut; words are Chinese. */
export type SealDrawing =
	/** Ring, words along it, a five-pointed star, and below it what the seal is for. */
	| { readonly shape: "round"; readonly words: string; readonly purpose: string; readonly radius: number }
	/** Two lines in an oval. */
	| { readonly shape: "oval"; readonly upper: string; readonly lower: string };

export type PlacedSeal = SealDrawing & { readonly x: number; readonly y: number };

function roundSeal(words: string, purpose: string, cx: number, cy: number, radius: number): string {
	const letters = [...words].map((char, index) => {
		const angle = -130 + (260 * index) / Math.max(1, words.length - 1);
		return `<g transform="translate(${cx} ${cy}) rotate(${angle.toFixed(1)}) translate(0 ${-radius + 40})">${textOutlines(char, 0, 0, { face: "songBold", size: 27, anchor: "middle" })}</g>`;
	});
	const star = Array.from({ length: 10 }, (_, i) => {
		const r = radius * (i % 2 === 0 ? 0.34 : 0.13);
		const angle = (i * Math.PI) / 5 - Math.PI / 2;
		return `${(cx + r * Math.cos(angle)).toFixed(1)},${(cy + r * Math.sin(angle)).toFixed(1)}`;
	});
	const below = textOutlines(purpose, cx, cy + 0.66 * radius, {
		face: "songBold",
		size: 22,
		anchor: "middle",
	});
	return `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="none" stroke="#fff" stroke-width="6"/><polygon points="${star.join(" ")}" fill="#fff"/>${letters.join("")}${below}`;
}

function ovalSeal(upper: string, lower: string, cx: number, cy: number): string {
	const line = (words: string, y: number) =>
		textOutlines(words, cx, y, { face: "songBold", size: 28, anchor: "middle", spacing: 3 });
	return `<ellipse cx="${cx}" cy="${cy}" rx="132" ry="66" fill="none" stroke="#fff" stroke-width="5"/>${line(upper, cy - 6)}${line(lower, cy + 34)}`;
}

function outline(seal: PlacedSeal, turn: number): string {
	const { x, y } = seal;
	const drawn =
		seal.shape === "round"
			? roundSeal(seal.words, seal.purpose, x, y, seal.radius)
			: ovalSeal(seal.upper, seal.lower, x, y);
	return `<g transform="rotate(${turn.toFixed(2)} ${x} ${y})">${drawn}</g>`;
}

const SEAL_RED: Colour = colour("#c3202b");

/** Presses seals on a sheet at `left`, `top`. By hand: uneven, with gaps, in ink that lets the print show through. */
export async function addSeals(
	surface: Surface,
	seals: readonly PlacedSeal[],
	sheet: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
	seed: string,
): Promise<void> {
	const random = createRandom(`${seed}/seal`);
	const { left, top, width, height } = sheet;
	const pressed = seals.map((seal) => {
		const turn = random.between(-9, 9);
		return outline({ ...seal, x: seal.x + random.between(-18, 18) }, turn);
	});
	const drawn = await coverage(width, height, pressed.join(""));
	const uneven = smoothNoise(width, height, 38, 30, random);
	const pores = grain(width, height, random);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const from = y * width + x;
			const inked = drawn.data[from] ?? 0;
			if (inked === 0) continue;
			const pressure = 0.88 + 0.2 * (uneven.data[from] ?? 0) - ((pores.data[from] ?? 0) > 0.72 ? 0.4 : 0);
			const share = Math.max(0, Math.min(0.94, inked * pressure));
			const i = (top + y) * surface.width + left + x;
			surface.albedo.forEach((channel, c) => {
				const through = (channel.data[i] ?? 0) * (SEAL_RED[c] ?? 0) * 0.95;
				channel.data[i] = (channel.data[i] ?? 0) * (1 - share) + through * share;
			});
		}
	}
}
