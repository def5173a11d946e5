/** Files made by hand to cost more than they should: small on the wire, large or endless when opened. */
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

const chunk = (type, data) => {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const framed = Buffer.alloc(body.length + 8);
	framed.writeUInt32BE(data.length);
	body.copy(framed, 4);
	framed.writeUInt32BE(crc32(body), body.length + 4);
	return framed;
};
const PNG = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const END = chunk("IEND", Buffer.alloc(0));

function ihdr(width, height, depth = 8, colour = 0, interlace = 0) {
	const data = Buffer.alloc(13);
	data.writeUInt32BE(width, 0);
	data.writeUInt32BE(height, 4);
	data.set([depth, colour, 0, 0, interlace], 8);
	return chunk("IHDR", data);
}

/** All pixels zero: a hundred megapixels in about a hundred kilobytes. */
const pngOf = (width, height, rowBytes, ...header) =>
	Buffer.concat([
		PNG,
		ihdr(width, height, ...header),
		chunk("IDAT", deflateSync(Buffer.alloc((rowBytes + 1) * height), { level: 9 })),
		END,
	]);

const pngWith = (...chunks) =>
	Buffer.concat([PNG, ihdr(8, 8), ...chunks, chunk("IDAT", deflateSync(Buffer.alloc(72))), END]);

const times = (count, piece) => Buffer.alloc(piece.length * count, piece);

const zeros = deflateSync(Buffer.alloc(200 * 2 ** 20), { level: 9 });

const solid = (width, height, background = "#777777") =>
	sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });

function jpegWith(jpeg, ...segments) {
	return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

function segment(marker, data) {
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(data.length + 2, 2);
	return Buffer.concat([head, data]);
}

/** EXIF whose entries say they hold four billion values, and whose directories lead in a circle. */
function exifBomb() {
	const tiff = Buffer.alloc(8 + 2 + 12 * 4000 + 4);
	tiff.write("II*\0", 0, "latin1");
	tiff.writeUInt32LE(8, 4);
	tiff.writeUInt16LE(4000, 8);
	for (let n = 0; n < 4000; n++) {
		const at = 10 + 12 * n;
		tiff.writeUInt16LE([0x8769, 0x8825, 0xa005, 0x0112][n % 4], at);
		tiff.writeUInt16LE(4, at + 2);
		tiff.writeUInt32LE(n % 8 === 0 ? 0xffffffff : 1, at + 4);
		tiff.writeUInt32LE(8, at + 8);
	}
	tiff.writeUInt32LE(8, tiff.length - 4);
	return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
}

/** Progressive scans over and over: each makes the decoder go through the whole picture again. */
function manyScans(jpeg, times) {
	const at = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
	const scan = jpeg.subarray(at, jpeg.length - 2);
	return Buffer.concat([jpeg.subarray(0, at), ...Array(times).fill(scan), jpeg.subarray(-2)]);
}

/** A TIFF of one strip, whose bytes are inflated. */
function tiffOf(width, height, compression, strip, next = 0) {
	const entries = [
		[256, width],
		[257, height],
		[258, 8],
		[259, compression],
		[262, 1],
		[273, 8 + 2 + 12 * 9 + 4],
		[277, 1],
		[278, height],
		[279, strip.length],
	];
	const head = Buffer.alloc(8 + 2 + 12 * entries.length + 4);
	head.write("II*\0", 0, "latin1");
	head.writeUInt32LE(8, 4);
	head.writeUInt16LE(entries.length, 8);
	for (const [n, [tag, value]] of entries.entries()) {
		head.writeUInt16LE(tag, 10 + 12 * n);
		head.writeUInt16LE(4, 12 + 12 * n);
		head.writeUInt32LE(1, 14 + 12 * n);
		head.writeUInt32LE(value, 18 + 12 * n);
	}
	head.writeUInt32LE(next, head.length - 4);
	return Buffer.concat([head, strip]);
}

function hugeBmp(width, height, bits) {
	const file = Buffer.alloc(54 + 1024);
	file.write("BM", 0, "latin1");
	file.writeUInt32LE(54, 10);
	file.writeUInt32LE(40, 14);
	file.writeInt32LE(width, 18);
	file.writeInt32LE(height, 22);
	file.writeUInt16LE(bits, 28);
	return file;
}

function sized(jpeg, width, height) {
	const copy = Buffer.from(jpeg);
	const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
	copy.writeUInt16BE(height, at + 5);
	copy.writeUInt16BE(width, at + 7);
	return copy;
}

/** Width and height of a lossless WebP are 14 bits each behind its signature (RFC 9649, 3.4). */
function webpSized(webp, width, height) {
	const copy = Buffer.from(webp);
	const packed = (width - 1) | ((height - 1) << 14);
	copy.writeUInt32LE(((copy.readUInt32LE(21) & 0xf0000000) | (packed & 0x0fffffff)) >>> 0, 21);
	return copy;
}

/** `{ what, bytes }` of every bomb; `heavy` ones are as large as intake allows, and are decoded. */
export async function bombs() {
	const jpeg = await solid(64, 64).jpeg().toBuffer();
	const lossless = await solid(64, 64).webp({ lossless: true }).toBuffer();
	const progressive = await solid(2000, 2000).jpeg({ progressive: true }).toBuffer();
	const frames = await Promise.all(
		["#111111", "#eeeeee"].map((grey) => solid(64, 64, grey).png().toBuffer()),
	);
	const text = (type) => chunk(type, Buffer.concat([Buffer.from("Comment\0\0", "latin1"), zeros]));
	const circle = tiffOf(8, 8, 1, Buffer.alloc(64), 8);
	const list = {
		"png, 65,500 × 65,500 in the header": Buffer.concat([PNG, ihdr(65_500, 65_500), END]),
		"png, 2³¹−1 × 2³¹−1 in the header": Buffer.concat([PNG, ihdr(0x7fffffff, 0x7fffffff), END]),
		"png, 20,000 × 20,000 zeros": pngOf(20_000, 20_000, 20_000),
		"png, text that inflates to 200 MiB": pngWith(text("zTXt")),
		"png, profile that inflates to 200 MiB": pngWith(text("iCCP")),
		"png, 200,000 empty chunks": pngWith(times(200_000, chunk("tEXt", Buffer.from("a\0b")))),
		"png, pixels that inflate to 200 MiB more than there are": Buffer.concat([
			PNG,
			ihdr(8, 8),
			chunk("IDAT", zeros),
			END,
		]),
		"png, a profile of garbage": pngWith(
			chunk("iCCP", Buffer.concat([Buffer.from("x\0\0"), deflateSync(Buffer.alloc(4000, 255))])),
		),
		"jpeg, 65,500 × 65,500 in the header": sized(jpeg, 65_500, 65_500),
		"jpeg, 9,999 × 9,999 in the header of 64 × 64": sized(jpeg, 9999, 9999),
		"jpeg, EXIF that leads in circles": jpegWith(jpeg, segment(0xe1, exifBomb())),
		"jpeg, 1,000 segments of EXIF": jpegWith(
			jpeg,
			...Array(1000).fill(segment(0xe1, exifBomb().subarray(0, 60_000))),
		),
		"jpeg, a profile of garbage": jpegWith(
			jpeg,
			segment(
				0xe2,
				Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), Buffer.alloc(60_000, 0xa5)]),
			),
		),
		"jpeg, 200,000 empty comments": jpegWith(jpeg, times(200_000, segment(0xfe, Buffer.alloc(0)))),
		"jpeg, 2,000 progressive scans of 4 megapixels": manyScans(progressive, 2000),
		"tiff, 65,500 × 65,500 in the header": tiffOf(65_500, 65_500, 1, Buffer.alloc(64)),
		"tiff, strip that inflates to 200 MiB": tiffOf(64, 64, 8, zeros),
		"tiff, directories in a circle": circle,
		"tiff, animation of two": await sharp(frames, { join: { animated: true } })
			.tiff()
			.toBuffer(),
		"webp, animation": await sharp(frames, { join: { animated: true } })
			.webp()
			.toBuffer(),
		"webp, 16,383 × 16,383 in the header": webpSized(lossless, 16_383, 16_383),
		"webp, 10,000 × 10,000 in the header of 64 × 64": webpSized(lossless, 10_000, 10_000),
		"bmp, 2³¹−1 × 2³¹−1": hugeBmp(0x7fffffff, 0x7fffffff, 24),
		"bmp, 10,000 × 10,000 without pixels": hugeBmp(10_000, 10_000, 8),
		"svg with entities": Buffer.from(
			`<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "${"a".repeat(1000)}"><!ENTITY b "${"&a;".repeat(1000)}">]><svg>&b;</svg>`,
		),
		"gif and html at once": Buffer.from("GIF89a/*<script>alert(1)</script>*/"),
		"jpeg and zip at once": Buffer.concat([jpeg, Buffer.from("PK\x05\x06", "latin1"), Buffer.alloc(18)]),
	};
	const heavy = {
		"png, 10,000 × 10,000 zeros": pngOf(10_000, 10_000, 10_000),
		"png, 10,000 × 10,000 of 64 bits, interlaced": pngOf(10_000, 10_000, 80_000, 16, 6, 1),
		"jpeg, 100 megapixels, progressive": await solid(10_000, 10_000)
			.jpeg({ progressive: true, chromaSubsampling: "4:4:4" })
			.toBuffer(),
		"tiff, 100 megapixels, deflated": await solid(10_000, 10_000).tiff({ compression: "deflate" }).toBuffer(),
	};
	const named = (files, isHeavy) =>
		Object.entries(files).map(([what, bytes]) => ({ what, bytes, heavy: isHeavy }));
	return [...named(list, false), ...named(heavy, true)];
}
