import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Box } from "../../src/contracts/primitives.js";
import { quadOfBox } from "../../src/domain/geometry.js";
import type { TextLine } from "../../src/ocr/text-line.js";
import { withDashes } from "../../src/vision/blank-cells.js";
import { figureQuads } from "../../src/vision/figure-gaps.js";
import { findSeals, isInSealInk } from "../../src/vision/find-seals.js";
import type { Picture } from "../../src/vision/picture.js";
import { readSeals } from "../../src/vision/read-seals.js";

async function drawn(width: number, height: number, content: string): Promise<Picture> {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#f1efe8"/>${content}</svg>`;
	const { data } = await sharp(Buffer.from(svg))
		.flatten({ background: "#fff" })
		.raw()
		.toBuffer({ resolveWithObject: true });
	return { width, height, rgb: new Uint8Array(data) };
}

const line = (text: string, box: Box): TextLine => ({
	text,
	characters: Array.from(text, (char) => ({ char, p: 0.9 })),
	confidence: 0.9,
	box,
	quad: quadOfBox(box),
});

const RED = "#c3202b";
const ring = (cx: number, cy: number, rx: number, ry: number, turn = 0, colour = RED) =>
	`<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" transform="rotate(${turn} ${cx} ${cy})" fill="none" stroke="${colour}" stroke-width="7"/>`;
const star = (cx: number, cy: number) =>
	`<path d="M${cx} ${cy - 34}l10 26h28l-22 17 8 27-24-16-24 16 8-27-22-17h28z" fill="${RED}"/>`;

describe("seals", () => {
	const round = ring(1200, 900, 100, 100) + star(1200, 900);
	const oval = ring(700, 920, 140, 70, 5);

	it("are found by colour and ring, each with its box", async () => {
		const seals = await findSeals(await drawn(1640, 1160, round + oval));
		expect(seals).toHaveLength(2);
		const company = seals.find(({ elongation }) => elongation < 1.1);
		const [left = 0, top = 0, width = 0, height = 0] = company?.box ?? [];
		for (const [found, true_] of [
			[left, 1100],
			[top, 800],
			[width, 200],
			[height, 200],
		] as const)
			expect(Math.abs(found - true_)).toBeLessThan(14);
		for (const { closed } of seals) expect(closed).toBeGreaterThan(0.9);
	});

	it("are the company's where round, the certificate's where oval or where their words say so", async () => {
		const both = await readSeals(await drawn(1640, 1160, round + oval), []);
		expect(Object.keys(both).sort()).toEqual(["certificateSeal", "companySeal"]);
		const one = await drawn(1640, 1160, round);
		expect(Object.keys(await readSeals(one, []))).toEqual(["companySeal"]);
		const words = line("合格证专用章", [1140, 930, 120, 30]);
		expect(Object.keys(await readSeals(one, [words]))).toEqual(["certificateSeal"]);
	});

	it("are neither black rings, nor brown ones, nor red frames, discs and half rings", async () => {
		const others = [
			ring(300, 300, 100, 100, 0, "#222"),
			ring(700, 300, 100, 100, 0, "#7a573b"),
			`<rect x="1000" y="200" width="200" height="200" fill="none" stroke="${RED}" stroke-width="7"/>`,
			`<circle cx="1400" cy="300" r="90" fill="${RED}"/>`,
			`<path d="M200 900a100 100 0 0 1 200 0" fill="none" stroke="${RED}" stroke-width="7"/>`,
		];
		for (const other of others) {
			const seals = await findSeals(await drawn(1640, 1160, other));
			expect(seals, other).toEqual([]);
		}
	});

	it("words in their ink are told from black print beside them", async () => {
		const bar = (x: number, fill: string) => `<rect x="${x}" y="40" width="80" height="12" fill="${fill}"/>`;
		const picture = await drawn(300, 100, bar(20, RED) + bar(180, "#1d1d22"));
		expect(isInSealInk(picture, [10, 30, 100, 32])).toBe(true);
		expect(isInSealInk(picture, [170, 30, 100, 32])).toBe(false);
	});
});

describe("dashes", () => {
	it("are known by their height, whatever a reader took them for; figures stay", async () => {
		const dash = `<rect x="40" y="50" width="40" height="4" fill="#222"/>`;
		const one = `<rect x="150" y="38" width="5" height="26" fill="#222"/>`;
		const rule = `<path d="M0 72L400 70" stroke="#222" stroke-width="2"/>`;
		const picture = await drawn(400, 100, dash + one + rule);
		const lines = [line("11", [30, 32, 60, 40]), line("1", [138, 32, 30, 40])];
		expect(withDashes(picture, lines).map(({ text }) => text)).toEqual(["—", "1"]);
	});
});

describe("numbers side by side", () => {
	it("are parted at their wide gaps only", async () => {
		const bars = [20, 44, 68, 92, 150, 174, 198, 222].map(
			(x) => `<rect x="${x}" y="16" width="16" height="28" fill="#222"/>`,
		);
		const picture = await drawn(260, 60, bars.join(""));
		const quads = figureQuads(picture, quadOfBox([0, 0, 260, 60]));
		expect(quads).toHaveLength(2);
		const [first, second] = quads;
		expect(first?.[1][0]).toBeLessThan(150);
		expect(first?.[1][0]).toBeGreaterThan(107);
		expect(second?.[0][0]).toBeGreaterThan(108);
	});
});
