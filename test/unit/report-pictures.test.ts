import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Box } from "../../src/contracts/primitives.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { cropAround, cropWitness } from "../../src/reporting/report-pictures.js";
import { viewReport } from "../../src/reporting/report-view.js";
import { sampleInspection } from "../support/sample-inspection.js";

const WIDTH = 1200;
const HEIGHT = 800;
const box = fc
	.tuple(fc.nat(WIDTH - 20), fc.nat(HEIGHT - 20), fc.nat(WIDTH), fc.nat(HEIGHT))
	.map(([x, y, w, h]): Box => [x, y, Math.min(10 + w, WIDTH - x), Math.min(10 + h, HEIGHT - y)]);

describe("crops for the report", () => {
	it("lie within the picture and hold every box", () => {
		fc.assert(
			fc.property(fc.array(box, { minLength: 1, maxLength: 6 }), (boxes) => {
				const { left, top, width, height } = cropAround(boxes, WIDTH, HEIGHT);
				expect(left).toBeGreaterThanOrEqual(0);
				expect(top).toBeGreaterThanOrEqual(0);
				expect(left + width).toBeLessThanOrEqual(WIDTH);
				expect(top + height).toBeLessThanOrEqual(HEIGHT);
				for (const [x, y, w, h] of boxes) {
					expect(x).toBeGreaterThanOrEqual(left - 1);
					expect(y).toBeGreaterThanOrEqual(top - 1);
					expect(x + w).toBeLessThanOrEqual(left + width + 1);
					expect(y + h).toBeLessThanOrEqual(top + height + 1);
				}
			}),
		);
	});

	async function firstWitness() {
		const { inspection, observations } = await sampleInspection();
		const [witness] = viewReport(buildInspectionRecord(inspection, observations)).witnesses;
		if (!witness?.capture) throw new Error("the sample has a first witness");
		return { witness, capture: witness.capture };
	}

	it("stay small for the noisiest picture", async () => {
		const { witness, capture } = await firstWitness();
		const { width, height } = capture;
		const noise = await sharp({
			create: {
				width,
				height,
				channels: 3,
				background: "#888",
				noise: { type: "gaussian", mean: 128, sigma: 90 },
			},
		})
			.png()
			.toBuffer();
		const crop = await cropWitness({ ...witness, findings: [] }, async () => noise);
		expect(crop?.jpeg.length).toBeLessThanOrEqual(200_000);
	});

	it("are left out where a picture no longer decodes", async () => {
		const { witness } = await firstWitness();
		expect(await cropWitness(witness, async () => Buffer.from("no picture"))).toBeNull();
	});

	it("fail where the store does", async () => {
		const { witness } = await firstWitness();
		await expect(cropWitness(witness, () => Promise.reject(new Error("store away")))).rejects.toThrow(
			"store away",
		);
	});
});
