import sharp from "sharp";
import { createRandom } from "./random.js";

/** How the light of a screen's pixel is divided: three upright stripes (LCD), or diamonds of which red and blue alternate (OLED). */
export type ScreenKind = "stripes" | "diamonds";

/** A picture on a screen: 8-bit sRGB, a pixel of it on each pixel of the screen. */
export interface ShownPicture {
	readonly width: number;
	readonly height: number;
	readonly rgb: Uint8Array;
}

export interface ScreenCamera {
	readonly width: number;
	readonly height: number;
	/** Pixels of the camera from one pixel of the screen to the next, in the middle of the frame. */
	readonly pitch: number;
	/** Degrees by which the screen is turned, clockwise. */
	readonly turned: number;
	/** How much larger the right edge of the frame shows the screen than the middle does, as a share. */
	readonly slant: number;
	/** Standard deviation of the lens's blur in pixels of the camera. */
	readonly blur: number;
	/** One colour a pixel (RGGB, interpolated) or three. */
	readonly mosaic: boolean;
	/** Standard deviation of the sensor's noise in grey levels. */
	readonly noise: number;
	/** Of the JPEG file, 1..100. */
	readonly quality: number;
}

/** Samples of the screen's light in each direction to a pixel of the screen: a stripe is a little more than one of them wide. */
const SAMPLES = 4;
const FEWEST_SAMPLES = 3;
/** Light of a black pixel and of the room on the glass, of white. */
const BLACK = 0.006;
/** Light of another colour that a sensor's filter lets through. */
const CROSSTALK = 0.08;
const EXPOSURE = 0.8;

/** sRGB to light (IEC 61966-2-1). */
const LIGHT = Float64Array.from({ length: 256 }, (_, level) => {
	const c = level / 255;
	return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

const levelOf = (light: number): number => {
	const c = Math.min(1, Math.max(0, light));
	return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
};

/** Share of a pixel's height that the rows' black matrix leaves, and of a third of its width that a stripe fills. */
const ROW_OPEN = 0.86;
const STRIPE_OPEN = 0.78;
/** Half diagonals of the diamonds, in pixels. */
const DIAMONDS = [0.3, 0.24, 0.34] as const;

/** How bright a colour shines at a place in its pixel, 0 or more; the mean over the pixels is 1. `isOdd` as on a chessboard. */
function openingOf(kind: ScreenKind, colour: number, x: number, y: number, isOdd: boolean): number {
	if (kind === "stripes") {
		const open = Math.abs(y - 0.5) < ROW_OPEN / 2 && Math.abs(3 * x - colour - 0.5) < STRIPE_OPEN / 2;
		return open ? 3 / (ROW_OPEN * STRIPE_OPEN) : 0;
	}
	const isGreen = colour === 1;
	if (!isGreen && isOdd !== (colour === 2)) return 0;
	const centre = isGreen ? 0.3 : 0.7;
	const radius = DIAMONDS[colour] ?? 0;
	const open = Math.abs(x - centre) + Math.abs(y - centre) < radius;
	return open ? (isGreen ? 1 : 2) / (2 * radius * radius) : 0;
}

/** Places in a pixel, in each direction, at which its openings are laid out. */
const PLACES = 32;

/** Openings of both kinds of pixel: place in the pixel row by row, three colours each. */
function openingsOf(kind: ScreenKind): readonly [even: Float64Array, odd: Float64Array] {
	const laid = (isOdd: boolean) =>
		Float64Array.from({ length: PLACES * PLACES * 3 }, (_, at) => {
			const place = Math.floor(at / 3);
			const x = ((place % PLACES) + 0.5) / PLACES;
			return openingOf(kind, at % 3, x, (Math.floor(place / PLACES) + 0.5) / PLACES, isOdd);
		});
	return [laid(false), laid(true)];
}

/** Weights of the samples around a pixel: its own width, blurred by the lens. `reach` is in samples beyond the pixel. */
function kernelOf(samples: number, blur: number): { readonly reach: number; readonly weights: Float64Array } {
	const reach = Math.ceil(3 * blur * samples);
	const weights = new Float64Array(samples + 2 * reach);
	for (let at = 0; at < weights.length; at++)
		for (let own = 0; own < samples; own++) {
			const distance = (at - reach - own) / samples;
			weights[at] =
				(weights[at] ?? 0) +
				(blur > 0 ? Math.exp(-(distance * distance) / (2 * blur * blur)) : Number(distance === 0));
		}
	const sum = weights.reduce((all, weight) => all + weight, 0);
	return { reach, weights: weights.map((weight) => weight / sum) };
}

/** Light on the sensor, three colours a pixel. */
function exposed(shown: ShownPicture, kind: ScreenKind, camera: ScreenCamera): Float64Array {
	const { width, height, pitch } = camera;
	const samples = Math.max(FEWEST_SAMPLES, Math.ceil(SAMPLES / pitch));
	const { reach, weights } = kernelOf(samples, camera.blur);
	const cosine = Math.cos((camera.turned * Math.PI) / 180) / pitch;
	const sine = Math.sin((camera.turned * Math.PI) / 180) / pitch;
	const [even, odd] = openingsOf(kind);
	const light = new Float64Array(width * height * 3);
	const across = width * samples + 2 * reach;
	const line = new Float64Array(across * 3);
	const narrowed = new Float64Array(width * 3);
	for (let sample = -reach; sample < height * samples + reach; sample++) {
		const y = (sample + 0.5) / samples - height / 2;
		for (let at = 0; at < across; at++) {
			const x = (at - reach + 0.5) / samples - width / 2;
			const depth = 1 + (2 * camera.slant * x) / width;
			const u = (cosine * x + sine * y) / depth + shown.width / 2;
			const v = (cosine * y - sine * x) / depth + shown.height / 2;
			const column = Math.floor(u);
			const row = Math.floor(v);
			const to = at * 3;
			if (column < 0 || row < 0 || column >= shown.width || row >= shown.height) {
				line.fill(BLACK, to, to + 3);
				continue;
			}
			const openings = ((column + row) & 1) === 0 ? even : odd;
			const place = (Math.floor((v - row) * PLACES) * PLACES + Math.floor((u - column) * PLACES)) * 3;
			const from = (row * shown.width + column) * 3;
			for (let colour = 0; colour < 3; colour++)
				line[to + colour] =
					BLACK + (LIGHT[shown.rgb[from + colour] ?? 0] ?? 0) * (openings[place + colour] ?? 0);
		}
		for (let x = 0; x < width; x++) {
			let [red, green, blue] = [0, 0, 0];
			for (let at = 0, from = x * samples * 3; at < weights.length; at++, from += 3) {
				const weight = weights[at] ?? 0;
				red += weight * (line[from] ?? 0);
				green += weight * (line[from + 1] ?? 0);
				blue += weight * (line[from + 2] ?? 0);
			}
			narrowed[x * 3] = red;
			narrowed[x * 3 + 1] = green;
			narrowed[x * 3 + 2] = blue;
		}
		const first = Math.max(0, Math.ceil((sample + reach - weights.length + 1) / samples));
		const last = Math.min(height - 1, Math.floor((sample + reach) / samples));
		for (let into = first; into <= last; into++) {
			const weight = weights[sample + reach - into * samples] ?? 0;
			const start = into * width * 3;
			for (let at = 0; at < narrowed.length; at++)
				light[start + at] = (light[start + at] ?? 0) + weight * (narrowed[at] ?? 0);
		}
	}
	return light;
}

/** Keeps one colour a pixel (RGGB) and fills in the others from the eight neighbours that have them (bilinear). */
function mosaicked(levels: Float64Array, width: number, height: number): Float64Array {
	const colourAt = (x: number, y: number) => (x & 1) + (y & 1);
	const filled = new Float64Array(levels.length);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const sums = [0, 0, 0];
			const shares = [0, 0, 0];
			for (let dy = -1; dy <= 1; dy++)
				for (let dx = -1; dx <= 1; dx++) {
					const column = Math.min(width - 1, Math.max(0, x + dx));
					const row = Math.min(height - 1, Math.max(0, y + dy));
					const colour = colourAt(column, row);
					const share = (dx === 0 ? 2 : 1) * (dy === 0 ? 2 : 1);
					sums[colour] = (sums[colour] ?? 0) + share * (levels[(row * width + column) * 3 + colour] ?? 0);
					shares[colour] = (shares[colour] ?? 0) + share;
				}
			for (let colour = 0; colour < 3; colour++)
				filled[(y * width + x) * 3 + colour] =
					colour === colourAt(x, y)
						? (levels[(y * width + x) * 3 + colour] ?? 0)
						: (sums[colour] ?? 0) / Math.max(1, shares[colour] ?? 0);
		}
	return filled;
}

/**
 * Photographs a screen that shows a picture: light of each subpixel, lens, sensor, JPEG. The screen is centred in the
 * frame; beyond it all is black. Same arguments, same bytes.
 */
export async function photographScreen(
	shown: ShownPicture,
	kind: ScreenKind,
	camera: ScreenCamera,
	seed: string,
): Promise<Buffer> {
	const { width, height } = camera;
	const random = createRandom(`${seed}/screen`);
	const light = exposed(shown, kind, camera);
	const seen = new Float64Array(light.length);
	for (let at = 0; at < light.length; at += 3) {
		const sum = (light[at] ?? 0) + (light[at + 1] ?? 0) + (light[at + 2] ?? 0);
		for (let colour = 0; colour < 3; colour++)
			seen[at + colour] =
				EXPOSURE * ((1 - 3 * CROSSTALK) * (light[at + colour] ?? 0) + CROSSTALK * sum) +
				0.0005 * random.normal();
	}
	const linear = camera.mosaic ? mosaicked(seen, width, height) : seen;
	const bytes = Buffer.from(
		Uint8ClampedArray.from(linear, (value) => Math.round(levelOf(value) + camera.noise * random.normal())),
	);
	return sharp(bytes, { raw: { width, height, channels: 3 } })
		.jpeg({ quality: camera.quality, chromaSubsampling: "4:2:0" })
		.toBuffer();
}
