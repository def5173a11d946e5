import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VinspectError } from "../../src/domain/errors.js";
import { decodePicture } from "../../src/vision/decode-picture.js";
import { GUARD_LIMITS, PictureGuard } from "../../src/vision/picture-guard.js";

const solid = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: "#777777" } });

const refusal = (work: Promise<unknown>): Promise<{ code: string; message: string }> =>
	work.then(
		() => ({ code: "read", message: "" }),
		(error: unknown) => {
			if (error instanceof VinspectError) return { code: error.code, message: error.message };
			throw error;
		},
	);

/** EXIF with so many entries, of which each is a pointer to a directory at this place. */
function exif(entries: number, pointer: number): Buffer {
	const tiff = Buffer.alloc(8 + 2 + 12 * entries + 4);
	tiff.write("II*\0", 0, "latin1");
	tiff.writeUInt32LE(8, 4);
	tiff.writeUInt16LE(entries, 8);
	for (let n = 0; n < entries; n++) {
		tiff.writeUInt16LE(0x8769, 10 + 12 * n);
		tiff.writeUInt16LE(4, 12 + 12 * n);
		tiff.writeUInt32LE(1, 14 + 12 * n);
		tiff.writeUInt32LE(pointer, 18 + 12 * n);
	}
	return tiff;
}

function jpegWith(jpeg: Buffer, marker: number, content: Buffer, times = 1): Buffer {
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(content.length + 2, 2);
	const segment = Buffer.concat([head, content]);
	return Buffer.concat([
		jpeg.subarray(0, 2),
		Buffer.alloc(segment.length * times, segment),
		jpeg.subarray(2),
	]);
}

const exifSegment = (tiff: Buffer) => Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);

function pngWith(png: Buffer, name: string, content: Buffer, times = 1): Buffer {
	const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
	const chunk = Buffer.alloc(body.length + 8);
	chunk.writeUInt32BE(content.length);
	body.copy(chunk, 4);
	chunk.writeUInt32BE(crc32(body), body.length + 4);
	const after = 33; // signature and IHDR
	return Buffer.concat([
		png.subarray(0, after),
		Buffer.alloc(chunk.length * times, chunk),
		png.subarray(after),
	]);
}

/** The same PNG with a header that says it is a square of so many pixels. */
function sized(png: Buffer, side: number): Buffer {
	const copy = Buffer.from(png);
	copy.writeUInt32BE(side, 16);
	copy.writeUInt32BE(side, 20);
	copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
	return copy;
}

describe("what a file carries beside its pixels", () => {
	let jpeg: Buffer;
	let png: Buffer;
	beforeAll(async () => {
		jpeg = await solid(32, 32).jpeg().toBuffer();
		png = await solid(32, 32).png().toBuffer();
	});

	test("is refused before a decoder goes round in it for ever", async () => {
		const circle = exif(1_000, 8);
		const webp = await solid(32, 32)
			.withExif({ IFD0: { Software: "x".repeat(2_000) } })
			.webp()
			.toBuffer();
		const at = webp.indexOf("EXIF");
		// the chunk's own place and length stay; only what is in it leads back to its beginning
		exif(100, 8).copy(webp, at + 8 + (webp.toString("latin1", at + 8, at + 12) === "Exif" ? 6 : 0));
		for (const bytes of [jpegWith(jpeg, 0xe1, exifSegment(circle)), pngWith(png, "eXIf", circle), webp]) {
			// a decoder that looked at it would be at it until the test gives up
			const { code, message } = await refusal(decodePicture(bytes));
			expect([code, message]).toEqual(["picture_undecodable", expect.stringContaining("in a circle")]);
		}
	});

	test("is refused where there is far too much of it", async () => {
		const nowhere = exif(900, 0);
		expect((await refusal(decodePicture(jpegWith(jpeg, 0xe1, exifSegment(nowhere))))).code).toBe("read");
		for (const [bytes, what] of [
			[jpegWith(jpeg, 0xe1, exifSegment(nowhere), 2), "more than 1000 entries"],
			[jpegWith(jpeg, 0xfe, Buffer.alloc(0), 1_001), "more than 1000 segments"],
			[pngWith(png, "tEXt", Buffer.from("a\0b"), 1_001), "more than 1000 chunks"],
		] as const) {
			const { code, message } = await refusal(decodePicture(bytes));
			expect([code, message]).toEqual(["picture_undecodable", expect.stringContaining(what)]);
		}
	});

	test("a camera's EXIF with a profile is taken", async () => {
		const photo = await solid(40, 30)
			.withMetadata({ orientation: 6 })
			.withExif({
				IFD0: { Make: "Camera", Software: "1.0" },
				IFD2: { ExposureTime: "1/60" },
				IFD3: { GPSVersionID: "2 3 0 0" },
			})
			.jpeg()
			.toBuffer();
		expect(await decodePicture(photo)).toMatchObject({ width: 30, height: 40 });
	});
});

describe("what grows beyond measure when it is decoded", () => {
	test("is refused from its header", async () => {
		const { code, message } = await refusal(decodePicture(sized(await solid(8, 8).png().toBuffer(), 5_000)));
		expect([code, message]).toEqual(["picture_too_large", expect.stringContaining("800 times")]);
		const small = await solid(1_000, 1_000).png({ compressionLevel: 9 }).toBuffer();
		expect((await refusal(decodePicture(small))).code).toBe("read");
	});

	test("and so is one of too many bytes a pixel", async () => {
		const deep = sized(await solid(8, 8).toColourspace("rgb16").png().toBuffer(), 9_000);
		expect((await refusal(decodePicture(deep))).code).toBe("picture_too_large");
	});
});

describe("the process in which strangers' pictures are decoded", () => {
	let folder: string;
	let jpeg: Buffer;
	const guards: PictureGuard[] = [];
	const guarded = (limits: Partial<typeof GUARD_LIMITS>, module?: string) => {
		const guard = new PictureGuard({ ...GUARD_LIMITS, processes: 1, ...limits }, module);
		guards.push(guard);
		return guard;
	};
	/** A decoder that does this on its first picture, whatever process it is in. */
	const decoderThat = (name: string, does: string) => {
		const path = join(folder, `${name}.mjs`);
		writeFileSync(
			path,
			`process.on("message", async ({ bytes }) => { ${does} }); process.send({ ready: true });`,
		);
		return path;
	};
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "vinspect-decoder-"));
		jpeg = await solid(32, 32).jpeg().toBuffer();
	});
	afterAll(() => {
		for (const guard of guards) guard.close();
		rmSync(folder, { recursive: true, force: true });
	});

	test("tells what a picture is, and why another one is refused, as intake does", async () => {
		const guard = guarded({ processes: 2 });
		expect(await guard.probe(jpeg)).toMatchObject({ mediaType: "image/jpeg", width: 32, height: 32 });
		const answers = await Promise.all(
			[jpeg, Buffer.from("no picture"), jpeg.subarray(0, 200), Buffer.alloc(0), jpeg].map((bytes) =>
				refusal(guard.probe(bytes)),
			),
		);
		expect(answers.map(({ code }) => code)).toEqual([
			"read",
			"picture_format",
			"picture_truncated",
			"picture_empty",
			"read",
		]);
	});

	test.each([
		["crashes", "process.abort();", "breaks down"],
		["hangs", "for (;;);", "longer than 0.5 s"],
		["eats memory", "globalThis.eaten = Buffer.alloc(400 * 2 ** 20, 1);", "more than 256 MiB"],
		["is taken over and lies", 'process.send({ image: { sha256: "../../x" } });', "breaks down"],
	])("that %s takes nothing with it and the next picture has a new one", async (name, does, why) => {
		const guard = guarded(
			{ cpuMs: name === "hangs" ? 500 : 20_000, memoryBytes: 256 * 2 ** 20 },
			decoderThat(
				name,
				`if (bytes.length > 0) { ${does} } else process.send({ error: { code: "picture_empty", message: "" } });`,
			),
		);
		const { code, message } = await refusal(guard.probe(jpeg));
		expect([code, message]).toEqual(["picture_undecodable", expect.stringContaining(why)]);
		expect((await refusal(guard.probe(Buffer.alloc(0)))).code).toBe("picture_empty");
	});

	test("that died of something else is given its picture once more", async () => {
		const image = `{ sha256: "${"0".repeat(64)}", mediaType: "image/jpeg", bytes: 1, width: 1, height: 1 }`;
		const mark = join(folder, "died");
		const once = decoderThat(
			"once",
			`const fs = await import("node:fs");
			if (fs.existsSync(${JSON.stringify(mark)})) process.send({ image: ${image} });
			else { fs.writeFileSync(${JSON.stringify(mark)}, ""); process.exit(1); }`,
		);
		expect(await guarded({}, once).probe(jpeg)).toMatchObject({ width: 1 });
	});

	test("that can't even start is our failure, not the picture's", async () => {
		expect((await refusal(guarded({}, join(folder, "missing.mjs")).probe(jpeg))).code).toBe(
			"reader_unavailable",
		);
	});

	test("knows no address, passphrase or key of ours", async () => {
		process.env.SIGNER_P12_PASSPHRASE = "secret";
		const tell =
			'process.send({ error: { code: "picture_empty", message: Object.keys(process.env).join() } });';
		const { message } = await refusal(guarded({}, decoderThat("environment", tell)).probe(jpeg));
		delete process.env.SIGNER_P12_PASSPHRASE;
		expect(message).not.toMatch(/SIGNER|MONGODB|TEMPORAL|HOME/);
	});
});
