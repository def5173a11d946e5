import type { Box, Point } from "../../contracts/primitives.js";
import type { Defect, Evidence, Refusal } from "../../contracts/reading.js";
import type { Picture } from "../picture.js";
import { type Foreground, median, quantile, separateForeground } from "./background.js";
import { findSilhouettes, otsuThreshold, type Silhouette } from "./silhouette.js";
import {
	ANGLES,
	countOutline,
	countRing,
	MOST_TEETH,
	outlineSpectrum,
	type RadialProfile,
	type ToothRow,
	traceOutline,
	withoutForm,
} from "./tooth-evidence.js";

/** What is seen of one spur gear or sprocket face-on. Lengths and boxes in pixels of the given picture. */
export interface GearReading {
	/** Null where no gear was found. */
	readonly box: Box | null;
	readonly centre: Point | null;
	/** Radius of the circle through the tooth tips, and through the roots; means of both axes. */
	readonly tipRadius: number | null;
	readonly rootRadius: number | null;
	/** Places for teeth that go round; to be believed only where `refusal` is null. */
	readonly toothCount: number | null;
	readonly confidence: number;
	/** What each method counted. */
	readonly evidence: readonly Evidence[];
	readonly defects: readonly Defect[];
	/**
	 * `no_gear`: nothing toothed and round. `too_small`: teeth of too few pixels. `readers_disagree`: the
	 * methods count differently, as they do when a tooth is missing. `low_confidence`: uneven pitch, a broken
	 * tooth, or more than one gear in view.
	 */
	readonly refusal: Refusal | null;
}

/** Version of the rules below; part of the evidence, so that a verdict can be traced to them. */
const VERSION = "1";

const ROUNDEST_TILT = 0.7;
/** Tooth height over tip radius: module-scaled teeth of 8..160 places lie within (ISO 53: height 2.25 modules). */
const SHALLOWEST = 0.02;
const DEEPEST = 0.5;
/** Fewer pixels than this per pitch or per tooth height can't be told from noise. */
const SMALLEST_PITCH = 6;
const SMALLEST_HEIGHT = 2.5;
const LEAST_DOMINANCE = 0.5;
const MOST_IRREGULARITY = 0.15;
/** A tooth whose tip is this share of the tooth height lower than the others' is broken. */
const BROKEN = 0.3;
/** Fractions of the foreground's own threshold tried: low-contrast parts need less, shadows more. */
const THRESHOLD_SCALES = [1, 0.6, 1.4] as const;

interface Candidate {
	readonly silhouette: Silhouette;
	readonly profile: RadialProfile;
	readonly tip: number;
	readonly root: number;
	readonly places: number;
	readonly confidence: number;
	readonly counts: readonly {
		readonly reader: string;
		readonly count: number;
		readonly confidence: number;
	}[];
	readonly gaps: readonly number[];
	readonly broken: readonly number[];
	readonly refusal: Refusal | null;
}

/**
 * Finds the gear in the picture and counts its teeth by three methods that fail differently: the spectrum
 * of the outline, teeth of the outline one by one, and edges along a circle in the picture itself. The count
 * is accepted only where all three agree, the pitch is even, every tooth is whole and one gear is in view.
 */
export function readGear(picture: Picture): GearReading {
	const foreground = separateForeground(picture);
	const threshold = otsuThreshold(foreground.values);
	const attempts = THRESHOLD_SCALES.map((scale) => candidatesAt(foreground, threshold * scale));
	const all = attempts.flat();
	const best = all.reduce<Candidate | null>(
		(top, candidate) => (top === null || rank(candidate) > rank(top) ? candidate : top),
		null,
	);
	if (best === null) return NOTHING;
	const refusal = best.refusal ?? contradiction(best, all);
	return describe(best, foreground, refusal);
}

const NOTHING: GearReading = {
	box: null,
	centre: null,
	tipRadius: null,
	rootRadius: null,
	toothCount: null,
	confidence: 0,
	evidence: [],
	defects: [],
	refusal: "no_gear",
};

/** Gears that count cleanly before others; among them the larger, then the surer. */
function rank(candidate: Candidate): number {
	return (candidate.refusal === null ? 2 : 0) + candidate.confidence;
}

/** Another gear, or another count of the same one, at any threshold: then nobody knows which one was meant. */
function contradiction(best: Candidate, all: readonly Candidate[]): Refusal | null {
	for (const other of all) {
		if (other === best || other.refusal !== null) continue;
		const apart = Math.hypot(
			other.profile.centre[0] - best.profile.centre[0],
			other.profile.centre[1] - best.profile.centre[1],
		);
		if (apart > 0.2 * best.profile.pixelsPerUnit) return "low_confidence";
		if (other.places !== best.places) return "readers_disagree";
	}
	return null;
}

function candidatesAt(foreground: Foreground, threshold: number): readonly Candidate[] {
	return findSilhouettes(foreground, threshold)
		.filter((silhouette) => silhouette.roundness >= ROUNDEST_TILT)
		.slice(0, 4)
		.map((silhouette) => weigh(foreground, silhouette))
		.filter((candidate) => candidate !== null);
}

/** Null where the silhouette has no teeth: a disc, a plate, a smear. */
function weigh(foreground: Foreground, silhouette: Silhouette): Candidate | null {
	const profile = traceOutline(silhouette);
	const spectrum = outlineSpectrum(profile.radii);
	const teeth = withoutForm(profile.radii);
	const mean = profile.radii.reduce((sum, radius) => sum + radius, 0) / ANGLES;
	const tip = mean + quantile(teeth, 0.9);
	const root = mean + quantile(teeth, 0.1);
	const height = tip - root;
	if (height / tip < SHALLOWEST || height / tip > DEEPEST) return null;
	if (spectrum.overForm < 1 || spectrum.dominance < 0.2) return null;
	const outline = countOutline(teeth);
	const ring = countRing(foreground, silhouette, profile.centre, (tip + root) / 2);
	if (outline === null || outline.irregularity > 2 * MOST_IRREGULARITY) return null;

	const broken = shortTeeth(teeth, outline);
	const regularity = (row: ToothRow | null) =>
		row === null ? 0 : Math.max(0, 1 - row.irregularity / (2 * MOST_IRREGULARITY));
	const counts = [
		{ reader: "gear-outline-spectrum", count: spectrum.places, confidence: spectrum.dominance },
		{ reader: "gear-outline-teeth", count: outline.teeth.length, confidence: regularity(outline) },
		{ reader: "gear-ring-edges", count: ring?.teeth.length ?? 0, confidence: regularity(ring) },
	];
	const pitchPixels = (2 * Math.PI * root * profile.pixelsPerUnit) / spectrum.places;
	const sameCount = counts.every(({ count }) => count === spectrum.places);
	const even =
		spectrum.dominance >= LEAST_DOMINANCE &&
		outline.irregularity <= MOST_IRREGULARITY &&
		(ring?.irregularity ?? 1) <= MOST_IRREGULARITY;
	return {
		silhouette,
		profile,
		tip,
		root,
		places: spectrum.places,
		confidence: Math.min(...counts.map(({ confidence }) => confidence)),
		counts,
		gaps: outline.places === spectrum.places ? outline.gaps : [],
		broken,
		refusal:
			pitchPixels < SMALLEST_PITCH ||
			height * profile.pixelsPerUnit < SMALLEST_HEIGHT ||
			spectrum.places > MOST_TEETH
				? "too_small"
				: !sameCount
					? "readers_disagree"
					: even && broken.length === 0
						? null
						: "low_confidence",
	};
}

/** Angles of teeth that end well below their fellows. */
function shortTeeth(teeth: Float64Array, row: ToothRow): readonly number[] {
	const half = Math.round(ANGLES / row.places / 4);
	const heights = row.teeth.map((angle) => {
		const middle = Math.round((angle * ANGLES) / (2 * Math.PI));
		let highest = Number.NEGATIVE_INFINITY;
		for (let i = middle - half; i <= middle + half; i++) {
			highest = Math.max(highest, teeth[(i + 2 * ANGLES) % ANGLES] ?? highest);
		}
		return highest;
	});
	const usual = median(heights);
	const height = usual - quantile(teeth, 0.1);
	return row.teeth.filter((_, i) => usual - (heights[i] ?? usual) > BROKEN * height);
}

function describe(gear: Candidate, foreground: Foreground, refusal: Refusal | null): GearReading {
	const { scale } = foreground;
	const [left, top, right, bottom] = gear.silhouette.bounds;
	const [cx, cy] = gear.profile.centre;
	return {
		box: [left * scale, top * scale, (right - left + 1) * scale, (bottom - top + 1) * scale],
		centre: [cx * scale, cy * scale],
		tipRadius: gear.tip * gear.profile.pixelsPerUnit * scale,
		rootRadius: gear.root * gear.profile.pixelsPerUnit * scale,
		toothCount: gear.places,
		confidence: gear.confidence,
		evidence: gear.counts.map(({ reader, count, confidence }) => ({
			reader,
			version: VERSION,
			text: String(count),
			confidence,
		})),
		defects: [
			...gear.gaps.map((angle) => ({ kind: "missing_tooth", box: placeBox(gear, angle, scale) })),
			...gear.broken.map((angle) => ({ kind: "broken_tooth", box: placeBox(gear, angle, scale) })),
		],
		refusal,
	};
}

/** Square of one pitch about the place of a tooth. */
function placeBox(gear: Candidate, angle: number, scale: number): Box {
	const [a, b, , d] = gear.silhouette.shape;
	const [cx, cy] = gear.profile.centre;
	const radius = (gear.tip + gear.root) / 2;
	const x = (cx + radius * (a * Math.cos(angle) + b * Math.sin(angle))) * scale;
	const y = (cy + radius * (b * Math.cos(angle) + d * Math.sin(angle))) * scale;
	const pitch = ((2 * Math.PI * radius * gear.profile.pixelsPerUnit) / gear.places) * scale;
	const side = Math.max(pitch, (gear.tip - gear.root) * gear.profile.pixelsPerUnit * scale);
	return [x - side / 2, y - side / 2, side, side];
}
