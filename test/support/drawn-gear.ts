import sharp from "sharp";
import type { Picture } from "../../src/vision/picture.js";

export interface DrawnGear {
	readonly teeth: number;
	/** Degrees. */
	readonly turn?: number;
	/** Radius of the tips in a picture of 640 × 640. */
	readonly radius?: number;
	readonly centre?: readonly [number, number];
	readonly metal?: string;
	/** Teeth by index that are not there. */
	readonly missing?: readonly number[];
	/** Teeth by index that end halfway. */
	readonly broken?: readonly number[];
	/** Teeth by index that are lower by a quarter and round. */
	readonly worn?: readonly number[];
}

export const SIDE = 640;

/** Trapezoid teeth with the proportions of ISO 53, a bore and a keyway. */
export function gearShape(gear: DrawnGear): string {
	const { teeth, turn = 0, radius = 240, centre = [SIDE / 2, SIDE / 2], metal = "#3b3f44" } = gear;
	const module = (2 * radius) / (teeth + 2);
	const root = radius - 2.25 * module;
	const corner = (angle: number, at: number) => {
		const turned = angle + (turn * Math.PI) / 180;
		return `${(centre[0] + at * Math.cos(turned)).toFixed(2)},${(centre[1] + at * Math.sin(turned)).toFixed(2)}`;
	};
	const pitch = (2 * Math.PI) / teeth;
	const outline = Array.from({ length: teeth }, (_, i) => {
		const middle = i * pitch;
		const share = gear.missing?.includes(i)
			? 0
			: gear.broken?.includes(i)
				? 0.5
				: gear.worn?.includes(i)
					? 0.75
					: 1;
		const at = (height: number) => root + height * (radius - root);
		// The flanks of every tooth are the same; a worn one is rounded off where it ends.
		const half = (height: number) => (0.32 - 0.18 * height) * pitch;
		const shoulder = gear.worn?.includes(i) ? share - 0.15 : share;
		return [
			corner(middle - half(0), root),
			corner(middle - half(shoulder), at(shoulder)),
			corner(middle - half(share) / 2, at(share)),
			corner(middle + half(share) / 2, at(share)),
			corner(middle + half(shoulder), at(shoulder)),
			corner(middle + half(0), root),
		].join(" ");
	}).join(" ");
	const bore = radius * 0.2;
	return (
		`<polygon points="${outline}" fill="${metal}"/>` +
		`<circle cx="${centre[0]}" cy="${centre[1]}" r="${root * 0.75}" fill="none" stroke="#777b80" stroke-width="4"/>` +
		`<circle cx="${centre[0]}" cy="${centre[1]}" r="${bore}" fill="#888"/>`
	);
}

/** Paints shapes on a plain ground, or on one that darkens towards a corner, with sensor noise. */
export async function scene(
	shapes: string,
	options: { readonly ground?: string; readonly falloff?: boolean; readonly noise?: number } = {},
): Promise<Picture> {
	const { ground = "#e8e9ea", falloff = false, noise = 0 } = options;
	const svg =
		`<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">` +
		`<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.5"/></linearGradient></defs>` +
		`<rect width="${SIDE}" height="${SIDE}" fill="${ground}"/>${shapes}` +
		`${falloff ? `<rect width="${SIDE}" height="${SIDE}" fill="url(#g)"/>` : ""}</svg>`;
	const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	const rgb = Uint8Array.from(data);
	let state = 20_260_314;
	for (let i = 0; i < rgb.length && noise > 0; i++) {
		// Sum of four uniform numbers: near enough to a normal one.
		let sum = 0;
		for (let k = 0; k < 4; k++) {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			sum += state / 2 ** 32 - 0.5;
		}
		rgb[i] = Math.min(255, Math.max(0, Math.round((rgb[i] ?? 0) + noise * sum * 1.732)));
	}
	return { width: SIDE, height: SIDE, rgb };
}
