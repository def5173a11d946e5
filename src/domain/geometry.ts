import type { Box, Point, Quad } from "../contracts/primitives.js";

/** The smallest upright box around the points. */
export function boundingBox(points: readonly Point[]): Box {
	let left = Number.POSITIVE_INFINITY;
	let top = Number.POSITIVE_INFINITY;
	let right = Number.NEGATIVE_INFINITY;
	let bottom = Number.NEGATIVE_INFINITY;
	for (const [x, y] of points) {
		left = Math.min(left, x);
		top = Math.min(top, y);
		right = Math.max(right, x);
		bottom = Math.max(bottom, y);
	}
	return [left, top, right - left, bottom - top];
}

export function quadOfBox([x, y, width, height]: Box): Quad {
	return [
		[x, y],
		[x + width, y],
		[x + width, y + height],
		[x, y + height],
	];
}

export function distance(a: Point, b: Point): number {
	return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function centreOf(points: readonly Point[]): Point {
	let x = 0;
	let y = 0;
	for (const point of points) {
		x += point[0];
		y += point[1];
	}
	return [x / points.length, y / points.length];
}

/** Length of a quad along its text and across it: the mean of its two opposite sides each, in pixels. */
export function quadSize([a, b, c, d]: Quad): { width: number; height: number } {
	return { width: (distance(a, b) + distance(d, c)) / 2, height: (distance(a, d) + distance(b, c)) / 2 };
}

export function mapQuad([a, b, c, d]: Quad, move: (point: Point) => Point): Quad {
	return [move(a), move(b), move(c), move(d)];
}

/** The same outline, its first corner one further: how a quad reads after a quarter turn against the clock. */
export function turnedQuad([a, b, c, d]: Quad): Quad {
	return [b, c, d, a];
}

/** The same outline, read upside down. */
export function invertedQuad([a, b, c, d]: Quad): Quad {
	return [c, d, a, b];
}

/**
 * Where a point of a picture turned clockwise by `turns` quarter turns lies in the unturned picture.
 * Width and height are the unturned picture's, in pixels.
 */
export function unturnPoint([x, y]: Point, turns: number, width: number, height: number): Point {
	switch (((turns % 4) + 4) % 4) {
		case 1:
			return [y, height - x];
		case 2:
			return [width - x, height - y];
		case 3:
			return [width - y, x];
		default:
			return [x, y];
	}
}

/** Share of the smaller box that lies in the other, 0..1. */
export function overlapOfSmaller(a: Box, b: Box): number {
	const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
	const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
	if (width <= 0 || height <= 0) return 0;
	return (width * height) / Math.max(1e-9, Math.min(a[2] * a[3], b[2] * b[3]));
}

const cross = (o: Point, a: Point, b: Point) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

/** Convex hull by Andrew's monotone chain; no point twice. */
export function convexHull(points: readonly Point[]): Point[] {
	const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
	if (sorted.length < 3) return sorted;
	const chain = (ordered: readonly Point[]) => {
		const hull: Point[] = [];
		for (const point of ordered) {
			for (;;) {
				const last = hull.at(-1);
				const before = hull.at(-2);
				if (!last || !before || cross(before, last, point) > 0) break;
				hull.pop();
			}
			hull.push(point);
		}
		hull.pop();
		return hull;
	};
	return [...chain(sorted), ...chain(sorted.reverse())];
}

/** A rectangle at any angle. `angle` is that of its width, in radians, clockwise on the screen. */
export interface Rectangle {
	readonly centre: Point;
	readonly width: number;
	readonly height: number;
	readonly angle: number;
}

/** Smallest-area rectangle around the points: one of its sides lies on the hull (Freeman and Shapira 1975). */
export function minAreaRectangle(points: readonly Point[]): Rectangle {
	const hull = convexHull(points);
	let best: Rectangle | null = null;
	for (const [index, from] of hull.entries()) {
		const to = hull[(index + 1) % hull.length] ?? from;
		const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
		const cos = Math.cos(angle);
		const sin = Math.sin(angle);
		const turned: Point[] = hull.map(([x, y]) => [x * cos + y * sin, y * cos - x * sin]);
		const [left, top, width, height] = boundingBox(turned);
		if (best && width * height >= best.width * best.height) continue;
		const u = left + width / 2;
		const v = top + height / 2;
		best = { centre: [u * cos - v * sin, u * sin + v * cos], width, height, angle };
	}
	if (!best) throw new RangeError("a rectangle needs at least one point");
	return best;
}

/**
 * Corners of a rectangle, clockwise, the corner nearest the picture's top left first, so that text within
 * 45° of horizontal reads from the first corner to the second.
 */
export function quadOfRectangle({ centre, width, height, angle }: Rectangle): Quad {
	const quarter = Math.PI / 2;
	const turns = Math.round(angle / quarter);
	const upright = angle - turns * quarter;
	const [w, h] = turns % 2 === 0 ? [width, height] : [height, width];
	const along: Point = [(Math.cos(upright) * w) / 2, (Math.sin(upright) * w) / 2];
	const across: Point = [(-Math.sin(upright) * h) / 2, (Math.cos(upright) * h) / 2];
	const corner = (u: number, v: number): Point => [
		centre[0] + u * along[0] + v * across[0],
		centre[1] + u * along[1] + v * across[1],
	];
	return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** The part of a quad between two places along its text, each 0..1 of its width. */
export function quadBetween([a, b, c, d]: Quad, from: number, to: number): Quad {
	const along = (p: Point, q: Point, share: number): Point => [
		p[0] + (q[0] - p[0]) * share,
		p[1] + (q[1] - p[1]) * share,
	];
	return [along(a, b, from), along(a, b, to), along(d, c, to), along(d, c, from)];
}
