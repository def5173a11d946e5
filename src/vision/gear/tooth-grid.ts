import { ANGLES } from "./outline.js";
import { crestOf } from "./spectrum.js";
import { median } from "./statistics.js";
import { fitSlowly, slowly, slowTerms } from "./tooth-form.js";

/** Teeth met along one circle. Angles in radians, in the gear's own round coordinates. */
export interface ToothRow {
	readonly teeth: readonly number[];
	/** Root mean square deviation of neighbouring teeth from whole pitches, in pitches. */
	readonly irregularity: number;
}

/**
 * Runs above the threshold, with hysteresis. Null where there are too few to speak of a pitch, or where the
 * samples never fall below it.
 */
export function teethAlong(samples: Float64Array, threshold: number, slack: number): ToothRow | null {
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
	if (teeth.length < 3) return null;
	const steps = teeth.map((angle, i) => (teeth[i + 1] ?? (teeth[0] ?? 0) + 2 * Math.PI) - angle);
	const pitch = (2 * Math.PI) / Math.round((2 * Math.PI) / median(steps));
	let squares = 0;
	for (const step of steps) squares += (step / pitch - Math.max(1, Math.round(step / pitch))) ** 2;
	return { teeth, irregularity: Math.sqrt(squares / steps.length) };
}

/** Where the places for teeth lie: evenly round, but for what tilt and perspective do slowly. */
export interface ToothGrid {
	readonly places: number;
	/** Angle of the middle of each place, radians. */
	readonly centres: readonly number[];
	/** Root mean square deviation of the teeth from their places, in pitches. */
	readonly pitchDeviation: number;
}

/** A deviation in pitches that is never held to be a tooth out of place. */
const PLACE_FLOOR = 0.03;

/** Lays `places` places over teeth met along a circle. */
export function layGrid(heights: Float64Array, teeth: readonly number[], places: number): ToothGrid {
	const pitch = (2 * Math.PI) / places;
	const first = crestOf(heights, places);
	const deviations = teeth.map((angle) => {
		const place = (angle - first) / pitch;
		return place - Math.round(place);
	});
	const terms = fitSlowly(teeth, deviations, PLACE_FLOOR);
	let squares = 0;
	for (const [i, angle] of teeth.entries()) {
		squares += ((deviations[i] ?? 0) - slowly(terms, slowTerms(angle))) ** 2;
	}
	return {
		places,
		centres: Array.from({ length: places }, (_, place) => {
			const angle = first + place * pitch;
			return angle + pitch * slowly(terms, slowTerms(angle));
		}),
		pitchDeviation: teeth.length > 0 ? Math.sqrt(squares / teeth.length) : 0,
	};
}

/** Samples of the outline across one pitch. */
export const ACROSS = 32;

/** The outline across each place, one pitch wide, `ACROSS` samples from one middle of a gap to the next. */
export function toothShapes(heights: Float64Array, { centres, places }: ToothGrid): readonly Float64Array[] {
	const pitch = ANGLES / places;
	return centres.map((centre) => {
		const middle = (centre * ANGLES) / (2 * Math.PI);
		return Float64Array.from({ length: ACROSS }, (_, k) => {
			const at = middle + ((k + 0.5) / ACROSS - 0.5) * pitch;
			const below = Math.floor(at);
			const share = at - below;
			const index = ((below % ANGLES) + ANGLES) % ANGLES;
			return (heights[index] ?? 0) * (1 - share) + (heights[(index + 1) % ANGLES] ?? 0) * share;
		});
	});
}
