import type { Refusal } from "../../contracts/reading.js";
import type { Foreground } from "./background.js";
import { COSINES, pointAt, type RadialProfile, SINES, traceOutline } from "./outline.js";
import { sampleAt } from "./plane.js";
import { otsuThreshold, type Silhouette } from "./silhouette.js";
import { spectrumOf } from "./spectrum.js";
import { quantile } from "./statistics.js";
import { type ToothLoss, toothLosses } from "./tooth-damage.js";
import { fitToothForm, type ToothForm } from "./tooth-form.js";
import { layGrid, type ToothGrid, type ToothRow, teethAlong } from "./tooth-grid.js";

/** What one method counted. */
export interface Count {
	readonly reader: string;
	readonly count: number;
	readonly confidence: number;
}

/** One silhouette taken for a gear, in pixels of the plane it was found in. */
export interface Candidate {
	readonly silhouette: Silhouette;
	readonly profile: RadialProfile;
	readonly form: ToothForm;
	readonly grid: ToothGrid;
	readonly loss: ToothLoss;
	readonly counts: readonly Count[];
	readonly confidence: number;
	/** Smaller side of a tooth in pixels of the plane. */
	readonly toothPixels: number;
	readonly refusal: Refusal | null;
}

/** Tooth height over tip radius: module-scaled teeth of 8..160 places lie within (ISO 53: height 2.25 modules). */
const SHALLOWEST = 0.02;
const DEEPEST = 0.5;
/** Fewer pixels than this per pitch or per tooth height can't be told from noise. */
const SMALLEST_PITCH = 6;
const SMALLEST_HEIGHT = 2.5;
/** Share of the outline's power that a toothing has at least, and one whose count may be believed. */
const TOOTHED = 0.2;
const BELIEVED = 0.5;
/** Root mean square in pitches. */
const MOST_IRREGULARITY = 0.15;

/**
 * Measures one silhouette and counts its teeth by three methods that fail differently: the spectrum of the
 * outline, teeth of the outline one by one, and edges along a circle in the picture itself. Null where the
 * silhouette has no teeth: a disc, a plate, a smear.
 */
export function weighGear(
	foreground: Foreground,
	threshold: number,
	silhouette: Silhouette,
): Candidate | null {
	const profile = traceOutline(foreground, threshold, silhouette);
	const { places, dominance, overForm } = spectrumOf(profile.radii);
	if (overForm < 1 || dominance < TOOTHED) return null;
	const form = fitToothForm(profile.radii, places);
	const height = form.tip - form.root;
	if (height / form.tip < SHALLOWEST || height / form.tip > DEEPEST) return null;
	const outline = teethAlong(form.heights, 0.5, 0.15);
	if (outline === null || outline.irregularity > 2 * MOST_IRREGULARITY) return null;
	const ring = ringTeeth(foreground, profile, form);
	const grid = layGrid(form.heights, outline.teeth, places);
	const counts = [
		{ reader: "gear-outline-spectrum", count: places, confidence: dominance },
		{ reader: "gear-outline-teeth", count: outline.teeth.length, confidence: regularity(outline) },
		{ reader: "gear-ring-edges", count: ring?.teeth.length ?? 0, confidence: regularity(ring) },
	];
	const pitchPixels = (2 * Math.PI * form.root * profile.pixelsPerUnit) / places;
	const heightPixels = height * profile.pixelsPerUnit;
	const even =
		dominance >= BELIEVED &&
		outline.irregularity <= MOST_IRREGULARITY &&
		(ring?.irregularity ?? 1) <= MOST_IRREGULARITY;
	return {
		silhouette,
		profile,
		form,
		grid,
		loss: toothLosses(form.heights, grid),
		counts,
		confidence: Math.min(...counts.map(({ confidence }) => confidence)),
		toothPixels: Math.min(heightPixels, pitchPixels / 2),
		refusal:
			pitchPixels < SMALLEST_PITCH || heightPixels < SMALLEST_HEIGHT
				? "too_small"
				: counts.some(({ count }) => count !== places)
					? "readers_disagree"
					: even
						? null
						: "low_confidence",
	};
}

function regularity(row: ToothRow | null): number {
	return row === null ? 0 : Math.max(0, 1 - row.irregularity / (2 * MOST_IRREGULARITY));
}

/**
 * Third method: the picture itself, sampled halfway between the circles, without the outline. The threshold is
 * found anew on these samples.
 */
function ringTeeth(foreground: Foreground, profile: RadialProfile, form: ToothForm): ToothRow | null {
	const samples = form.middles.map((radius, i) => {
		const [x, y] = pointAt(profile, COSINES[i] ?? 0, SINES[i] ?? 0, radius);
		return sampleAt(foreground, x, y);
	});
	const span = quantile(samples, 0.9) - quantile(samples, 0.1);
	return teethAlong(samples, otsuThreshold(samples), span * 0.1);
}
