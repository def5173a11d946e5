import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Quad } from "../../src/contracts/primitives.js";
import type { Picture } from "../../src/vision/picture.js";
import { rectify, turnPicture } from "../../src/vision/rectify.js";

/** Every pixel tells its place: red its column, green its row, blue both. */
function chart(width: number, height: number): Picture {
	const rgb = new Uint8Array(width * height * 3);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) rgb.set([x % 256, y % 256, (x * 31 + y * 17) % 256], (y * width + x) * 3);
	return { width, height, rgb };
}

const pixelOf = ({ width, rgb }: Picture, x: number, y: number) => [
	...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe("rectify", () => {
	test("gives a rectangle of the picture back as it is", () => {
		const cut = rectify(
			chart(40, 30),
			[
				[5, 4],
				[25, 4],
				[25, 14],
				[5, 14],
			],
			20,
			10,
		);
		for (const [x, y] of [
			[0, 0],
			[19, 9],
			[7, 3],
		] as const)
			expect(pixelOf(cut, x, y)).toEqual(pixelOf(chart(40, 30), x + 5, y + 4));
	});

	test("averages every source pixel when it shrinks by a whole number", () => {
		const picture = chart(48, 32);
		const small = rectify(
			picture,
			[
				[0, 0],
				[48, 0],
				[48, 32],
				[0, 32],
			],
			12,
			8,
		);
		for (let y = 0; y < 8; y++)
			for (let x = 0; x < 12; x++)
				for (let channel = 0; channel < 3; channel++) {
					let sum = 0;
					for (let j = 0; j < 4; j++)
						for (let i = 0; i < 4; i++) sum += pixelOf(picture, x * 4 + i, y * 4 + j)[channel] ?? 0;
					expect(pixelOf(small, x, y)[channel]).toBe(Math.round(sum / 16));
				}
	});

	test("any quad, in the picture or beside it, gives colours of the picture", () => {
		const corner = fc.tuple(fc.integer({ min: -20, max: 60 }), fc.integer({ min: -20, max: 50 }));
		const grey: Picture = { width: 40, height: 30, rgb: new Uint8Array(40 * 30 * 3).fill(77) };
		fc.assert(
			fc.property(
				fc.tuple(corner, corner, corner, corner),
				fc.integer({ min: 1, max: 30 }),
				(corners, size) => {
					const { rgb } = rectify(grey, corners as Quad, size, size);
					expect(rgb.every((value) => value === 77)).toBe(true);
				},
			),
			// corners that cross have a vanishing line, and a pixel may lie right on it
			{
				examples: [
					[
						[
							[-11, 2],
							[-13, 12],
							[-14, -1],
							[-11, 14],
						],
						13,
					],
				],
			},
		);
	});
});

describe("turnPicture", () => {
	test("moves every pixel where a clockwise quarter turn puts it", () => {
		const picture = chart(130, 70);
		const turned = turnPicture(picture, 1);
		expect([turned.width, turned.height]).toEqual([70, 130]);
		for (let y = 0; y < 70; y++)
			for (let x = 0; x < 130; x++) expect(pixelOf(turned, 69 - y, x)).toEqual(pixelOf(picture, x, y));
	});

	test("turns add up to the whole circle", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 90 }),
				fc.integer({ min: 1, max: 90 }),
				fc.integer({ min: -5, max: 5 }),
				fc.integer({ min: -5, max: 5 }),
				(width, height, first, second) => {
					const picture = chart(width, height);
					expect(turnPicture(turnPicture(picture, first), second)).toEqual(
						turnPicture(picture, first + second),
					);
				},
			),
		);
	});
});
