import { type Foreground, median, quantile, sampleAt } from "./background.js";
import { otsuThreshold, type Silhouette } from "./silhouette.js";

/**
 * Teeth along one circle: a regular grid of places (`places` of them go round) and which of them hold a
 * tooth. Angles in radians about the gear's centre, in the gear's own round coordinates.
 */
export interface ToothRow {
	readonly places: number;
	readonly teeth: readonly number[];
	/** Angles of places without a tooth. */
	readonly gaps: readonly number[];
	/** Root mean square deviation of neighbouring teeth from whole pitches, in pitches. */
	readonly irregularity: number;
}

export interface RadialProfile {
	/** Outermost radius at each of `ANGLES` equal steps, in units of the moment ellipse. */
	readonly radii: Float64Array;
	/** In pixels of the foreground plane. */
	readonly centre: readonly [number, number];
	/** Pixels per unit of radius (mean of the two axes). */
	readonly pixelsPerUnit: number;
}

export const ANGLES = 2880;
const TURN = Float64Array.from({ length: ANGLES }, (_, i) => (2 * Math.PI * i) / ANGLES);
const COSINES = TURN.map(Math.cos);
const SINES = TURN.map(Math.sin);
/** Harmonics that belong to the part's overall form (centre, tilt, three- and fourfold shapes), not its teeth. */
const FORM_HARMONICS = 4;
export const FEWEST_TEETH = 8;
export const MOST_TEETH = 160;

/** Outline of the silhouette seen from its centre; the centre is moved until the outline runs evenly about it. */
export function traceOutline(silhouette: Silhouette): RadialProfile {
	const [a, b, , d] = silhouette.shape;
	const pixelsPerUnit = Math.sqrt(Math.abs(a * d - b * b));
	const [left, top, right, bottom] = silhouette.bounds;
	const reach = (Math.hypot(right - left, bottom - top) / 2 / pixelsPerUnit) * 1.2;
	let centre = silhouette.centre;
	let radii: Float64Array = new Float64Array(ANGLES);
	for (let round = 0; round < 3; round++) {
		radii = radiiFrom(silhouette, centre, reach, 0.5 / pixelsPerUnit);
		const [cosine, sine] = harmonic(radii, 1);
		centre = [centre[0] + a * cosine + b * sine, centre[1] + b * cosine + d * sine];
	}
	return { radii, centre, pixelsPerUnit };
}

function radiiFrom(
	{ mask, width, height, shape }: Silhouette,
	[cx, cy]: readonly [number, number],
	reach: number,
	step: number,
): Float64Array {
	const [a, b, , d] = shape;
	return Float64Array.from({ length: ANGLES }, (_, i) => {
		const dx = a * (COSINES[i] ?? 0) + b * (SINES[i] ?? 0);
		const dy = b * (COSINES[i] ?? 0) + d * (SINES[i] ?? 0);
		for (let radius = reach; radius > 0; radius -= step) {
			const x = Math.round(cx + radius * dx);
			const y = Math.round(cy + radius * dy);
			if (x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1) return radius;
		}
		return 0;
	});
}

/** Cosine and sine amplitude of one harmonic of a closed profile. */
function harmonic(profile: Float64Array, order: number): readonly [number, number] {
	let cosine = 0;
	let sine = 0;
	for (let i = 0; i < ANGLES; i++) {
		const step = (order * i) % ANGLES;
		cosine += (profile[i] ?? 0) * (COSINES[step] ?? 0);
		sine += (profile[i] ?? 0) * (SINES[step] ?? 0);
	}
	return [(2 * cosine) / ANGLES, (2 * sine) / ANGLES];
}

/** The profile without its mean and overall form: teeth only, about zero. */
export function withoutForm(profile: Float64Array): Float64Array {
	const flat = Float64Array.from(profile);
	const mean = profile.reduce((sum, value) => sum + value, 0) / profile.length;
	for (const [i, value] of profile.entries()) flat[i] = value - mean;
	for (let order = 1; order <= FORM_HARMONICS; order++) {
		const [cosine, sine] = harmonic(profile, order);
		for (const [i, value] of flat.entries()) {
			const step = (order * i) % ANGLES;
			flat[i] = value - cosine * (COSINES[step] ?? 0) - sine * (SINES[step] ?? 0);
		}
	}
	return flat;
}

export interface Spectrum {
	/** The harmonic with the most power: so many equal teeth go round. */
	readonly places: number;
	/** Its share of all power, with its own overtones, 0..1. */
	readonly dominance: number;
	/** Its amplitude over that of the strongest harmonic of the overall form. */
	readonly overForm: number;
}

/** First method: the line spectrum of the outline's radius over one turn. */
export function outlineSpectrum(radii: Float64Array): Spectrum {
	const power = Array.from({ length: 2 * MOST_TEETH + 1 }, (_, order) => {
		if (order === 0) return 0;
		const [cosine, sine] = harmonic(radii, order);
		return cosine * cosine + sine * sine;
	});
	let places = FEWEST_TEETH;
	for (let order = FEWEST_TEETH; order <= MOST_TEETH; order++) {
		if ((power[order] ?? 0) > (power[places] ?? 0)) places = order;
	}
	let own = 0;
	let all = 0;
	for (const [order, value] of power.entries()) {
		if (order <= FORM_HARMONICS) continue;
		all += value;
		if (order % places === 0) own += value;
	}
	const form = Math.max(...power.slice(1, FORM_HARMONICS + 1));
	const strongest = power[places] ?? 0;
	return {
		places,
		dominance: all > 0 ? own / all : 0,
		overForm: form > 0 ? Math.sqrt(strongest / form) : Number.POSITIVE_INFINITY,
	};
}

/** Second method: teeth of the outline counted one by one at half their height. */
export function countOutline(teeth: Float64Array): ToothRow | null {
	const tip = quantile(teeth, 0.9);
	const root = quantile(teeth, 0.1);
	return countAlong(teeth, (tip + root) / 2, (tip - root) * 0.15);
}

/**
 * Third method: the picture itself, sampled along one circle through the teeth, without the outline. The
 * threshold is found anew on the circle's own samples.
 */
export function countRing(
	foreground: Foreground,
	silhouette: Silhouette,
	centre: readonly [number, number],
	radius: number,
): ToothRow | null {
	const [a, b, , d] = silhouette.shape;
	const samples = Float64Array.from({ length: ANGLES }, (_, i) => {
		const x = centre[0] + radius * (a * (COSINES[i] ?? 0) + b * (SINES[i] ?? 0));
		const y = centre[1] + radius * (b * (COSINES[i] ?? 0) + d * (SINES[i] ?? 0));
		return sampleAt(foreground, x, y);
	});
	const threshold = otsuThreshold(samples);
	const span = quantile(samples, 0.9) - quantile(samples, 0.1);
	return countAlong(samples, threshold, span * 0.1);
}

/**
 * Runs above the threshold, with hysteresis, laid on a grid whose pitch is the middle distance of
 * neighbours. Null where there are too few runs to speak of a pitch.
 */
function countAlong(samples: Float64Array, threshold: number, slack: number): ToothRow | null {
	const start = samples.findIndex((value) => value < threshold - slack);
	if (start < 0) return null;
	const teeth: number[] = [];
	let rising = -1;
	for (let step = 1; step <= samples.length; step++) {
		const value = samples[(start + step) % samples.length] ?? 0;
		if (rising < 0 && value > threshold + slack) rising = step;
		if (rising >= 0 && value < threshold - slack) {
			teeth.push((Math.PI * (2 * start + rising + step - 1)) / samples.length);
			rising = -1;
		}
	}
	if (teeth.length < FEWEST_TEETH / 2) return null;
	const steps = teeth.map((angle, i) => (teeth[i + 1] ?? (teeth[0] ?? 0) + 2 * Math.PI) - angle);
	const pitch = (2 * Math.PI) / Math.round((2 * Math.PI) / median(steps));
	const gaps: number[] = [];
	let places = 0;
	let squares = 0;
	for (const [i, step] of steps.entries()) {
		const pitches = Math.round(step / pitch);
		places += pitches;
		squares += (step / pitch - pitches) ** 2;
		for (let gap = 1; gap < pitches; gap++) gaps.push((teeth[i] ?? 0) + (step * gap) / pitches);
	}
	return { places, teeth, gaps, irregularity: Math.sqrt(squares / steps.length) };
}
