import type { Box, Point } from "../../contracts/primitives.js";
import type { Defect, Evidence, GearShape, Refusal } from "../../contracts/reading.js";
import { boundingBox, overlapOfSmaller } from "../../domain/geometry.js";
import type { Picture } from "../picture.js";
import { type Background, type Foreground, foregroundOf, overviewOf } from "./background.js";
import { pointAt } from "./outline.js";
import { type Window, windowOf } from "./plane.js";
import { findSilhouettes, otsuThreshold } from "./silhouette.js";
import { damagedTeeth, type ToothLoss } from "./tooth-damage.js";
import { type Candidate, weighGear } from "./weigh-gear.js";

/** What is seen of one spur gear or sprocket face-on. Lengths and boxes in pixels of the given picture. */
export interface GearReading {
	readonly box: Box;
	/** Places for teeth that go round; to be believed only where `refusal` is null. */
	readonly toothCount: number;
	readonly confidence: number;
	/** What each method counted. */
	readonly evidence: readonly Evidence[];
	readonly shape: GearShape;
	/** Teeth that are less than their fellows, clockwise from three o'clock. */
	readonly defects: readonly Defect[];
	/**
	 * `too_small`: teeth of too few pixels. `readers_disagree`: the methods count differently, as they do when
	 * a tooth is missing. `low_confidence`: uneven pitch. `several_gears`: nobody knows which one is meant.
	 */
	readonly refusal: Refusal | null;
}

/** Version of the rules of this folder; part of the evidence, so that a verdict can be traced to them. */
const VERSION = "2";

const ROUNDEST_TILT = 0.7;
/** Long side at which one gear is measured: a tooth of 160 still has 8 pixels. */
const GEAR_LONG_SIDE = 640;
/** Ground kept about a gear, as a share of its own long side. */
const MARGIN = 0.08;
/** Fractions of the foreground's own threshold tried: low-contrast parts need less, shadows more. */
const THRESHOLD_SCALES = [1, 0.6, 1.4] as const;
/** More round things than this in one picture are a tray of parts, not a witness. */
const MOST_SITES = 4;

/**
 * Finds the gears in the picture, the largest first, counts their teeth and compares each tooth with its fellows.
 * A count is accepted only where three methods agree, the pitch is even and one gear is in view.
 */
export function readGears(picture: Picture): readonly GearReading[] {
	const { foreground, background } = overviewOf(picture);
	const threshold = otsuThreshold(foreground.values);
	const gears = sitesOf(foreground, threshold)
		.map((site) => measureSite(picture, background, threshold, site))
		.filter((gear) => gear !== null)
		.sort((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
	return gears.length > 1
		? gears.map((gear) => ({ ...gear, refusal: gear.refusal ?? "several_gears" }))
		: gears;
}

/** Where something about as broad as high lies, at whatever threshold; in pixels of the picture. */
function sitesOf(foreground: Foreground, threshold: number): readonly Box[] {
	const { scale } = foreground.window;
	const sites: Box[] = [];
	for (const share of THRESHOLD_SCALES) {
		for (const { bounds, roundness } of findSilhouettes(foreground, threshold * share)) {
			if (roundness < ROUNDEST_TILT) continue;
			const [left, top, right, bottom] = bounds;
			const box: Box = [left * scale, top * scale, (right + 1 - left) * scale, (bottom + 1 - top) * scale];
			const known = sites.findIndex((site) => overlapOfSmaller(site, box) > 0.5);
			if (known < 0) sites.push(box);
			else sites[known] = boundingBox([...corners(box), ...corners(sites[known] ?? box)]);
		}
	}
	return sites.sort((a, b) => b[2] * b[3] - a[2] * a[3]).slice(0, MOST_SITES);
}

const corners = ([x, y, width, height]: Box): readonly Point[] => [
	[x, y],
	[x + width, y + height],
];

/** The site with some ground about it, at the scale at which teeth are measured. */
function windowAbout([x, y, width, height]: Box, picture: Picture): Window {
	const margin = Math.max(4, MARGIN * Math.max(width, height));
	const left = Math.max(0, Math.floor(x - margin));
	const top = Math.max(0, Math.floor(y - margin));
	const right = Math.min(picture.width, Math.ceil(x + width + margin));
	const bottom = Math.min(picture.height, Math.ceil(y + height + margin));
	return windowOf([left, top, right - left, bottom - top], GEAR_LONG_SIDE);
}

function measureSite(
	picture: Picture,
	background: Background,
	threshold: number,
	site: Box,
): GearReading | null {
	const foreground = foregroundOf(picture, background, windowAbout(site, picture));
	const candidates = THRESHOLD_SCALES.flatMap((share) => {
		const [largest] = findSilhouettes(foreground, threshold * share);
		const candidate =
			largest && largest.roundness >= ROUNDEST_TILT
				? weighGear(foreground, threshold * share, largest)
				: null;
		return candidate ? [candidate] : [];
	});
	const best = candidates.reduce<Candidate | null>(
		(top, candidate) => (top === null || rank(candidate) > rank(top) ? candidate : top),
		null,
	);
	if (best === null) return null;
	const contradicted = candidates.some(
		({ refusal, grid }) => refusal === null && grid.places !== best.grid.places,
	);
	return describe(
		best,
		candidates,
		foreground.window,
		best.refusal ?? (contradicted ? "readers_disagree" : null),
	);
}

/** Gears that count cleanly before others; among them the surer. */
function rank({ refusal, confidence }: Candidate): number {
	return (refusal === null ? 2 : 0) + confidence;
}

/**
 * What is lost at every threshold. A tooth that is only dark, from ink or in a shadow, is there at one of them; a
 * tooth that is gone shows the ground at all.
 */
function lossAtAll(best: Candidate, candidates: readonly Candidate[]): ToothLoss {
	const same = candidates.filter(({ grid }) => grid.places === best.grid.places);
	const least = (of: (loss: ToothLoss) => readonly number[]) =>
		best.grid.centres.map((centre) =>
			Math.min(...same.map(({ grid, loss }) => of(loss)[placeAt(grid, centre)] ?? 0)),
		);
	return {
		...best.loss,
		area: least(({ area }) => area),
		height: least(({ height }) => height),
		scatter: Math.max(...same.map(({ loss }) => loss.scatter)),
	};
}

/** The place of another grid of as many places that lies nearest to an angle. */
function placeAt({ centres, places }: Candidate["grid"], angle: number): number {
	const turns = (angle - (centres[0] ?? 0)) / (2 * Math.PI);
	return ((Math.round(turns * places) % places) + places) % places;
}

function describe(
	gear: Candidate,
	candidates: readonly Candidate[],
	window: Window,
	refusal: Refusal | null,
): GearReading {
	const { left, top, scale } = window;
	const { profile, form, grid, silhouette } = gear;
	const damage = damagedTeeth(lossAtAll(gear, candidates), gear.toothPixels);
	const [x0, y0, x1, y1] = silhouette.bounds;
	const [cx, cy] = profile.centre;
	const unit = profile.pixelsPerUnit * scale;
	return {
		box: [left + x0 * scale, top + y0 * scale, (x1 - x0 + 1) * scale, (y1 - y0 + 1) * scale],
		toothCount: grid.places,
		confidence: gear.confidence,
		evidence: gear.counts.map(({ reader, count, confidence }) => ({
			reader,
			version: VERSION,
			text: String(count),
			confidence,
		})),
		shape: {
			centre: [left + (cx + 0.5) * scale, top + (cy + 0.5) * scale],
			tipRadius: form.tip * unit,
			rootRadius: form.root * unit,
			pitchDeviation: grid.pitchDeviation,
			tipDeviation: gear.loss.tipDeviation,
		},
		defects: damage.map(({ kind, place, confidence }) => ({
			kind,
			box: placeBox(gear, grid.centres[place] ?? 0, window),
			confidence,
		})),
		refusal,
	};
}

/** Upright box about one place within the window, from a little below the root circle to above the tip circle. */
function placeBox({ profile, form, grid }: Candidate, angle: number, window: Window): Box {
	const { left, top, scale } = window;
	const half = Math.PI / grid.places;
	const slack = 0.15 * (form.tip - form.root);
	const points = [-half, 0, half].flatMap((turn) =>
		[form.root - slack, form.tip + slack].map((radius): Point => {
			const [x, y] = pointAt(profile, Math.cos(angle + turn), Math.sin(angle + turn), radius);
			return [left + (x + 0.5) * scale, top + (y + 0.5) * scale];
		}),
	);
	const [x, y, width, height] = boundingBox(points);
	const [clippedX, clippedY] = [Math.max(left, x), Math.max(top, y)];
	const right = Math.min(left + window.width * scale, x + width);
	const bottom = Math.min(top + window.height * scale, y + height);
	return [clippedX, clippedY, right - clippedX, bottom - clippedY];
}
