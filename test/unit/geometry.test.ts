import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../src/contracts/primitives.js";
import {
	boundingBox,
	minAreaRectangle,
	overlapOfSmaller,
	quadBetween,
	quadOfBox,
	quadOfRectangle,
	quadSize,
	unturnPoint,
} from "../../src/domain/geometry.js";

const coordinate = fc.integer({ min: -500, max: 500 });
const point = fc.tuple(coordinate, coordinate) satisfies fc.Arbitrary<Point>;

describe("geometry", () => {
	test("the smallest rectangle holds every point and is no larger than the upright box", () => {
		fc.assert(
			fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
				const { centre, width, height, angle } = minAreaRectangle(points);
				const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
				for (const [x, y] of points) {
					const [dx, dy] = [x - centre[0], y - centre[1]];
					expect(Math.abs(dx * cos + dy * sin)).toBeLessThanOrEqual(width / 2 + 1e-6);
					expect(Math.abs(dy * cos - dx * sin)).toBeLessThanOrEqual(height / 2 + 1e-6);
				}
				const box = boundingBox(points);
				expect(width * height).toBeLessThanOrEqual(box[2] * box[3] + 1e-6);
			}),
		);
	});

	test("a tilted line reads from its left end to its right", () => {
		for (const tilt of [-0.6, -0.1, 0, 0.2, 0.7]) {
			const along: Point = [Math.cos(tilt), Math.sin(tilt)];
			const corners = [-100, 100].flatMap((u) =>
				[-8, 8].map((v): Point => [300 + u * along[0] - v * along[1], 200 + u * along[1] + v * along[0]]),
			);
			const quad = quadOfRectangle(minAreaRectangle(corners));
			expect(quadSize(quad).width).toBeCloseTo(200);
			expect(quadSize(quad).height).toBeCloseTo(16);
			expect(quad[0][0]).toBeLessThan(quad[1][0]);
			expect(quad[0][1]).toBeLessThan(quad[3][1]);
		}
	});

	test("a point of a turned picture goes back where it came from", () => {
		fc.assert(
			fc.property(fc.nat(300), fc.nat(200), (x, y) => {
				const [width, height] = [300, 200];
				expect(unturnPoint([height - y, x], 1, width, height)).toEqual([x, y]);
				expect(unturnPoint([width - x, height - y], 2, width, height)).toEqual([x, y]);
				expect(unturnPoint([y, width - x], 3, width, height)).toEqual([x, y]);
			}),
		);
	});

	test("cuts a quad along its text and measures overlap by the smaller box", () => {
		const quad = quadOfBox([10, 20, 100, 30]);
		expect(boundingBox(quadBetween(quad, 0.25, 0.75))).toEqual([35, 20, 50, 30]);
		expect(overlapOfSmaller([0, 0, 100, 100], [10, 10, 10, 10])).toBe(1);
		expect(overlapOfSmaller([0, 0, 10, 10], [20, 0, 10, 10])).toBe(0);
	});
});
