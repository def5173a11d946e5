import { createField, type Field } from "./field.js";

/** Linear light, about 0..1 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A flat piece of the scene before light falls on it. */
export interface Surface {
	readonly width: number;
	readonly height: number;
	/** Share of light given back, red, green, blue, linear. */
	readonly albedo: readonly [Field, Field, Field];
	/** Relief in pixels; towards the camera is positive. */
	readonly relief: Field;
	/** 0 matt … 1 polished. */
	readonly gloss: Field;
	/** 0 paint, paper … 1 bare metal: reflections take the surface's own colour. */
	readonly metal: Field;
}

export interface Light {
	/** Direction towards the lamp; need not be of length one. */
	readonly towards: readonly [number, number, number];
	/** Brightness of the lamp. */
	readonly lamp: number;
	/** Light from everywhere else. */
	readonly ambient: number;
	/** Where the lamp's beam meets the scene, in pixels, and how far from there half of it is left. */
	readonly beam: { readonly x: number; readonly y: number; readonly halfAt: number };
	/** A ceiling tube mirrored as a slanting band: middle at the top edge and width in pixels, strength 0..1. */
	readonly glare?: { readonly x: number; readonly width: number; readonly strength: number };
}

/** Red, green, blue in linear light out of a photograph; one array, three values a pixel. */
export interface LinearPicture {
	readonly width: number;
	readonly height: number;
	readonly rgb: Float32Array;
}

/** sRGB 0..255 to linear light, by table (IEC 61966-2-1). */
const LINEAR = Float32Array.from({ length: 256 }, (_, v) => {
	const c = v / 255;
	return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

export function linear(byte: number): number {
	return LINEAR[byte] ?? 0;
}

/** `#rrggbb` to linear light. */
export function colour(hex: string): Colour {
	const value = Number.parseInt(hex.slice(1), 16);
	return [linear((value >> 16) & 255), linear((value >> 8) & 255), linear(value & 255)];
}

export function createSurface(
	width: number,
	height: number,
	base: Colour,
	gloss: number,
	metal: number,
): Surface {
	return {
		width,
		height,
		albedo: [
			createField(width, height, base[0]),
			createField(width, height, base[1]),
			createField(width, height, base[2]),
		],
		relief: createField(width, height),
		gloss: createField(width, height, gloss),
		metal: createField(width, height, metal),
	};
}

/** Multiplies the colour by `1 + amount * noise`. */
export function modulate(surface: Surface, noise: Field, amount: number): void {
	for (const channel of surface.albedo) {
		for (let i = 0; i < channel.data.length; i++) {
			channel.data[i] = (channel.data[i] ?? 0) * Math.max(0, 1 + amount * (noise.data[i] ?? 0));
		}
	}
}

export interface Material {
	readonly colour: Colour;
	readonly gloss: number;
	readonly metal: number;
}

function blend(field: Field, index: number, value: number, share: number): void {
	field.data[index] = (field.data[index] ?? 0) * (1 - share) + value * share;
}

/** Lays a material over one pixel; `share` 0..1. */
export function coverPixel(surface: Surface, index: number, material: Material, share: number): void {
	const [red, green, blue] = material.colour;
	tintPixel(surface, index, red, green, blue, material, share);
}

/** As `coverPixel`, in a colour of the pixel's own. */
export function tintPixel(
	surface: Surface,
	index: number,
	red: number,
	green: number,
	blue: number,
	finish: Omit<Material, "colour">,
	share: number,
): void {
	if (share <= 0) return;
	blend(surface.albedo[0], index, red, share);
	blend(surface.albedo[1], index, green, share);
	blend(surface.albedo[2], index, blue, share);
	blend(surface.gloss, index, finish.gloss, share);
	blend(surface.metal, index, finish.metal, share);
}

/** Lays a material over the surface where `coverage` (0..1) says. */
export function cover(surface: Surface, coverage: Field, material: Material): void {
	for (let i = 0; i < coverage.data.length; i++) {
		coverPixel(surface, i, material, coverage.data[i] ?? 0);
	}
}

/** Takes `share` of one pixel's light away: cast shadow, soot. */
export function shadePixel(surface: Surface, index: number, share: number): void {
	const [red, green, blue] = surface.albedo;
	red.data[index] = (red.data[index] ?? 0) * (1 - share);
	green.data[index] = (green.data[index] ?? 0) * (1 - share);
	blue.data[index] = (blue.data[index] ?? 0) * (1 - share);
}

export function raisePixel(surface: Surface, index: number, by: number): void {
	surface.relief.data[index] = (surface.relief.data[index] ?? 0) + by;
}

/**
 * Lights a surface: Lambert's diffuse term, a highlight by Blinn–Phong in Schlick's approximation, and a
 * bright ceiling mirrored by slopes that face it. The camera looks straight down on the surface.
 */
export function lit(surface: Surface, light: Light): LinearPicture {
	const { width, height, relief } = surface;
	const [ax, ay, az] = light.towards;
	const length = Math.hypot(ax, ay, az);
	const [lx, ly, lz] = [ax / length, ay / length, az / length];
	const halfLength = Math.hypot(lx, ly, lz + 1);
	const [hx, hy, hz] = [lx / halfLength, ly / halfLength, (lz + 1) / halfLength];
	const glare = light.glare ?? { x: 0, width: 1, strength: 0 };
	const rgb = new Float32Array(width * height * 3);
	const [red, green, blue] = surface.albedo;
	const spread = 1 / light.beam.halfAt ** 2;
	for (let y = 0; y < height; y++) {
		const above = y > 0 ? -width : 0;
		const below = y < height - 1 ? width : 0;
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const beam = 1 / (1 + spread * ((x - light.beam.x) ** 2 + (y - light.beam.y) ** 2));
			const lamp = light.lamp * beam;
			const dx =
				((relief.data[x < width - 1 ? i + 1 : i] ?? 0) - (relief.data[x > 0 ? i - 1 : i] ?? 0)) * 0.5;
			const dy = ((relief.data[i + below] ?? 0) - (relief.data[i + above] ?? 0)) * 0.5;
			const nz = 1 / Math.sqrt(1 + dx * dx + dy * dy);
			const nx = -dx * nz;
			const ny = -dy * nz;
			const facing = Math.max(0, nx * lx + ny * ly + nz * lz);
			const gloss = surface.gloss.data[i] ?? 0;
			const metal = surface.metal.data[i] ?? 0;
			const mirror = Math.max(0, nx * hx + ny * hy + nz * hz);
			const power = 4 + 60 * gloss * gloss;
			const highlight = gloss * (mirror / (power - power * mirror + mirror)) * lamp;
			// A slope away from the camera's axis mirrors the hall's ceiling lights above the picture.
			const ceiling = gloss * Math.max(0, 0.35 - 0.9 * ny) * light.ambient;
			const diffuse = (1 - 0.65 * metal) * (light.ambient + lamp * facing);
			const off = (x + 0.45 * y - glare.x + 160 * (dx + dy)) / glare.width;
			const tube = (gloss * glare.strength) / (1 + off * off * off * off);
			const coloured = diffuse + metal * (highlight + ceiling) * 1.3;
			const white = (1 - metal) * (0.22 * highlight + 0.05 * ceiling) + tube;
			rgb[i * 3] = (red.data[i] ?? 0) * coloured + white;
			rgb[i * 3 + 1] = (green.data[i] ?? 0) * coloured + white;
			rgb[i * 3 + 2] = (blue.data[i] ?? 0) * coloured + white;
		}
	}
	return { width, height, rgb };
}
