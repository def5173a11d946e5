import type { Box, Point } from "../../contracts/primitives.js";
import { boundingBox } from "../../domain/geometry.js";
import type { Picture } from "../picture.js";
import { channelsOf, type Plane, smooth, type Window, windowOf } from "./plane.js";
import { median } from "./statistics.js";

/** One cell of a grid that lies along the edges of teeth seen from the side. Slopes in grey levels a pixel. */
export interface FlankCell {
	/** Median slope along the teeth: a machined flank has hardly any, a broken-out one has. */
	readonly roughness: number;
	/** Strength of the straightest edge along the teeth, less the roughness beside it. */
	readonly edge: number;
}

export interface FlankGrid {
	readonly across: number;
	readonly along: number;
	/** Row by row, a row lies across the teeth; null where the picture hardly covers the cell. */
	readonly cells: readonly (FlankCell | null)[];
	/** Upright box about a rectangle of cells, in pixels of the picture. */
	readonly boxOf: (left: number, top: number, right: number, bottom: number) => Box;
}

const LONG_SIDE = 480;
/** Pixels of the reduced picture: a tooth is several cells wide, its flank several cells long. */
const CELL_ACROSS = 10;
const CELL_ALONG = 40;
const LEAST_COVERED = 0.6;
/** Edges are looked for in strips of this width. */
const STRIP = 2;
const EDGE_OVER_ROUGHNESS = 1.5;
const DIRECTIONS = 90;
/** Directions that count as one: 11 of 2° each. */
const SAME_DIRECTION = 5;
/** Share of all slope, by energy, that lies in one direction where parallel edges fill the picture. */
const LEAST_PARALLEL = 0.45;

/** Lays the grid along the picture's edges; null where they don't run in one direction. */
export function layFlankGrid(picture: Picture): FlankGrid | null {
	const window = windowOf([0, 0, picture.width, picture.height], LONG_SIDE);
	const [red, green, blue] = channelsOf(picture, window);
	const luma = red.values.map((value, i) => (value + (green.values[i] ?? 0) + (blue.values[i] ?? 0)) / 3);
	const slopes = slopesOf(smooth({ ...red, values: luma }));
	const direction = mainDirection(slopes);
	return direction === null ? null : gridAlong(slopes, direction, window);
}

interface Slopes {
	readonly width: number;
	readonly height: number;
	readonly x: Float32Array;
	readonly y: Float32Array;
}

function slopesOf({ width, height, values }: Plane): Slopes {
	const x = new Float32Array(values.length);
	const y = new Float32Array(values.length);
	for (let row = 1; row < height - 1; row++) {
		for (let column = 1; column < width - 1; column++) {
			const at = row * width + column;
			x[at] = ((values[at + 1] ?? 0) - (values[at - 1] ?? 0)) / 2;
			y[at] = ((values[at + width] ?? 0) - (values[at - width] ?? 0)) / 2;
		}
	}
	return { width, height, x, y };
}

/** Direction across most edges, radians; null where no direction holds enough of them. */
function mainDirection({ x, y }: Slopes): number | null {
	const energy = new Float64Array(DIRECTIONS);
	let all = 0;
	for (let i = 0; i < x.length; i++) {
		const [dx, dy] = [x[i] ?? 0, y[i] ?? 0];
		const square = dx * dx + dy * dy;
		if (square === 0) continue;
		const turn = (Math.atan2(dy, dx) + 2 * Math.PI) % Math.PI;
		const bin = Math.floor((turn * DIRECTIONS) / Math.PI) % DIRECTIONS;
		energy[bin] = (energy[bin] ?? 0) + square;
		all += square;
	}
	let best = 0;
	let most = -1;
	for (let bin = 0; bin < DIRECTIONS; bin++) {
		let sum = 0;
		for (let near = -SAME_DIRECTION; near <= SAME_DIRECTION; near++)
			sum += energy[(bin + near + DIRECTIONS) % DIRECTIONS] ?? 0;
		if (sum > most) [best, most] = [bin, sum];
	}
	return most < LEAST_PARALLEL * all || all === 0 ? null : ((best + 0.5) * Math.PI) / DIRECTIONS;
}

interface CellSamples {
	readonly along: number[];
	/** By strip: number of pixels, sum of slopes across, sum of slopes along. */
	readonly strips: [number, number, number][];
}

function gridAlong(slopes: Slopes, direction: number, window: Window): FlankGrid {
	const { width, height } = slopes;
	const [cosine, sine] = [Math.cos(direction), Math.sin(direction)];
	const half = Math.hypot(width, height) / 2;
	const across = Math.ceil((2 * half) / CELL_ACROSS);
	const along = Math.ceil((2 * half) / CELL_ALONG);
	const samples = Array.from(
		{ length: across * along },
		(): CellSamples => ({
			along: [],
			strips: Array.from({ length: CELL_ACROSS / STRIP }, () => [0, 0, 0]),
		}),
	);
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			const dx = column - width / 2;
			const dy = row - height / 2;
			const u = dx * cosine + dy * sine + half;
			const t = dy * cosine - dx * sine + half;
			const sample = samples[Math.floor(t / CELL_ALONG) * across + Math.floor(u / CELL_ACROSS)];
			const strip = sample?.strips[Math.floor((u % CELL_ACROSS) / STRIP)];
			if (!sample || !strip) continue;
			const [sx, sy] = [slopes.x[row * width + column] ?? 0, slopes.y[row * width + column] ?? 0];
			const slopeAlong = Math.abs(sy * cosine - sx * sine);
			sample.along.push(slopeAlong);
			strip[0]++;
			strip[1] += Math.abs(sx * cosine + sy * sine);
			strip[2] += slopeAlong;
		}
	}
	const boxOf = (left: number, top: number, right: number, bottom: number): Box => {
		const corners = [left, right + 1].flatMap((i) =>
			[top, bottom + 1].map((j): Point => {
				const [u, t] = [i * CELL_ACROSS - half, j * CELL_ALONG - half];
				const x = Math.min(width, Math.max(0, u * cosine - t * sine + width / 2));
				const y = Math.min(height, Math.max(0, u * sine + t * cosine + height / 2));
				return [x * window.scale, y * window.scale];
			}),
		);
		return boundingBox(corners);
	};
	return { across, along, cells: samples.map(cellOf), boxOf };
}

function cellOf({ along, strips }: CellSamples): FlankCell | null {
	if (along.length < LEAST_COVERED * CELL_ACROSS * CELL_ALONG) return null;
	const edges = strips.map(([count, across, beside]) =>
		count < LEAST_COVERED * STRIP * CELL_ALONG ? 0 : (across - EDGE_OVER_ROUGHNESS * beside) / count,
	);
	return { roughness: median(along), edge: Math.max(0, ...edges) };
}
