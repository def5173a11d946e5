import { crc32 } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { VinspectError } from "../../src/domain/errors.js";
import { decodePicture, probePicture } from "../../src/vision/decode-picture.js";

const [WIDTH, HEIGHT] = [48, 32];
const RED = { r: 200, g: 30, b: 60 };

/** Red, with a green quarter at the top left that tells which way is up. */
const drawing = () =>
	sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: RED } }).composite([
		{ input: { create: { width: 24, height: 16, channels: 3, background: "#00ff00" } }, top: 0, left: 0 },
	]);

async function codeOf(bytes: Uint8Array): Promise<string> {
	try {
		await decodePicture(bytes);
		return "decoded";
	} catch (error) {
		if (error instanceof VinspectError) return error.code;
		throw error;
	}
}

async function pixel(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
	const { width, rgb } = await decodePicture(bytes);
	return [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function near(actual: readonly number[], expected: readonly number[], tolerance = 25) {
	expect(actual).toHaveLength(3);
	for (const [index, value] of expected.entries())
		expect(Math.abs((actual[index] ?? -999) - value)).toBeLessThanOrEqual(tolerance);
}

/** Uncompressed BMP as a camera writes it: bottom-up, rows padded to four bytes. */
function bmp(bits: 8 | 24 | 32): Buffer {
	const palette = bits === 8 ? 256 * 4 : 0;
	const stride = Math.ceil((WIDTH * bits) / 32) * 4;
	const file = Buffer.alloc(54 + palette + stride * HEIGHT);
	file.write("BM", 0, "latin1");
	file.writeUInt32LE(file.length, 2);
	file.writeUInt32LE(54 + palette, 10);
	file.writeUInt32LE(40, 14);
	file.writeInt32LE(WIDTH, 18);
	file.writeInt32LE(HEIGHT, 22);
	file.writeUInt16LE(1, 26);
	file.writeUInt16LE(bits, 28);
	for (let level = 0; level < palette / 4; level++) file.fill(level, 54 + level * 4, 54 + level * 4 + 3);
	for (let y = 0; y < HEIGHT; y++)
		for (let x = 0; x < WIDTH; x++) {
			const topLeft = x < 24 && y < 16;
			const at = 54 + palette + (HEIGHT - 1 - y) * stride + (x * bits) / 8;
			if (bits === 8) file[at] = topLeft ? 255 : 10;
			else file.set(topLeft ? [0, 255, 0] : [60, 30, 200], at);
		}
	return file;
}

describe("intake of pictures", () => {
	let jpeg: Buffer;
	let png: Buffer;
	beforeAll(async () => {
		jpeg = await drawing().jpeg({ quality: 95 }).toBuffer();
		png = await drawing().png().toBuffer();
	});

	test.each(["jpeg", "png", "webp", "tiff"] as const)("takes %s in by its content", async (format) => {
		const bytes = await drawing().toFormat(format).toBuffer();
		const { width, height, rgb } = await decodePicture(bytes);
		expect([width, height, rgb.length]).toEqual([WIDTH, HEIGHT, WIDTH * HEIGHT * 3]);
		near(await pixel(bytes, 40, 28), [200, 30, 60]);
		near(await pixel(bytes, 4, 4), [0, 255, 0]);
		expect((await probePicture(bytes)).mediaType).toBe(`image/${format}`);
	});

	test.each([8, 24, 32] as const)(
		"takes uncompressed BMP with %i bits in, the right way up",
		async (bits) => {
			near(await pixel(bmp(bits), 4, 4), bits === 8 ? [255, 255, 255] : [0, 255, 0], 0);
			near(await pixel(bmp(bits), 40, 28), bits === 8 ? [10, 10, 10] : [200, 30, 60], 0);
		},
	);

	test("refuses a BMP that ends early, is compressed or lies about its size", async () => {
		expect(await codeOf(bmp(24).subarray(0, 2000))).toBe("picture_truncated");
		const compressed = bmp(8);
		compressed.writeUInt32LE(1, 30);
		expect(await codeOf(compressed)).toBe("picture_format");
		const huge = bmp(24);
		huge.writeInt32LE(2_000_000, 18);
		huge.writeInt32LE(2_000_000, 22);
		expect(await codeOf(huge)).toBe("picture_too_large");
	});

	test.each([
		["CMYK JPEG", () => drawing().toColourspace("cmyk").jpeg(), [200, 30, 60]],
		["16-bit PNG", () => drawing().toColourspace("rgb16").png(), [200, 30, 60]],
		["palette PNG", () => drawing().png({ palette: true }), [200, 30, 60]],
		["grey JPEG", () => drawing().greyscale().jpeg(), [103, 103, 103]],
		["16-bit grey PNG", () => drawing().toColourspace("grey16").png(), [103, 103, 103]],
	] as const)("turns %s into 8-bit sRGB", async (_, make, expected) => {
		near(await pixel(await make().toBuffer(), 40, 28), expected, 35);
	});

	test("shows transparent pixels as white paper", async () => {
		const clear = { width: 8, height: 8, channels: 4 as const, background: { ...RED, alpha: 0 } };
		expect(await pixel(await sharp({ create: clear }).png().toBuffer(), 3, 3)).toEqual([255, 255, 255]);
	});

	test("honours the EXIF orientation", async () => {
		// 6: the camera lay on its right side; upright, the green corner is at the top right.
		const turned = await drawing().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
		const { width, height } = await decodePicture(turned);
		expect([width, height]).toEqual([HEIGHT, WIDTH]);
		near(await pixel(turned, HEIGHT - 4, 4), [0, 255, 0]);
	});

	test("names what is no still picture", async () => {
		const frame = (g: number) =>
			sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 9, g, b: 9 } } })
				.png()
				.toBuffer();
		const frames = await Promise.all([frame(1), frame(200)]);
		const join = { join: { animated: true } };
		expect(await codeOf(await sharp(frames, join).webp().toBuffer())).toBe("picture_not_still");
		expect(await codeOf(await sharp(frames, join).gif().toBuffer())).toBe("picture_not_still");
		expect(await codeOf(await sharp(frames, join).tiff().toBuffer())).toBe("picture_not_still");
		expect(await codeOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe("picture_not_still");
		expect(await codeOf(Buffer.from('<?xml version="1.0"?>\n<!-- x --><svg/>'))).toBe("picture_not_still");
		expect(await codeOf(Buffer.from("%PDF-1.7\n"))).toBe("picture_not_still");
		const control = Buffer.from([0, 0, 0, 8, ...Buffer.from("acTL"), 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
		const animated = Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]);
		expect(await codeOf(animated)).toBe("picture_not_still");
	});

	test("names what is empty, no picture, or a picture of another format", async () => {
		expect(await codeOf(Buffer.alloc(0))).toBe("picture_empty");
		expect(await codeOf(Buffer.from("vin,model\nLMG,ES6\n"))).toBe("picture_format");
		expect(await codeOf(await drawing().avif().toBuffer())).toBe("picture_format");
	});

	test("names a file that ends early, whatever its format", async () => {
		for (const format of ["jpeg", "png", "webp"] as const) {
			const whole = await drawing().toFormat(format).toBuffer();
			for (const share of [0.3, 0.6, 0.9])
				expect(await codeOf(whole.subarray(0, Math.floor(whole.length * share)))).toBe("picture_truncated");
		}
	});

	test("refuses a decompression bomb from its header, without decoding it", async () => {
		const header = Buffer.from(png.subarray(12, 29));
		header.writeUInt32BE(60_000, 4);
		header.writeUInt32BE(60_000, 8);
		const checksum = Buffer.alloc(4);
		checksum.writeUInt32BE(crc32(header));
		const bomb = Buffer.concat([png.subarray(0, 12), header, checksum, png.subarray(33)]);
		expect(await codeOf(bomb)).toBe("picture_too_large");
	});

	test("answers any damaged file with a picture or a named error", async () => {
		const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 });
		const property = fc.asyncProperty(
			fc.boolean(),
			damage,
			fc.double({ min: 0, max: 1, noNaN: true }),
			async (isJpeg, changes, cut) => {
				const bytes = Buffer.from(isJpeg ? jpeg : png);
				for (const [at, value] of changes) bytes[at % bytes.length] = value;
				const code = await codeOf(bytes.subarray(0, Math.ceil(bytes.length * cut)));
				expect(code).toMatch(/^(decoded|picture_)/);
			},
		);
		await fc.assert(property, { numRuns: 150 });
	});
});
