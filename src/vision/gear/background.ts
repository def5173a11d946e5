import type { Picture } from "../picture.js";
import { channelsOf, type Plane, smooth, type Window, windowOf } from "./plane.js";
import { leastSquares, median } from "./statistics.js";

/** How much each pixel of a window differs from the background: Euclidean distance in RGB, 0..~440. */
export interface Foreground extends Plane {
	readonly window: Window;
}

/** Colour of the ground without a part on it: a quadratic surface a channel, over the whole picture's sides 0..1. */
export type Background = readonly (readonly number[])[];

/** Long side at which background and parts are looked for; teeth are looked at nearer, a part at a time. */
const OVERVIEW_LONG_SIDE = 640;
/** Share of each side taken as the first guess of what is background. */
const FRAME = 0.06;
const TERMS = 6;
const FIT_ROUNDS = 5;
/** Samples along the long side: enough for six coefficients, whatever the picture's size. */
const FIT_SAMPLES = 64;
/** Pixels within this many robust standard deviations of the surface still count as background. */
const INLIER_SIGMAS = 3;

/**
 * The whole picture, small, and its background. The background is a quadratic surface per channel, so that
 * vignetting and a lamp at one side are not taken for a part. It is fitted to the picture's frame first, then
 * to everything that agrees with the fit.
 */
export function overviewOf(picture: Picture): { foreground: Foreground; background: Background } {
	const window = windowOf([0, 0, picture.width, picture.height], OVERVIEW_LONG_SIDE);
	const channels = channelsOf(picture, window).map(smooth);
	const background = fitBackground(channels, window.width, window.height);
	return { background, foreground: against(background, picture, window, channels) };
}

/** A part of the picture at the window's scale, against a background known already. */
export function foregroundOf(picture: Picture, background: Background, window: Window): Foreground {
	return against(background, picture, window, channelsOf(picture, window).map(smooth));
}

function against(
	background: Background,
	picture: Picture,
	window: Window,
	channels: readonly Plane[],
): Foreground {
	const { width, height, scale } = window;
	const values = new Float32Array(width * height);
	for (const [c, channel] of channels.entries()) {
		const [s0 = 0, su = 0, sv = 0, suu = 0, suv = 0, svv = 0] = background[c] ?? [];
		for (let y = 0; y < height; y++) {
			const v = (window.top + y * scale) / picture.height;
			for (let x = 0; x < width; x++) {
				const u = (window.left + x * scale) / picture.width;
				const at = y * width + x;
				const residual =
					(channel.values[at] ?? 0) - (s0 + su * u + sv * v + suu * u * u + suv * u * v + svv * v * v);
				values[at] = (values[at] ?? 0) + residual * residual;
			}
		}
	}
	for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(values[i] ?? 0);
	return { width, height, values, window };
}

interface Sample {
	readonly terms: readonly number[];
	readonly colour: readonly number[];
	readonly inFrame: boolean;
}

function fitBackground(channels: readonly Plane[], width: number, height: number): Background {
	const samples: Sample[] = [];
	const step = Math.max(1, Math.floor(Math.max(width, height) / FIT_SAMPLES));
	for (let y = 0; y < height; y += step) {
		for (let x = 0; x < width; x += step) {
			const u = x / width;
			const v = y / height;
			samples.push({
				terms: [1, u, v, u * u, u * v, v * v],
				colour: channels.map((plane) => plane.values[y * width + x] ?? 0),
				inFrame: u < FRAME || v < FRAME || u > 1 - FRAME || v > 1 - FRAME,
			});
		}
	}
	// A plain median colour of the frame is where the rounds start: something at the rim must not bend the surface.
	const frame = samples.filter((sample) => sample.inFrame);
	let surfaces: Background = channels.map((_, c) => [
		median(frame.map((sample) => sample.colour[c] ?? 0)),
		0,
		0,
		0,
		0,
		0,
	]);
	for (let round = 0; round < FIT_ROUNDS; round++) {
		const pool = round < 2 ? frame : samples;
		const spread = Math.max(2, 1.4826 * median(frame.map((sample) => distanceFrom(surfaces, sample))));
		const inliers = pool.filter((sample) => distanceFrom(surfaces, sample) <= INLIER_SIGMAS * spread);
		if (inliers.length < 4 * TERMS) break;
		const terms = inliers.map((sample) => sample.terms);
		surfaces = surfaces.map(
			(surface, c) =>
				leastSquares(
					terms,
					inliers.map((sample) => sample.colour[c] ?? 0),
				) ?? surface,
		);
	}
	return surfaces;
}

function distanceFrom(surfaces: Background, { terms, colour }: Sample): number {
	let squares = 0;
	for (const [c, surface] of surfaces.entries()) {
		let residual = colour[c] ?? 0;
		for (const [i, coefficient] of surface.entries()) residual -= coefficient * (terms[i] ?? 0);
		squares += residual * residual;
	}
	return Math.sqrt(squares);
}
