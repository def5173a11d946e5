import { createHash } from "node:crypto";
import sharp, { type Metadata } from "sharp";
import type { CaptureMediaType } from "../contracts/capture.js";
import { VinspectError } from "../domain/errors.js";
import { decodeBmp, readBmpHeader } from "./bmp.js";
import type { ProbePicture } from "./inspector.js";
import type { Picture } from "./picture.js";
import { checkBurden } from "./picture-burden.js";
import { pictureFormat } from "./picture-format.js";

/** More pixels than this are refused from the header alone: 300 MB decoded, beyond any line camera. */
const MAX_PIXELS = 100_000_000;
/** Bytes of the picture as its file has it, before it is made 8-bit sRGB: `MAX_PIXELS` with alpha. */
const MAX_DECODED_BYTES = 4 * MAX_PIXELS;
/**
 * A file that grows by more than this is no picture of anything: photographs reach 100, scanned paper 400, and
 * deflated zeros 1032. Small pictures may, for they cost nothing.
 */
const MAX_GROWTH = 800;
const ALWAYS_SMALL_PIXELS = 20_000_000;

const BYTES_OF_DEPTH: Readonly<Record<string, number>> = {
	uchar: 1,
	char: 1,
	ushort: 2,
	short: 2,
	uint: 4,
	int: 4,
	float: 4,
	complex: 8,
	double: 8,
	dpcomplex: 16,
};

const FORMAT_OF: Readonly<Record<string, CaptureMediaType>> = {
	jpeg: "image/jpeg",
	png: "image/png",
	webp: "image/webp",
	tiff: "image/tiff",
};

function refuseLarge(width: number, height: number): void {
	if (width * height > MAX_PIXELS)
		throw new VinspectError(
			"picture_too_large",
			`The picture has ${width} × ${height} pixels; at most ${MAX_PIXELS / 1e6} million are taken in. Send a crop or a smaller copy.`,
		);
}

/** Refuses what small files grow to when they are decoded. */
function refuseGrowth(bytes: Uint8Array, { width, height, channels, depth }: Metadata): void {
	const decoded = width * height * channels * (BYTES_OF_DEPTH[depth] ?? 16);
	const grows = width * height > ALWAYS_SMALL_PIXELS && decoded > MAX_GROWTH * bytes.length;
	if (decoded > MAX_DECODED_BYTES || grows)
		throw new VinspectError(
			"picture_too_large",
			`The picture of ${bytes.length} bytes decodes to ${decoded}; at most ${MAX_DECODED_BYTES}, and ${MAX_GROWTH} times the file, are taken in. Send a crop or a smaller copy.`,
		);
}

function decodingError(error: unknown): VinspectError {
	if (error instanceof VinspectError) return error;
	const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, " ").trim() : String(error);
	if (/pixel limit|too large|dimensions/i.test(reason))
		return new VinspectError("picture_too_large", `The picture is too large: ${reason}.`, [], {
			cause: error,
		});
	if (
		/premature|truncat|end of (file|stream|image|input)|unexpected end|not enough|read error|eof\b/i.test(
			reason,
		)
	)
		return new VinspectError(
			"picture_truncated",
			"The picture file ends before its last pixel. Send the whole file again.",
			[],
			{ cause: error },
		);
	return new VinspectError("picture_undecodable", `The picture can't be decoded: ${reason}.`, [], {
		cause: error,
	});
}

/** Refuses what sharp may not decode from the header alone: this is what stops a decompression bomb. */
async function checkHeader(bytes: Uint8Array, format: CaptureMediaType): Promise<void> {
	const header = await sharp(bytes, { limitInputPixels: false }).metadata();
	refuseLarge(header.width, header.height);
	refuseGrowth(bytes, header);
	if (FORMAT_OF[header.format] !== format)
		throw new VinspectError("picture_undecodable", "The content contradicts its own first bytes.");
	if ((header.pages ?? 1) > 1)
		throw new VinspectError(
			"picture_not_still",
			`The file holds ${header.pages} pages. Send a single still picture.`,
		);
}

/** Decodes a checked file. */
async function decodeWithSharp(bytes: Uint8Array): Promise<Picture> {
	const { data, info } = await sharp(bytes, {
		failOn: "error",
		limitInputPixels: MAX_PIXELS,
		unlimited: false,
	})
		.autoOrient()
		.flatten({ background: "#ffffff" })
		.toColourspace("srgb")
		.raw({ depth: "uchar" })
		.toBuffer({ resolveWithObject: true });
	if (info.channels !== 3)
		throw new VinspectError(
			"picture_undecodable",
			`The picture decodes to ${info.channels} channels, not to colour.`,
		);
	// A view, not a copy: of 12 megapixels a copy takes as long as decoding them.
	return {
		width: info.width,
		height: info.height,
		rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
	};
}

function decodeCheckedBmp(bytes: Uint8Array): Picture {
	const { width, height } = readBmpHeader(bytes);
	refuseLarge(width, height);
	return decodeBmp(bytes);
}

/**
 * Safe intake of one picture file: whatever its colours (CMYK, grey, palette, 16 bits, alpha over white), the
 * result is upright 8-bit sRGB. Errors: `picture_empty`, `picture_truncated`, `picture_undecodable`,
 * `picture_not_still`, `picture_format`, `picture_too_large`.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
	const format = pictureFormat(bytes);
	try {
		if (format === "image/bmp") return decodeCheckedBmp(bytes);
		checkBurden(bytes, format);
		await checkHeader(bytes, format);
		return await decodeWithSharp(bytes);
	} catch (error) {
		throw decodingError(error);
	}
}

export const probePicture: ProbePicture = async (bytes) => {
	const { width, height } = await decodePicture(bytes);
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	return { sha256, mediaType: pictureFormat(bytes), bytes: bytes.length, width, height };
};
