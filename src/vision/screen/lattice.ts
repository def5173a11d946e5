import { isOnBlockGrid, type Peak, TILE } from "./spectral-peaks.js";

/** A tile with the peaks of its spectrum, at its place in the rows and columns of tiles. */
export interface TilePeaks {
	readonly column: number;
	readonly row: number;
	readonly peaks: readonly Peak[];
}

/** Fewer tiles than this agree too easily. */
export const FEWEST_TILES = 4;
/** Share of the tiles that a wave goes through: strokes, bars and dots lie in a few of them, a screen in all. */
const SHARE = 0.6;
/** Tiles this many places apart are still compared: text may hide the wave in the tile between. */
const FARTHEST = 2;
/** How far a wave's frequency may drift by perspective, in cycles a tile: at once, and with each place. */
const DRIFT = 2;
const DRIFT_A_PLACE = 3;
/** Sine of the angle between two waves below which they are one direction. */
const LEAST_SINE = 0.3;
/** Multiples of a wave that a curved response makes of it. */
const OVERTONES = [1, 2, 3, 4, 5] as const;
const SAME_WAVE = 2.5;
/** What JPEG's blocks make of a wave is weaker than the wave by this share. */
const BLOCKS_SHARE = 0.35;

/** One wave over several tiles: the strongest peak in each. */
type Wave = ReadonlyMap<TilePeaks, Peak>;

const folded = (cycles: number): number => cycles - TILE * Math.round(cycles / TILE);

/** Distance of two frequencies, cycles a tile; a frequency and its negative are one, and sampling folds both. */
function distance(
	a: { readonly across: number; readonly down: number },
	b: { readonly across: number; readonly down: number },
): number {
	const same = Math.hypot(folded(a.across - b.across), folded(a.down - b.down));
	return Math.min(same, Math.hypot(folded(a.across + b.across), folded(a.down + b.down)));
}

function isSameWave([tile, peak]: readonly [TilePeaks, Peak], [other, its]: readonly [TilePeaks, Peak]) {
	if (tile === other || peak.channel !== its.channel) return false;
	const places = Math.max(Math.abs(tile.column - other.column), Math.abs(tile.row - other.row));
	return places <= FARTHEST && distance(peak, its) <= DRIFT + DRIFT_A_PLACE * places;
}

/** Follows each peak from tile to tile. */
function wavesOf(tiles: readonly TilePeaks[]): readonly Wave[] {
	const left = new Set(tiles.flatMap((tile) => tile.peaks.map((peak) => [tile, peak] as const)));
	const waves: Wave[] = [];
	for (const start of left) {
		left.delete(start);
		const found = [start];
		for (const from of found)
			for (const next of left)
				if (isSameWave(from, next)) {
					left.delete(next);
					found.push(next);
				}
		const strongest = new Map<TilePeaks, Peak>();
		for (const [tile, peak] of found)
			if (peak.amplitude > (strongest.get(tile)?.amplitude ?? 0)) strongest.set(tile, peak);
		waves.push(strongest);
	}
	return waves;
}

/** Whether the weaker of two waves is one of its own: another direction, no overtone, no work of JPEG's blocks. */
function areIndependent(a: Peak, b: Peak): boolean {
	const [strong, weak] = a.amplitude >= b.amplitude ? [a, b] : [b, a];
	const cross = Math.abs(strong.across * weak.down - strong.down * weak.across);
	const lengths = Math.hypot(strong.across, strong.down) * Math.hypot(weak.across, weak.down);
	if (cross < LEAST_SINE * lengths) return false;
	const isFaint = weak.amplitude < BLOCKS_SHARE * strong.amplitude;
	return OVERTONES.every((times) => {
		const overtone = { across: times * strong.across, down: times * strong.down };
		if (distance(overtone, weak) <= SAME_WAVE) return false;
		const isOfBlocks = [1, -1].some((sign) =>
			isOnBlockGrid(weak.channel, weak.across - sign * overtone.across, weak.down - sign * overtone.down),
		);
		return !(isFaint && isOfBlocks);
	});
}

/** Whether a wave goes through most of the tiles, and through some of each row and column: what ends beside the text is no screen. */
function isEverywhere(wave: Wave, tiles: readonly TilePeaks[]): boolean {
	const least = Math.max(FEWEST_TILES, SHARE * tiles.length);
	const reaches = (line: "row" | "column") => {
		const reached = new Set([...wave.keys()].map((tile) => tile[line]));
		return tiles.every((tile) => reached.has(tile[line]));
	};
	return wave.size >= least && reaches("row") && reaches("column");
}

/**
 * Whether one lattice goes through most of the tiles: two waves of different directions, each in most of them. Tooling marks, brushing and bars are waves of one direction, however strong.
 */
export function haveLattice(tiles: readonly TilePeaks[]): boolean {
	if (tiles.length < FEWEST_TILES) return false;
	const wide = wavesOf(tiles).filter((wave) => isEverywhere(wave, tiles));
	return wide.some((a, index) =>
		wide.slice(0, index).some((b) => {
			const both = tiles.filter((tile) => {
				const [one, other] = [a.get(tile), b.get(tile)];
				return one && other && areIndependent(one, other);
			});
			return both.length >= (SHARE * tiles.length) / 2;
		}),
	);
}
