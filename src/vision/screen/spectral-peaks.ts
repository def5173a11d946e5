import type { Picture } from "../picture.js";
import { squareTransform } from "./fourier.js";

/** Pixels of a tile on a side: a lattice repeats in it at least sixteen times, and perspective hardly bends it. */
export const TILE = 128;

/** What is measured of a tile: brightness (ITU-R BT.601 luma), and red less blue, where subpixels show. */
const CHANNELS = ["brightness", "colour"] as const;
export type Channel = (typeof CHANNELS)[number];

/** A narrow peak in a tile's spectrum: one wave that goes through the whole tile. */
export interface Peak {
	readonly channel: Channel;
	/** Cycles a tile to the right, from -TILE / 2, and down, from 0 to TILE / 2. */
	readonly across: number;
	readonly down: number;
	/** Half of the way from crest to trough, in grey levels. */
	readonly amplitude: number;
	/** Natural logarithm of its power over that of its neighbours. */
	readonly prominence: number;
}

/** Slower waves than this, in cycles a tile, are light and shade, or strokes. */
const SLOWEST = 12;
/** Grey levels below which a wave is noise, or what JPEG makes of it. */
const LEAST_AMPLITUDE = 0.25;
/** Power over that of neighbouring frequencies; so much stands out of noise by chance in one tile of a hundred. */
const LEAST_PROMINENCE_DB = 10;
const LEAST_LOG = (LEAST_PROMINENCE_DB * Math.LN10) / 10;
/** A lattice with all that JPEG makes of it has dozens; the clearest say it all. */
const MOST_PEAKS = 16;
/** Neighbours are up to this far away in each direction, but for the peak's own foot. */
const REACH = 8;
const FOOT = 2;
/** Edges, strokes and bars are ridges that run through zero: a peak stands out of its ridge as well. */
const ALONG_RIDGE = [4, 5, 6, 7, 8, 9] as const;
/**
 * JPEG quantises brightness in blocks of 8 pixels, colour in blocks of 16 (ITU-T T.81): their frequencies say nothing up
 * to the amplitude, in grey levels, of blocks that can be seen.
 */
const BLOCKS_AMPLITUDE = 2.5;
const BLOCK_CYCLES = { brightness: TILE / 8, colour: TILE / 16 } as const satisfies Record<Channel, number>;

const HALF = TILE / 2;
const wrap = (at: number): number => (at + TILE) & (TILE - 1);
/** Raised cosine (Hann): a strong frequency does not leak into its neighbours. */
const WINDOW = Float64Array.from(
	{ length: TILE },
	(_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / TILE),
);
/** Power of a wave of amplitude 1 under that window: half of it at either sign of its frequency, a quarter of the area. */
const UNIT_POWER = ((TILE * TILE) / 8) ** 2;
/** Keeps the logarithm of an empty spectrum finite, far below any wave that counts. */
const FLOOR = 1e-6 * UNIT_POWER;

/** Side of the table of sums: the spectrum goes on beyond its border as it repeats. */
const SUMMED = TILE + 2 * REACH + 1;
const NEIGHBOURS = (2 * REACH + 1) ** 2 - (2 * FOOT + 1) ** 2;

/** Reads spectra of tiles; holds the memory they need, so that one serves all tiles of a picture. */
export class Spectrometer {
	readonly #transform = squareTransform(TILE);
	readonly #real = new Float64Array(TILE * TILE);
	readonly #imaginary = new Float64Array(TILE * TILE);
	/** Logarithm of the power, by channel. */
	readonly #logs = { brightness: new Float64Array(TILE * TILE), colour: new Float64Array(TILE * TILE) };
	readonly #sums = new Float64Array(SUMMED * SUMMED);

	/** Peaks of the tile whose upper left pixel is (`left`, `top`); the tile lies within the picture. */
	peaksOf(picture: Picture, left: number, top: number): readonly Peak[] {
		this.#load(picture, left, top);
		this.#transform.run(this.#real, this.#imaginary);
		this.#separate();
		return CHANNELS.flatMap((channel) => this.#peaksIn(channel));
	}

	/** Both channels at once: one as the real, the other as the imaginary part. */
	#load({ width, rgb }: Picture, left: number, top: number): void {
		const [real, imaginary] = [this.#real, this.#imaginary];
		let brightness = 0;
		let colour = 0;
		for (let y = 0, at = 0; y < TILE; y++)
			for (let x = 0, from = ((top + y) * width + left) * 3; x < TILE; x++, at++, from += 3) {
				const red = rgb[from] ?? 0;
				const blue = rgb[from + 2] ?? 0;
				const luma = 0.299 * red + 0.587 * (rgb[from + 1] ?? 0) + 0.114 * blue;
				brightness += luma;
				colour += red - blue;
				real[at] = luma;
				imaginary[at] = red - blue;
			}
		brightness /= TILE * TILE;
		colour /= TILE * TILE;
		for (let y = 0, at = 0; y < TILE; y++)
			for (let x = 0; x < TILE; x++, at++) {
				const weight = (WINDOW[y] ?? 0) * (WINDOW[x] ?? 0);
				real[at] = ((real[at] ?? 0) - brightness) * weight;
				imaginary[at] = ((imaginary[at] ?? 0) - colour) * weight;
			}
	}

	/** The spectra of two real signals from that of their sum, one of them times i: by their symmetry about zero. */
	#separate(): void {
		const [real, imaginary] = [this.#real, this.#imaginary];
		const { brightness, colour } = this.#logs;
		for (let v = 0; v <= HALF; v++)
			for (let u = 0; u < TILE; u++) {
				const at = v * TILE + u;
				const mirror = wrap(-v) * TILE + wrap(-u);
				const re = real[at] ?? 0;
				const im = imaginary[at] ?? 0;
				const mirrorRe = real[mirror] ?? 0;
				const mirrorIm = imaginary[mirror] ?? 0;
				const first = ((re + mirrorRe) ** 2 + (im - mirrorIm) ** 2) / 4;
				const second = ((im + mirrorIm) ** 2 + (mirrorRe - re) ** 2) / 4;
				brightness[at] = brightness[mirror] = Math.log(first + FLOOR);
				colour[at] = colour[mirror] = Math.log(second + FLOOR);
			}
	}

	/** Sums over all rectangles from the corner (Crow 1984), from which any box's mean follows at once. */
	#sumUp(logs: Float64Array): void {
		const sums = this.#sums;
		for (let y = 1; y < SUMMED; y++) {
			const row = wrap(y - 1 - REACH) * TILE;
			let sum = 0;
			for (let x = 1; x < SUMMED; x++) {
				sum += logs[row + wrap(x - 1 - REACH)] ?? 0;
				sums[y * SUMMED + x] = (sums[(y - 1) * SUMMED + x] ?? 0) + sum;
			}
		}
	}

	#sumAround(u: number, v: number, reach: number): number {
		const [left, right] = [u + REACH - reach, u + REACH + reach + 1];
		const [top, bottom] = [(v + REACH - reach) * SUMMED, (v + REACH + reach + 1) * SUMMED];
		const at = (place: number) => this.#sums[place] ?? 0;
		return at(bottom + right) - at(top + right) - at(bottom + left) + at(top + left);
	}

	#peaksIn(channel: Channel): Peak[] {
		const logs = this.#logs[channel];
		const least = Math.log(LEAST_AMPLITUDE ** 2 * UNIT_POWER);
		const blocks = Math.log(BLOCKS_AMPLITUDE ** 2 * UNIT_POWER);
		this.#sumUp(logs);
		const peaks: Peak[] = [];
		for (let down = 0; down <= HALF; down++)
			for (let u = 0; u < TILE; u++) {
				const here = logs[down * TILE + u] ?? 0;
				const across = u < HALF ? u : u - TILE;
				if (here < least || across * across + down * down < SLOWEST * SLOWEST) continue;
				// On these two rows either sign of the frequency stands.
				if (across < 0 && down % HALF === 0) continue;
				if (here < blocks && isOnBlockGrid(channel, across, down)) continue;
				if (!isHighest(logs, u, down)) continue;
				const foot = this.#sumAround(u, down, FOOT);
				const around = (this.#sumAround(u, down, REACH) - foot) / NEIGHBOURS;
				if (here - around < LEAST_LOG) continue;
				const prominence = here - Math.max(around, ridgeThrough(logs, across, down));
				const amplitude = Math.sqrt(Math.exp(here) / UNIT_POWER);
				if (prominence >= LEAST_LOG) peaks.push({ channel, across, down, amplitude, prominence });
			}
		return peaks.sort((a, b) => b.prominence - a.prominence).slice(0, MOST_PEAKS);
	}
}

/** Whether a wave, or the difference of two, is one that JPEG's blocks make. */
export function isOnBlockGrid(channel: Channel, across: number, down: number): boolean {
	const every = BLOCK_CYCLES[channel];
	const distance = (at: number) => Math.abs(at - every * Math.round(at / every));
	return distance(across) <= 1 && distance(down) <= 1;
}

function isHighest(logs: Float64Array, u: number, v: number): boolean {
	const here = logs[v * TILE + u] ?? 0;
	for (let y = -FOOT; y <= FOOT; y++)
		for (let x = -FOOT; x <= FOOT; x++)
			if ((logs[wrap(v + y) * TILE + wrap(u + x)] ?? 0) > here) return false;
	return true;
}

/** The strongest frequency a little slower or faster in the same direction. */
function ridgeThrough(logs: Float64Array, across: number, down: number): number {
	const length = Math.hypot(across, down);
	let strongest = Number.NEGATIVE_INFINITY;
	for (const step of ALONG_RIDGE)
		for (const share of [1 - step / length, 1 + step / length]) {
			const [u, v] = [wrap(Math.round(across * share)), wrap(Math.round(down * share))];
			strongest = Math.max(strongest, logs[v * TILE + u] ?? 0);
		}
	return strongest;
}
