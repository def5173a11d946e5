import type { Box } from "../../contracts/primitives.js";
import type { Picture } from "../picture.js";
import { FEWEST_TILES, haveLattice, type TilePeaks } from "./lattice.js";
import { Spectrometer, TILE } from "./spectral-peaks.js";

/** Tiles looked at: enough to tell what is everywhere from what is somewhere, few enough for 25 ms a picture. */
const MOST_COLUMNS = 4;
const MOST_ROWS = 3;
/** Pixels around what was read that are looked at as well. */
const MARGIN = 96;
/** Mean grey levels outside of which a tile shows no lattice even of a screen: no light, or too much of it. */
const DARK = 16;
const BRIGHT = 240;
/** Every so many pixels in both directions are looked at for a tile's brightness. */
const STRIDE = 4;

/** A stretch widened by the margin, at least a tile long, within 0..`length`; null where no tile fits. */
function widened(start: number, extent: number, length: number): readonly [number, number] | null {
	if (length < TILE) return null;
	const [from, to] = [Math.max(0, start - MARGIN), Math.min(length, start + extent + MARGIN)];
	if (to - from >= TILE) return [from, to];
	const middle = Math.min(length - TILE / 2, Math.max(TILE / 2, (from + to) / 2));
	return [middle - TILE / 2, middle + TILE / 2];
}

/** Where tiles begin along a stretch: spread evenly, side by side or overlapping a little. */
function placesAlong([from, to]: readonly [number, number], most: number): readonly number[] {
	const room = to - from - TILE;
	const count = room < TILE / 4 ? 1 : Math.min(most, Math.max(2, Math.round(room / TILE) + 1));
	return Array.from({ length: count }, (_, at) =>
		Math.floor(from + (count === 1 ? room / 2 : (room * at) / (count - 1))),
	);
}

/** Whether a tile is lit and not blinded. */
function canTell({ width, rgb }: Picture, left: number, top: number): boolean {
	let sum = 0;
	for (let y = top; y < top + TILE; y += STRIDE)
		for (let x = left; x < left + TILE; x += STRIDE) sum += rgb[(y * width + x) * 3 + 1] ?? 0;
	const mean = sum / (TILE / STRIDE) ** 2;
	return mean > DARK && mean < BRIGHT;
}

/**
 * Whether the picture shows a screen in and around a box of it: the lattice of a screen's pixels, or its moiré with
 * the sensor's, goes through all of the picture, smooth or not. False where too little of it can be seen. What is
 * measured, and what escapes it: docs/accuracy.md.
 */
export function showsScreen(picture: Picture, [x, y, width, height]: Box): boolean {
	const columns = widened(x, width, picture.width);
	const rows = widened(y, height, picture.height);
	if (!columns || !rows) return false;
	const places = placesAlong(rows, MOST_ROWS).flatMap((top, row) =>
		placesAlong(columns, MOST_COLUMNS)
			.map((left, column) => ({ left, top, column, row }))
			.filter((place) => canTell(picture, place.left, place.top)),
	);
	if (places.length < FEWEST_TILES) return false;
	const spectrometer = new Spectrometer();
	const tiles: readonly TilePeaks[] = places.map(({ left, top, column, row }) => ({
		...{ column, row },
		peaks: spectrometer.peaksOf(picture, left, top),
	}));
	return haveLattice(tiles);
}
