import type { CaptureMediaType } from "../contracts/capture.js";
import { VinspectError } from "../domain/errors.js";

const ascii = (bytes: Uint8Array, from: number, length: number) =>
	String.fromCharCode(...bytes.subarray(from, from + length));

/** What the first bytes say a file is; `null` when they say nothing we know. */
function nameFormat(bytes: Uint8Array): CaptureMediaType | { refused: string; still: boolean } | null {
	const head = ascii(bytes, 0, 16);
	if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
	if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
	if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
	if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(head)) return "image/tiff";
	if (head.startsWith("BM")) return "image/bmp";
	if (head.startsWith("GIF8")) return { refused: "GIF", still: false };
	if (head.startsWith("%PDF")) return { refused: "PDF", still: false };
	if (head.slice(4, 8) === "ftyp") {
		const brand = head.slice(8, 12);
		if (brand.startsWith("hei") || brand.startsWith("hev") || brand.startsWith("mif") || brand === "msf1")
			return { refused: "HEIC", still: true };
		if (brand.startsWith("avi")) return { refused: "AVIF", still: true };
		return { refused: "MP4/QuickTime video", still: false };
	}
	if (head.startsWith("\xff\x0a") || head.startsWith("\0\0\0\x0cJXL "))
		return { refused: "JPEG XL", still: true };
	if (head.startsWith("\0\0\0\x0cjP  ")) return { refused: "JPEG 2000", still: true };
	if (head.startsWith("8BPS")) return { refused: "Photoshop", still: true };
	const text = new TextDecoder("utf-8").decode(bytes.subarray(0, 4096)).trimStart();
	if (/^(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(text) && /<svg/i.test(text))
		return { refused: "SVG", still: false };
	return null;
}

/** Names of a PNG's chunks in order, as far as the file holds them whole. */
function pngChunks(bytes: Uint8Array): string[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const types: string[] = [];
	for (let at = 8; at + 12 <= bytes.length; ) {
		const end = at + 12 + view.getUint32(at);
		if (end > bytes.length) break;
		types.push(ascii(bytes, at + 4, 4));
		at = end;
	}
	return types;
}

/** A chunk `acTL` makes an animated PNG (W3C PNG, third edition, 11.3.6). */
function isAnimatedPng(bytes: Uint8Array): boolean {
	return pngChunks(bytes).includes("acTL");
}

/** Bit 1 of the VP8X flags says animation (WebP container specification). */
function isAnimatedWebp(bytes: Uint8Array): boolean {
	return ascii(bytes, 12, 4) === "VP8X" && ((bytes[20] ?? 0) & 0b10) !== 0;
}

/** Whether a container's own structure goes on beyond the end of the file. */
function endsEarly(format: CaptureMediaType, bytes: Uint8Array): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (format === "image/png") return !pngChunks(bytes).includes("IEND");
	if (format === "image/webp") return view.getUint32(4, true) + 8 > bytes.length;
	if (format !== "image/tiff" || (bytes[2] !== 42 && bytes[3] !== 42)) return false;
	return bytes.length < 8 || view.getUint32(4, bytes[0] === 0x49) + 2 > bytes.length;
}

/**
 * Names a picture's format by its content; a file name is never asked.
 * Errors: `picture_empty`, `picture_not_still` (animation, vector graphics, documents), `picture_format`,
 * `picture_truncated` where the header alone proves it.
 */
export function pictureFormat(bytes: Uint8Array): CaptureMediaType {
	if (bytes.length === 0)
		throw new VinspectError("picture_empty", "The file holds no bytes. Send the picture again.");
	const format = nameFormat(bytes);
	if (format === null)
		throw new VinspectError(
			"picture_format",
			"The content is no picture that is known here. Send JPEG, PNG, WebP, TIFF or BMP.",
		);
	if (typeof format !== "string")
		throw new VinspectError(
			format.still ? "picture_format" : "picture_not_still",
			`The content is ${format.refused}. Send a single still picture as JPEG, PNG, WebP, TIFF or BMP.`,
		);
	if ((format === "image/png" && isAnimatedPng(bytes)) || (format === "image/webp" && isAnimatedWebp(bytes)))
		throw new VinspectError(
			"picture_not_still",
			"The picture is animated. Send a single still picture as JPEG, PNG, WebP, TIFF or BMP.",
		);
	if (endsEarly(format, bytes))
		throw new VinspectError(
			"picture_truncated",
			"The picture file is shorter than its header says. Send the whole file again.",
		);
	return format;
}
