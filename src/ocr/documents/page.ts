import type { Point } from "../../contracts/primitives.js";
import type { TextLine } from "../text-line.js";
import { quadOf, type Span } from "./glyphs.js";

/** A span's place on the page after the page's small rotation is taken out. */
export interface Place {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
	readonly height: number;
}

/** Places spans in one upright frame, in pixels. */
export type Placement = (span: Span) => Place;

/** Direction in which a line runs, radians; 0 is level, left to right. */
function directionOf({ quad: [[x0, y0], [x1, y1]] }: TextLine): number {
	return Math.atan2(y1 - y0, x1 - x0);
}

/** Middle direction of the lines, the long ones counting for more. */
function pageDirection(lines: readonly TextLine[]): number {
	const runs = lines
		.map((line) => {
			const [[x0, y0], [x1, y1]] = line.quad;
			return { length: Math.hypot(x1 - x0, y1 - y0), angle: directionOf(line) };
		})
		.sort((a, b) => a.angle - b.angle);
	const half = runs.reduce((sum, { length }) => sum + length, 0) / 2;
	let passed = 0;
	let angle = 0;
	for (const run of runs) {
		passed += run.length;
		angle = run.angle;
		if (passed >= half) break;
	}
	return angle;
}

/** Lines that run with the page. What runs across it or was read upside down belongs to no row or column. */
export function alongPage(lines: readonly TextLine[]): readonly TextLine[] {
	const page = pageDirection(lines);
	return lines.filter((line) => Math.cos(directionOf(line) - page) > Math.SQRT1_2);
}

/** Lines that run the other way, as one that was read upside down does. */
export function againstPage(lines: readonly TextLine[]): readonly TextLine[] {
	const page = pageDirection(lines);
	return lines.filter((line) => Math.cos(directionOf(line) - page) < -Math.SQRT1_2);
}

/**
 * The frame in which lines run level: turned by the page's direction. Quarter turns are taken out before, by
 * the reader.
 */
export function uprightFrame(lines: readonly TextLine[]): Placement {
	const angle = pageDirection(lines);
	const cosine = Math.cos(angle);
	const sine = Math.sin(angle);
	const level = ([x, y]: Point): Point => [x * cosine + y * sine, y * cosine - x * sine];
	return (span) => {
		const quad = quadOf(span);
		const [topLeft, topRight, bottomRight, bottomLeft] = [
			level(quad[0]),
			level(quad[1]),
			level(quad[2]),
			level(quad[3]),
		];
		const top = (topLeft[1] + topRight[1]) / 2;
		const bottom = (bottomLeft[1] + bottomRight[1]) / 2;
		return {
			left: (topLeft[0] + bottomLeft[0]) / 2,
			right: (topRight[0] + bottomRight[0]) / 2,
			top,
			bottom,
			height: Math.max(bottom - top, 1),
		};
	};
}

/** Two things stand on one row when the lower of them is covered by the other for at least half its height. */
export function onOneRow(a: Place, b: Place): boolean {
	return Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) >= 0.5 * Math.min(a.height, b.height);
}

export function overlapAcross(a: Place, b: Place): number {
	return Math.min(a.right, b.right) - Math.max(a.left, b.left);
}
