import { VinspectError } from "../domain/errors.js";
import type { Picture } from "./picture.js";

interface BmpHeader {
	readonly dataAt: number;
	readonly width: number;
	readonly height: number;
	readonly bottomUp: boolean;
	readonly bits: 8 | 24 | 32;
	readonly palette: Uint8Array;
}

const refuse = (code: "picture_truncated" | "picture_format" | "picture_undecodable", message: string) =>
	new VinspectError(code, message);

/**
 * Reads the header of an uncompressed BMP as industrial cameras write it: BITMAPINFOHEADER or later, 8 bits
 * with a palette, 24 or 32 bits. Errors: `picture_truncated`, `picture_format` for the compressed and
 * 1-, 4- and 16-bit kinds, `picture_undecodable`.
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
	if (bytes.length < 54) throw refuse("picture_truncated", "The BMP file ends inside its header.");
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const dataAt = view.getUint32(10, true);
	const headerSize = view.getUint32(14, true);
	const width = view.getInt32(18, true);
	const signedHeight = view.getInt32(22, true);
	const bits = view.getUint16(28, true);
	const compression = view.getUint32(30, true);
	const colours = view.getUint32(46, true);
	if (headerSize < 40 || headerSize > 124 || width <= 0 || signedHeight === 0)
		throw refuse("picture_undecodable", "The BMP header does not make sense.");
	// BI_BITFIELDS with 32 bits carries the usual BGRA order in every camera file met.
	const uncompressed = compression === 0 || (compression === 3 && bits === 32);
	if (!uncompressed || (bits !== 8 && bits !== 24 && bits !== 32))
		throw refuse(
			"picture_format",
			"Only uncompressed BMP with 8, 24 or 32 bits is taken in. Send PNG instead.",
		);
	const paletteAt = 14 + headerSize;
	const paletteSize = bits === 8 ? 4 * Math.min(256, colours === 0 ? 256 : colours) : 0;
	return {
		dataAt,
		width,
		height: Math.abs(signedHeight),
		bottomUp: signedHeight > 0,
		bits,
		palette: bytes.subarray(paletteAt, paletteAt + paletteSize),
	};
}

/** Decodes what `readBmpHeader` lets through. Errors as there; the caller has checked the number of pixels. */
export function decodeBmp(bytes: Uint8Array): Picture {
	const { dataAt, width, height, bottomUp, bits, palette } = readBmpHeader(bytes);
	const stride = Math.ceil((width * bits) / 32) * 4;
	if (dataAt + stride * height > bytes.length)
		throw refuse("picture_truncated", "The BMP file ends before its last row of pixels.");
	const rgb = new Uint8Array(width * height * 3);
	const step = bits / 8;
	for (let y = 0; y < height; y++) {
		let from = dataAt + stride * (bottomUp ? height - 1 - y : y);
		let to = y * width * 3;
		for (let x = 0; x < width; x++, from += step, to += 3) {
			const source = bits === 8 ? palette : bytes;
			const at = bits === 8 ? (bytes[from] ?? 0) * 4 : from;
			rgb[to] = source[at + 2] ?? 0;
			rgb[to + 1] = source[at + 1] ?? 0;
			rgb[to + 2] = source[at] ?? 0;
		}
	}
	return { width, height, rgb };
}
