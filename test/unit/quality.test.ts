import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { decodePicture } from "../../src/vision/decode-picture.js";
import type { Picture } from "../../src/vision/picture.js";
import { measureQuality } from "../../src/vision/quality.js";

const SIZE = { width: 1600, height: 500 };

function drawn(ink: string, ground: string): Sharp {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">
		<rect width="100%" height="100%" fill="${ground}"/>
		<text x="80" y="290" font-size="120" font-family="monospace" fill="${ink}">LXA2J5B37TC004217</text></svg>`;
	return sharp(Buffer.from(svg));
}

async function photograph(picture: Sharp, { blur = 0, noise = 0 } = {}): Promise<Picture> {
	const blurred = blur > 0 ? sharp(await picture.png().toBuffer()).blur(blur) : picture;
	const { data, info } = await blurred.removeAlpha().raw().toBuffer({ resolveWithObject: true });
	// A fixed sequence: the measure must not depend on the luck of a seed.
	let state = 1;
	for (let at = 0; at < data.length; at++) {
		state = (state * 48271) % 2147483647;
		data[at] = Math.max(0, Math.min(255, (data[at] ?? 0) + noise * (state / 1073741823.5 - 1)));
	}
	const raw = { width: info.width, height: info.height, channels: 3 } as const;
	return decodePicture(await sharp(data, { raw }).jpeg({ quality: 88 }).toBuffer());
}

describe("the quality gate", () => {
	for (const [name, ink, ground, grain] of [
		["bright", "#202020", "#d0d0d0", 6],
		["dark", "#0c0c0c", "#2e2e2e", 2],
	] as const) {
		it(`lets a sharp ${name} picture pass, noisy or not`, async () => {
			for (const noise of [0, grain]) {
				const quality = measureQuality(await photograph(drawn(ink, ground), { noise }));
				expect(quality.retake).toBeNull();
			}
		});

		it(`asks for another picture of a ${name} scene out of focus, noisy or not`, async () => {
			for (const noise of [0, grain]) {
				for (const blur of [9, 16, 24]) {
					const quality = measureQuality(await photograph(drawn(ink, ground), { blur, noise }));
					expect([blur, noise, quality.retake]).toEqual([blur, noise, "blurred"]);
				}
			}
		});
	}

	it("measures less sharpness the wider the blur", async () => {
		const measured: number[] = [];
		for (const blur of [0, 2, 4, 8]) {
			measured.push(measureQuality(await photograph(drawn("#111", "#ccc"), { blur, noise: 3 })).sharpness);
		}
		expect(measured).toEqual(measured.toSorted((a, b) => b - a));
	});

	it("names what has no picture in it", async () => {
		expect(measureQuality(await photograph(drawn("#020202", "#040404"))).retake).toBe("underexposed");
		expect(measureQuality(await photograph(drawn("#fefefe", "#ffffff"))).retake).toBe("overexposed");
		expect(measureQuality(await photograph(drawn("#808080", "#828282"))).retake).toBe("empty");
		const tiny = { width: 20, height: 20, rgb: new Uint8Array(1200) };
		expect(measureQuality(tiny).retake).toBe("too_small");
	});
});
