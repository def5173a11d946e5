import { type Plane, sampleAt } from "./plane.js";
import type { Silhouette } from "./silhouette.js";

/**
 * A gear's outline seen from its centre. Angles run clockwise on the screen from three o'clock, in the gear's own
 * round coordinates: the moment ellipse is its unit circle.
 */
export interface RadialProfile {
	/** Outermost radius at each of `ANGLES` equal steps, in units of the moment ellipse. */
	readonly radii: Float64Array;
	/** In pixels of the plane. */
	readonly centre: readonly [number, number];
	/** As `Silhouette.shape`. */
	readonly shape: readonly [number, number, number, number];
	/** Pixels per unit of radius (mean of the two axes). */
	readonly pixelsPerUnit: number;
}

/** Steps of one turn; a power of two. The finest gear counted has a dozen of them a tooth. */
export const ANGLES = 2048;
const TURN = Float64Array.from({ length: ANGLES }, (_, i) => (2 * Math.PI * i) / ANGLES);
export const COSINES = TURN.map(Math.cos);
export const SINES = TURN.map(Math.sin);

const MOST_ROUNDS = 3;
/** Pixels. */
const CENTRED = 0.5;

/**
 * Outline of the silhouette; the centre is moved until the outline runs evenly about it. Radii end where the
 * plane falls below the threshold, between pixels.
 */
export function traceOutline(plane: Plane, threshold: number, silhouette: Silhouette): RadialProfile {
	const { shape } = silhouette;
	const [a, b, , d] = shape;
	const pixelsPerUnit = Math.sqrt(Math.abs(a * d - b * b));
	const [left, top, right, bottom] = silhouette.bounds;
	const reach = (Math.hypot(right - left, bottom - top) / 2 / pixelsPerUnit) * 1.2;
	let centre = silhouette.centre;
	let radii: Float64Array = new Float64Array(ANGLES);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		radii = radiiFrom(plane, threshold, silhouette, centre, reach, 1 / pixelsPerUnit);
		const [cosine, sine] = firstHarmonic(radii);
		// The circles are fitted with this harmonic: a fraction of a pixel beside the axis changes nothing.
		if (Math.hypot(cosine, sine) * pixelsPerUnit < CENTRED) break;
		centre = [centre[0] + a * cosine + b * sine, centre[1] + b * cosine + d * sine];
	}
	return { radii, centre, shape, pixelsPerUnit };
}

/** Where a point of the gear's round coordinates, at a radius and an angle given by its cosine and sine, lies in the plane. */
export function pointAt(
	{ centre, shape: [a, b, , d] }: Pick<RadialProfile, "centre" | "shape">,
	cosine: number,
	sine: number,
	radius: number,
): readonly [number, number] {
	const x = radius * cosine;
	const y = radius * sine;
	return [centre[0] + a * x + b * y, centre[1] + b * x + d * y];
}

function radiiFrom(
	plane: Plane,
	threshold: number,
	{ mask, width, height, shape }: Silhouette,
	[cx, cy]: readonly [number, number],
	reach: number,
	step: number,
): Float64Array {
	const [a, b, , d] = shape;
	const radii = new Float64Array(ANGLES);
	for (let i = 0; i < ANGLES; i++) {
		const dx = a * (COSINES[i] ?? 0) + b * (SINES[i] ?? 0);
		const dy = b * (COSINES[i] ?? 0) + d * (SINES[i] ?? 0);
		for (let radius = reach; radius > 0; radius -= step) {
			const x = Math.round(cx + radius * dx);
			const y = Math.round(cy + radius * dy);
			if (x < 0 || y < 0 || x >= width || y >= height || mask[y * width + x] !== 1) continue;
			const inside = sampleAt(plane, cx + radius * dx, cy + radius * dy) - threshold;
			const outside = sampleAt(plane, cx + (radius + step) * dx, cy + (radius + step) * dy) - threshold;
			// A nearest pixel's centre and the point on the ray lie up to half a pixel apart.
			if (inside < 0) continue;
			radii[i] = radius + (outside < 0 ? (step * inside) / (inside - outside) : 0);
			break;
		}
	}
	return radii;
}

function firstHarmonic(radii: Float64Array): readonly [number, number] {
	let cosine = 0;
	let sine = 0;
	for (let i = 0; i < ANGLES; i++) {
		cosine += (radii[i] ?? 0) * (COSINES[i] ?? 0);
		sine += (radii[i] ?? 0) * (SINES[i] ?? 0);
	}
	return [(2 * cosine) / ANGLES, (2 * sine) / ANGLES];
}
