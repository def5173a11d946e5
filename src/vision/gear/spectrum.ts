import { ANGLES, COSINES, SINES } from "./outline.js";

/** Harmonics that belong to the part's overall form (centre, tilt, three- and fourfold shapes), not its teeth. */
export const FORM_HARMONICS = 4;
export const FEWEST_TEETH = 8;
export const MOST_TEETH = 160;

export interface Spectrum {
	/** The harmonic with the most power: so many equal teeth go round. */
	readonly places: number;
	/** Its share of all power, with its own overtones, 0..1. */
	readonly dominance: number;
	/** Its amplitude over that of the strongest harmonic of the overall form. */
	readonly overForm: number;
}

/** The line spectrum of a closed profile of `ANGLES` samples. */
export function spectrumOf(radii: Float64Array): Spectrum {
	const { real, imaginary } = transform(radii);
	const power = Array.from(
		{ length: 2 * MOST_TEETH + 1 },
		(_, order) => (real[order] ?? 0) ** 2 + (imaginary[order] ?? 0) ** 2,
	);
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

/** Angle, in radians, at which the cosine of the given order in the profile has its first crest. */
export function crestOf(profile: Float64Array, order: number): number {
	let cosine = 0;
	let sine = 0;
	for (let i = 0; i < ANGLES; i++) {
		const step = (order * i) % ANGLES;
		cosine += (profile[i] ?? 0) * (COSINES[step] ?? 0);
		sine += (profile[i] ?? 0) * (SINES[step] ?? 0);
	}
	return Math.atan2(sine, cosine) / order;
}

/** Fast Fourier transform, radix 2, decimation in time (Cooley and Tukey 1965). */
function transform(samples: Float64Array): { real: Float64Array; imaginary: Float64Array } {
	const size = ANGLES;
	const real = new Float64Array(size);
	const imaginary = new Float64Array(size);
	const bits = Math.log2(size);
	for (let i = 0; i < size; i++) {
		let reversed = 0;
		for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
		real[reversed] = samples[i] ?? 0;
	}
	for (let half = 1; half < size; half *= 2) {
		const turn = size / (2 * half);
		for (let start = 0; start < size; start += 2 * half) {
			for (let k = 0; k < half; k++) {
				const cosine = COSINES[k * turn] ?? 0;
				const sine = -(SINES[k * turn] ?? 0);
				const even = start + k;
				const odd = even + half;
				const re = (real[odd] ?? 0) * cosine - (imaginary[odd] ?? 0) * sine;
				const im = (real[odd] ?? 0) * sine + (imaginary[odd] ?? 0) * cosine;
				real[odd] = (real[even] ?? 0) - re;
				imaginary[odd] = (imaginary[even] ?? 0) - im;
				real[even] = (real[even] ?? 0) + re;
				imaginary[even] = (imaginary[even] ?? 0) + im;
			}
		}
	}
	return { real, imaginary };
}
