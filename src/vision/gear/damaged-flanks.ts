import type { Defect } from "../../contracts/reading.js";
import type { Picture } from "../picture.js";
import { type FlankCell, type FlankGrid, layFlankGrid } from "./flank-cells.js";
import { median } from "./statistics.js";

/** Slope from which an edge along a cell is the edge of a tooth, grey levels a pixel. */
const TOOTH_EDGE = 6;
/** Cells to either side in which a flank has edges of teeth, and how many of them. */
const REACH = 6;
const EDGES_BESIDE = 2;
/** Cells between edges that it takes to speak of teeth. */
const LEAST_FLANK_CELLS = 60;
/** A flank is damaged that is so many times as rough as the middle one, and not by sensor noise alone. */
const TIMES_AS_ROUGH = 3;
const LEAST_ROUGHNESS = 1.5;
/** With more of it rough than this, roughness is how the part is. */
const MOST_ROUGH = 0.4;
/** Damage extends along the tooth: a mark, a pointer or a tooth's end crosses it. */
const LEAST_CELLS = 6;
const LEAST_LENGTH = 3;

/**
 * Broken-out or pitted flanks of teeth that are seen from the side, as parallel edges: places much rougher along the
 * tooth than the part's other flanks. Nothing where no such teeth fill the picture.
 */
export function damagedFlanks(picture: Picture): readonly Defect[] {
	const grid = layFlankGrid(picture);
	if (grid === null) return [];
	const flanks = grid.cells.map((cell, at) => (isBetweenEdges(grid, at) ? cell : null));
	const seen = flanks.filter((cell) => cell !== null);
	if (seen.length < LEAST_FLANK_CELLS) return [];
	const limit = Math.max(LEAST_ROUGHNESS, TIMES_AS_ROUGH * median(seen.map(({ roughness }) => roughness)));
	const rough = flanks.map((cell) => cell !== null && cell.roughness > limit);
	if (rough.filter(Boolean).length > MOST_ROUGH * seen.length) return [];
	return patches(rough, grid).flatMap((patch): Defect[] => {
		const columns = patch.map((at) => at % grid.across);
		const rows = patch.map((at) => Math.floor(at / grid.across));
		const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
		if (patch.length < LEAST_CELLS || bottom - top + 1 < LEAST_LENGTH) return [];
		const roughness = median(patch.map((at) => flanks[at]?.roughness ?? 0));
		return [
			{
				kind: "damaged_flank",
				box: grid.boxOf(Math.min(...columns), top, Math.max(...columns), bottom),
				confidence: 1 - (0.5 * limit) / roughness,
			},
		];
	});
}

/** Whether edges of teeth run on both sides of a cell. */
function isBetweenEdges({ cells, across }: FlankGrid, at: number): boolean {
	const column = at % across;
	const isEdge = (cell: FlankCell | null | undefined) => (cell?.edge ?? 0) > TOOTH_EDGE;
	const before = cells.slice(at - Math.min(column, REACH), at).filter(isEdge);
	const after = cells.slice(at + 1, at + 1 + Math.min(across - 1 - column, REACH)).filter(isEdge);
	return before.length >= EDGES_BESIDE && after.length >= EDGES_BESIDE;
}

/** Cells that hang together by their sides. */
function patches(marked: readonly boolean[], { across, cells }: FlankGrid): readonly (readonly number[])[] {
	const taken = new Set<number>();
	return cells.flatMap((_, start) => {
		if (!marked[start] || taken.has(start)) return [];
		taken.add(start);
		const patch = [start];
		for (const at of patch) {
			const beside = [at - across, at + across];
			if (at % across > 0) beside.push(at - 1);
			if (at % across < across - 1) beside.push(at + 1);
			for (const next of beside) {
				if (!marked[next] || taken.has(next)) continue;
				taken.add(next);
				patch.push(next);
			}
		}
		return [patch];
	});
}
