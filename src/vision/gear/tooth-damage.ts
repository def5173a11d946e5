import { median, robustSigma } from "./statistics.js";
import { fitSlowly, slowly, slowTerms } from "./tooth-form.js";
import { ACROSS, type ToothGrid, toothShapes } from "./tooth-grid.js";

export type ToothDamageKind = "missing_tooth" | "broken_tooth" | "worn_tooth";

/** One place of the gear whose tooth is less than its fellows are. */
export interface ToothDamage {
	readonly kind: ToothDamageKind;
	readonly place: number;
	/** 0.5 where it is only just told from its fellows; towards 1 the more is gone. Not calibrated. */
	readonly confidence: number;
}

/** How the teeth differ from the gear's middle tooth. */
export interface ToothLoss {
	/** Share of the middle tooth's area that each tooth lacks, by place. */
	readonly area: readonly number[];
	/** Share of the middle tooth's height that each tooth lacks, by place. */
	readonly height: readonly number[];
	/** Median difference of a tooth's outline from the middle tooth's, either way, as a share of its area. */
	readonly scatter: number;
	/** Robust standard deviation of the tips, as a share of the middle tooth's height. */
	readonly tipDeviation: number;
}

/** Outlines of two equal teeth differ by so much of the tooth height through pixels alone. */
const OUTLINE_SLACK = 0.05;
/** Less than this share is the business of a gauge, not of a picture. */
const LEAST_AREA = 0.1;
const LEAST_HEIGHT = 0.12;
/** An edge is found to about a pixel: losses narrower than that say nothing. */
const EDGE_PIXELS = 1;
/** Losses of fewer times the gear's own scatter, of outlines and of tips, are how its teeth or their picture are. */
const OWN_SCATTERS = 2;
const OWN_TIP_SIGMAS = 6;
/** More than this of the area gone, or of the height: nothing of a tooth is left. */
const GONE = 0.75;
/** More than this gone: a piece broke off. Less: lower or rounder than its fellows. */
const PIECE = 0.25;
/** The top is looked for in the middle half of a pitch. */
const TOP = [ACROSS / 4, (3 * ACROSS) / 4] as const;

/**
 * Compares each tooth with the gear's middle tooth: the median outline across all places. A gear is its own
 * reference, so neither the form of its teeth nor the light matters, as long as fewer than half are damaged alike.
 */
export function toothLosses(heights: Float64Array, grid: ToothGrid): ToothLoss {
	const shapes = toothShapes(heights, grid);
	const middle = Float64Array.from({ length: ACROSS }, (_, k) =>
		median(shapes.map((shape) => shape[k] ?? 0)),
	);
	const whole = middle.reduce((sum, height) => sum + Math.max(0, height), 0);
	const areas = shapes.map((shape) => {
		let lost = 0;
		for (const [k, height] of middle.entries())
			lost += Math.max(0, Math.min(height, height - (shape[k] ?? 0)) - OUTLINE_SLACK);
		return lost / Math.max(1e-9, whole);
	});
	const differences = shapes.map((shape) => {
		let sum = 0;
		for (const [k, height] of middle.entries()) sum += Math.abs(height - (shape[k] ?? 0));
		return sum / Math.max(1e-9, whole);
	});
	const tops = shapes.map((shape) => Math.max(...shape.subarray(...TOP)));
	const usual = Math.max(1e-9, median(tops));
	const lower = tops.map((top) => Math.max(0, usual - Math.max(0, top)) / usual);
	return {
		area: beyondSlow(areas, grid, LEAST_AREA / 2),
		height: beyondSlow(lower, grid, LEAST_HEIGHT / 2),
		scatter: median(differences),
		tipDeviation: robustSigma(tops) / usual,
	};
}

/** What stands out from a slow change round the gear, as tilt and one-sided light make it. */
function beyondSlow(losses: readonly number[], { centres }: ToothGrid, floor: number): readonly number[] {
	const terms = fitSlowly(centres, losses, floor);
	return losses.map((loss, i) => Math.max(0, loss - Math.max(0, slowly(terms, slowTerms(centres[i] ?? 0)))));
}

/**
 * Places whose loss is more than the picture's resolution and the gear's own scatter explain. `toothPixels` is
 * the smaller of a tooth's height and width in pixels.
 */
export function damagedTeeth(
	{ area, height, scatter, tipDeviation }: ToothLoss,
	toothPixels: number,
): readonly ToothDamage[] {
	const resolvable = EDGE_PIXELS / Math.max(1, toothPixels);
	const leastArea = Math.max(LEAST_AREA, resolvable, OWN_SCATTERS * scatter);
	const leastHeight = Math.max(LEAST_HEIGHT, resolvable, OWN_TIP_SIGMAS * tipDeviation);
	return area.flatMap((lost, place): ToothDamage[] => {
		const lower = height[place] ?? 0;
		const excess = Math.max(lost / leastArea, lower / leastHeight);
		if (excess < 1) return [];
		const kind =
			lost > GONE || lower > GONE
				? "missing_tooth"
				: lost > PIECE || lower > PIECE
					? "broken_tooth"
					: "worn_tooth";
		return [{ kind, place, confidence: 1 - 0.5 / excess }];
	});
}
