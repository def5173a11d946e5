import type { CaptionMatch } from "./captions.js";
import type { Span } from "./glyphs.js";
import { onOneRow, overlapAcross, type Place, type Placement } from "./page.js";

/** A caption with the pieces of text that are its value, left to right. */
export interface Item {
	readonly match: CaptionMatch;
	readonly value: readonly [Span, ...Span[]];
}

export interface Assignment {
	readonly items: readonly Item[];
	/** Text that belongs to no caption. */
	readonly rest: readonly Span[];
}

/** Pieces nearer than this many line heights are one value that the detector took apart. */
const SAME_VALUE_GAP = 1;
/** Values of several fields in one item may stand in columns of their own. */
const SAME_ITEM_GAP = 7;
/** A value below its caption begins within so many caption heights. */
const BELOW_GAP = 1.5;

interface Placed<T> {
	readonly what: T;
	readonly at: Place;
}

/**
 * Gives each caption its value: the rest of its own line; else the next cell to its right on the same row,
 * unless another caption comes first; else the cell right below. A cell is given away once, and captions
 * that need it to their right come before those that need it below.
 */
export function assignValues(
	matches: readonly CaptionMatch[],
	free: readonly Span[],
	place: Placement,
): Assignment {
	const captions = matches.map((match) => ({ what: match, at: place(match.span) }));
	const left = new Set(free.map((span) => ({ what: span, at: place(span) })));
	const found = new Map<CaptionMatch, readonly [Span, ...Span[]]>();
	for (const { what } of captions) {
		if (what.inline)
			found.set(what, withContinuation(what, what.inline, reachOf(what), place, left, captions));
	}
	for (const finder of [cellRight, cellBelow]) {
		for (const caption of captions) {
			if (found.has(caption.what) || caption.what.caption.isHeading) continue;
			const cell = finder(caption, left, captions);
			if (cell === null) continue;
			left.delete(cell);
			const reach = finder === cellRight ? reachOf(caption.what) : SAME_VALUE_GAP;
			found.set(caption.what, withContinuation(caption.what, cell.what, reach, place, left, captions));
		}
	}
	return {
		items: [...found].map(([match, value]) => ({ match, value })),
		rest: [...left].map(({ what }) => what),
	};
}

/** Heights of a line within which another piece belongs to the same value. Below a caption cells stand closer. */
const reachOf = ({ caption }: CaptionMatch): number =>
	caption.division === "sizes" ? SAME_ITEM_GAP : SAME_VALUE_GAP;

function cellRight(
	caption: Placed<CaptionMatch>,
	cells: ReadonlySet<Placed<Span>>,
	captions: readonly Placed<CaptionMatch>[],
): Placed<Span> | null {
	const cell = nearest(
		[...cells].filter(({ at }) => isRightOf(at, caption.at)),
		({ at }) => at.left - caption.at.right,
	);
	if (cell === null) return null;
	const blocked = captions.some(
		({ what, at }) => what !== caption.what && isRightOf(at, caption.at) && at.left < cell.at.left,
	);
	return blocked ? null : cell;
}

function cellBelow(
	caption: Placed<CaptionMatch>,
	cells: ReadonlySet<Placed<Span>>,
	captions: readonly Placed<CaptionMatch>[],
): Placed<Span> | null {
	if (caption.what.isListed) return null;
	const below = [...cells].filter(({ at }) => isBelow(at, caption.at));
	const highest = nearest(below, ({ at }) => at.top);
	if (highest === null) return null;
	const cell = nearest(
		below.filter(({ at }) => onOneRow(at, highest.at)),
		({ at }) => at.left,
	);
	if (cell === null) return null;
	// A cell with a caption of its own to the left belongs to that one, filled or not.
	const owned = captions.some(({ what, at }) => what !== caption.what && isRightOf(cell.at, at));
	return owned ? null : cell;
}

function isBelow(at: Place, caption: Place): boolean {
	const gap = at.top - caption.bottom;
	return overlapAcross(at, caption) > 0 && gap > -0.5 * caption.height && gap < BELOW_GAP * caption.height;
}

/** Detectors draw boxes wider than the print, so that neighbours overlap by up to most of a line height. */
function isRightOf(at: Place, reference: Place): boolean {
	return (
		onOneRow(at, reference) &&
		at.right > reference.right &&
		at.left >= Math.max(reference.left, reference.right - 0.9 * reference.height)
	);
}

function nearest(
	cells: readonly Placed<Span>[],
	distance: (cell: Placed<Span>) => number,
): Placed<Span> | null {
	return cells.reduce<Placed<Span> | null>(
		(best, cell) => (best === null || distance(cell) < distance(best) ? cell : best),
		null,
	);
}

/** Takes in what follows closely on the same row, removing it from the cells that are left. */
function withContinuation(
	owner: CaptionMatch,
	first: Span,
	reach: number,
	place: Placement,
	left: Set<Placed<Span>>,
	captions: readonly Placed<CaptionMatch>[],
): readonly [Span, ...Span[]] {
	const value: [Span, ...Span[]] = [first];
	for (let end = place(first); ; ) {
		const next = nearest(
			[...left].filter(
				({ at }) =>
					isRightOf(at, end) &&
					at.left - end.right < reach * end.height &&
					!captions.some(({ what, at: other }) => what !== owner && isBelow(at, other)),
			),
			({ at }) => at.left,
		);
		if (next === null || captions.some(({ at }) => isRightOf(at, end) && at.left < next.at.left))
			return value;
		left.delete(next);
		value.push(next.what);
		end = next.at;
	}
}
