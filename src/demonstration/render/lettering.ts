import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import opentype from "opentype.js";
import sharp from "sharp";
import { createField, type Field } from "./field.js";

const require = createRequire(import.meta.url);

/** Typefaces of plates and papers, all under the SIL Open Font License. */
const FACES = {
	/** Chinese text. */
	song: "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
	songBold: "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
	/** Latin plates: close to the road-sign and nameplate faces in use. */
	plate: "@expo-google-fonts/barlow/500Medium/Barlow_500Medium.ttf",
	plateBold: "@expo-google-fonts/barlow/700Bold/Barlow_700Bold.ttf",
} as const;

export type Face = keyof typeof FACES;

interface Glyph {
	/** Outline with y downwards, in units of the font. */
	readonly outline: string;
	readonly advance: number;
}

interface LoadedFace {
	readonly unitsPerEm: number;
	readonly font: opentype.Font;
	readonly glyphs: Map<string, Glyph>;
}

const loaded = new Map<Face, LoadedFace>();

function load(face: Face): LoadedFace {
	const known = loaded.get(face);
	if (known) return known;
	const file = readFileSync(require.resolve(FACES[face]));
	// Without lowMemory the 65,000 outlines of a Chinese face would all be built, and stay on the heap.
	const font = opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength), {
		lowMemory: true,
	});
	const fresh = { unitsPerEm: font.unitsPerEm, font, glyphs: new Map<string, Glyph>() };
	loaded.set(face, fresh);
	return fresh;
}

function glyphOf(face: LoadedFace, char: string): Glyph {
	const known = face.glyphs.get(char);
	if (known) return known;
	const glyph = face.font.charToGlyph(char);
	const outline = glyph.getPath(0, 0, face.unitsPerEm).toPathData(0);
	if (outline === "" && char.trim() !== "") throw new RangeError(`The typeface can't draw "${char}".`);
	const fresh = {
		outline,
		advance: glyph.advanceWidth ?? face.unitsPerEm,
	};
	face.glyphs.set(char, fresh);
	return fresh;
}

export interface TextStyle {
	readonly face: Face;
	/** Em size in pixels. */
	readonly size: number;
	readonly anchor?: "start" | "middle" | "end";
	/** Extra space between characters, pixels. */
	readonly spacing?: number;
	/** Horizontal stretch; 1 is the face's own width. */
	readonly stretch?: number;
	readonly fill?: string;
}

/** Width of a line in pixels. */
export function textWidth(text: string, style: TextStyle): number {
	const face = load(style.face);
	const scale = (style.size / face.unitsPerEm) * (style.stretch ?? 1);
	const spacing = style.spacing ?? 0;
	return [...text].reduce((sum, char) => sum + glyphOf(face, char).advance * scale + spacing, -spacing);
}

/** A line of text as SVG outlines, so that no installed font is needed; `y` is the base line. */
export function textOutlines(text: string, x: number, y: number, style: TextStyle): string {
	const face = load(style.face);
	const scaleY = style.size / face.unitsPerEm;
	const scaleX = scaleY * (style.stretch ?? 1);
	const width = textWidth(text, style);
	let at = style.anchor === "middle" ? x - width / 2 : style.anchor === "end" ? x - width : x;
	const parts: string[] = [];
	for (const char of text) {
		const glyph = glyphOf(face, char);
		if (glyph.outline) {
			parts.push(
				`<path transform="translate(${at.toFixed(2)} ${y.toFixed(2)}) scale(${scaleX.toFixed(5)} ${scaleY.toFixed(5)})" d="${glyph.outline}"/>`,
			);
		}
		at += glyph.advance * scaleX + (style.spacing ?? 0);
	}
	return `<g fill="${style.fill ?? "#fff"}">${parts.join("")}</g>`;
}

/** Draws SVG content, white on black, into a coverage field 0..1. */
export async function coverage(width: number, height: number, content: string): Promise<Field> {
	const { data } = await sharp(svg(width, height, content))
		.flatten({ background: "#000" })
		.extractChannel(0)
		.raw()
		.toBuffer({ resolveWithObject: true });
	const field = createField(width, height);
	for (let i = 0; i < data.length; i++) field.data[i] = (data[i] ?? 0) / 255;
	return field;
}

/** Draws SVG content into colour and opacity, four bytes a pixel. */
export async function painted(width: number, height: number, content: string): Promise<Buffer> {
	return sharp(svg(width, height, content))
		.ensureAlpha()
		.raw()
		.toBuffer();
}

function svg(width: number, height: number, content: string): Buffer {
	return Buffer.from(
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
	);
}
