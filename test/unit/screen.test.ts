import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test, vi } from "vitest";
import {
	photographScreen,
	type ScreenCamera,
	type ScreenKind,
} from "../../src/demonstration/render/photographed-screen.js";
import { createRandom } from "../../src/demonstration/render/random.js";
import { decodePicture } from "../../src/vision/decode-picture.js";
import type { Picture } from "../../src/vision/picture.js";
import { squareTransform } from "../../src/vision/screen/fourier.js";
import { showsScreen } from "../../src/vision/screen/shows-screen.js";

vi.setConfig({ testTimeout: 120_000 });

const WIDTH = 576;
const HEIGHT = 384;
/** Where the number stands. */
const PLACE = [96, 140, 384, 104] as const;
const inPlace = (picture: Picture) => showsScreen(picture, [...PLACE]);

/** Brightness of a surface at a pixel, 0..255. */
type Surface = (x: number, y: number) => number;

/** Samples of a pixel in each direction, a lens's blur wide: two neighbours share half of what they see. */
const SAMPLES = [-0.75, -0.25, 0.25, 0.75] as const;

/** A photograph of a surface: lens, noise of the sensor, JPEG. */
async function photographed(surface: Surface, seed: string, quality: number, noise = 1.5): Promise<Picture> {
	const random = createRandom(seed);
	const bytes = new Uint8ClampedArray(WIDTH * HEIGHT * 3);
	for (let at = 0; at < WIDTH * HEIGHT; at++) {
		const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
		let seen = 0;
		for (const dy of SAMPLES) for (const dx of SAMPLES) seen += surface(x + dx, y + dy);
		bytes.fill(Math.round(seen / SAMPLES.length ** 2 + noise * random.normal()), at * 3, at * 3 + 3);
	}
	const jpeg = await sharp(Buffer.from(bytes), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
		.jpeg({ quality })
		.toBuffer();
	return decodePicture(jpeg);
}

const sheet = (content: string, scale = 1) =>
	sharp(
		Buffer.from(
			`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH * scale}" height="${HEIGHT * scale}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="100%" height="100%" fill="#b8babc"/>${content}</svg>`,
		),
	);

const NUMBER =
	'<text x="100" y="210" font-size="36" font-family="monospace" fill="#16181a">LXA2J5B37TC004217</text>';

/** The sheet as a screen shows it and a camera takes it. */
async function onScreen(kind: ScreenKind, camera: Partial<ScreenCamera> = {}): Promise<Picture> {
	const pitch = camera.pitch ?? 3.1;
	const { data, info } = await sheet(NUMBER, 1.3 / pitch)
		.removeAlpha()
		.raw()
		.toBuffer({ resolveWithObject: true });
	const jpeg = await photographScreen(
		{ width: info.width, height: info.height, rgb: data },
		kind,
		{
			...{ width: WIDTH, height: HEIGHT, pitch, turned: 4, slant: 0.02, blur: 0.6 },
			...{ mosaic: true, noise: 1.5, quality: 85, ...camera },
		},
		"on-screen",
	);
	return decodePicture(jpeg);
}

describe("a screen is told by the lattice of its pixels", () => {
	test.each([
		["stripes", 2.3, 3],
		["stripes", 3.1, -21],
		["stripes", 5.7, 12],
		["diamonds", 1.7, 2],
		["diamonds", 2.6, 28],
		["diamonds", 4.3, -7],
	] satisfies [ScreenKind, number, number][])(
		"%s, %f pixels of the camera for one of it, turned by %f°",
		async (kind, pitch, turned) => {
			expect(inPlace(await onScreen(kind, { pitch, turned }))).toBe(true);
		},
	);

	test("without a mosaic on the sensor, and in a file of little quality", async () => {
		expect(inPlace(await onScreen("stripes", { mosaic: false, quality: 75 }))).toBe(true);
	});
});

describe("what is regular and no screen", () => {
	const wave = (period: number, angle: number, height: number): Surface => {
		const turn = (2 * Math.PI) / period;
		const [cosine, sine] = [Math.cos(angle) * turn, Math.sin(angle) * turn];
		return (x, y) => height * Math.sign(Math.sin(cosine * x + sine * y));
	};
	const isNear = (x: number, y: number) => x > 110 && x < 470 && y > 150 && y < 230;

	test.each([
		[
			"knurling beside the number",
			(x, y) => 130 + (y > 300 ? wave(5, 0.7, 30)(x, y) + wave(5, -0.7, 30)(x, y) : 0),
		],
		["a perforated sheet to the left", (x, y) => (x < 180 && x % 7 < 3 && y % 7 < 3 ? 40 : 150)],
		[
			"dots of a punched number",
			(x, y) => (isNear(x, y) && x % 8 < 3 && y % 8 < 3 && (x >> 5) % 2 === 0 ? 60 : 140),
		],
		["bars of a code", (x, y) => (isNear(x, y) && createBars(x) ? 30 : 200)],
		["an even surface", () => 128],
		["a slope of light", (x, y) => 60 + x / 5 + y / 9],
	] satisfies [string, Surface][])("%s", async (name, surface) => {
		for (const quality of [60, 90]) expect(inPlace(await photographed(surface, name, quality))).toBe(false);
	});

	/** Bars of one, two or three modules of three pixels, as chance has it. */
	const bars = createRandom("bars");
	const laid = Array.from({ length: 400 }, () => bars.next() < 0.5);
	function createBars(x: number): boolean {
		return laid[Math.floor(x / 3)] ?? false;
	}

	test.each([0.7, 1.3, 1.5, 2.2, 3])("a poor JPEG file resized by %f", async (scale) => {
		const small = await sheet(`${NUMBER}<circle cx="300" cy="330" r="150" fill="#8a8c8f"/>`, 1.6 / scale)
			.jpeg({ quality: 30 })
			.toBuffer();
		const { width = 0 } = await sharp(small).metadata();
		const resized = await sharp(small)
			.resize({ width: Math.round(width * scale) })
			.jpeg({ quality: 90 })
			.toBuffer();
		const picture = await decodePicture(resized);
		const k = picture.width / WIDTH;
		expect(showsScreen(picture, [PLACE[0] * k, PLACE[1] * k, PLACE[2] * k, PLACE[3] * k])).toBe(false);
	});

	test("grooves of any width, depth and direction", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({
					period: fc.double({ min: 2.1, max: 14, noNaN: true }),
					angle: fc.double({ min: 0, max: Math.PI, noNaN: true }),
					height: fc.double({ min: 1, max: 45, noNaN: true }),
					quality: fc.integer({ min: 50, max: 95 }),
				}),
				async ({ period, angle, height, quality }) => {
					const grooves = wave(period, angle, height);
					const picture = await photographed((x, y) => 120 + grooves(x, y), "grooves", quality);
					expect(inPlace(picture)).toBe(false);
				},
			),
			{ numRuns: 8 },
		);
	});

	test("noise of any strength, in files of any quality, over light of any slope", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({
					grain: fc.double({ min: 0, max: 40, noNaN: true }),
					level: fc.double({ min: 20, max: 235, noNaN: true }),
					slope: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
					quality: fc.integer({ min: 40, max: 100 }),
					seed: fc.integer().map(String),
				}),
				async ({ grain, level, slope, quality, seed }) => {
					const surface: Surface = (x, y) => level + slope * (x - y);
					expect(inPlace(await photographed(surface, seed, quality, grain))).toBe(false);
				},
			),
			{ numRuns: 12 },
		);
	});

	test("a picture too small to tell", async () => {
		const { width, height, rgb } = await onScreen("stripes");
		const cut = await sharp(rgb, { raw: { width, height, channels: 3 } })
			.extract({ left: 0, top: 0, width, height: 100 })
			.png()
			.toBuffer();
		expect(showsScreen(await decodePicture(cut), [0, 0, width, 100])).toBe(false);
	});
});

test("the transform of a wave stands at its frequency, and nowhere else", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }), (u, v) => {
			const size = 16;
			const phase = (at: number) => (2 * Math.PI * (u * (at % size) + v * Math.floor(at / size))) / size;
			const real = Float64Array.from({ length: size * size }, (_, at) => Math.cos(phase(at)));
			const imaginary = Float64Array.from({ length: size * size }, (_, at) => Math.sin(phase(at)));
			squareTransform(size).run(real, imaginary);
			for (let at = 0; at < size * size; at++) {
				expect(real[at]).toBeCloseTo(at === v * size + u ? size * size : 0, 8);
				expect(imaginary[at]).toBeCloseTo(0, 8);
			}
		}),
		{ numRuns: 40 },
	);
	expect(() => squareTransform(12)).toThrow(RangeError);
});
