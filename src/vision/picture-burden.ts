import type { CaptureMediaType } from "../contracts/capture.js";
import { VinspectError } from "../domain/errors.js";

/**
 * What a file carries beside its pixels, looked at before a decoder is: a library goes through all of it, and some
 * for hours. Cameras stay far below every bound.
 */

/** Entries of all EXIF directories; cameras with maker's notes write about two hundred. */
const MOST_EXIF_ENTRIES = 1_000;
/** Chunks of a PNG other than its pixels'. */
const MOST_PNG_CHUNKS = 1_000;
/** Segments of a JPEG before its scan; a profile of 16 MB takes 255. */
const MOST_JPEG_SEGMENTS = 1_000;

/** Tags whose value is the place of another directory: EXIF, GPS, interoperability (EXIF 3.0, 4.6.3). */
const DIRECTORY_TAGS: ReadonlySet<number> = new Set([0x8769, 0x8825, 0xa005]);
const EXIF_MARK = "Exif\0\0";

const latin1 = (bytes: Uint8Array, from: number, length: number) =>
	Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(length, bytes.length - from)).toString(
		"latin1",
	);

function overburdened(what: string): VinspectError {
	return new VinspectError(
		"picture_undecodable",
		`The picture can't be decoded: ${what}. Send it without its metadata.`,
	);
}

/** Segments of a JPEG up to its scan: marker and content. */
function* jpegSegments(bytes: Uint8Array): Generator<{ marker: number; content: Uint8Array }> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = 2; at + 4 <= bytes.length; ) {
		const marker = bytes[at + 1] ?? 0;
		if (bytes[at] !== 0xff || marker === 0xff) {
			// fill bytes, and what a decoder would skip to find the next marker
			at += 1;
			continue;
		}
		if (marker === 0xda || marker === 0xd9) return;
		const length = view.getUint16(at + 2);
		yield { marker, content: bytes.subarray(at + 4, at + 2 + length) };
		at += 2 + Math.max(2, length);
	}
}

/** Chunks of a PNG: name and content. */
function* pngChunks(bytes: Uint8Array): Generator<{ name: string; content: Uint8Array }> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = 8; at + 12 <= bytes.length; ) {
		const length = view.getUint32(at);
		yield { name: latin1(bytes, at + 4, 4), content: bytes.subarray(at + 8, at + 8 + length) };
		at += 12 + length;
	}
}

/** Chunks of a WebP: name and content. */
function* webpChunks(bytes: Uint8Array): Generator<{ name: string; content: Uint8Array }> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = 12; at + 8 <= bytes.length; ) {
		const length = view.getUint32(at + 4, true);
		yield { name: latin1(bytes, at, 4), content: bytes.subarray(at + 8, at + 8 + length) };
		at += 8 + length + (length % 2);
	}
}

function jpegExif(bytes: Uint8Array): Uint8Array[] {
	const blocks: Uint8Array[] = [];
	let segments = 0;
	for (const { marker, content } of jpegSegments(bytes)) {
		segments += 1;
		if (segments > MOST_JPEG_SEGMENTS)
			throw overburdened(`it has more than ${MOST_JPEG_SEGMENTS} segments before its pixels`);
		if (marker === 0xe1 && latin1(content, 0, EXIF_MARK.length) === EXIF_MARK) blocks.push(content);
	}
	return blocks;
}

function pngExif(bytes: Uint8Array): Uint8Array[] {
	const blocks: Uint8Array[] = [];
	let others = 0;
	for (const { name, content } of pngChunks(bytes)) {
		if (name === "IDAT") continue;
		others += 1;
		if (others > MOST_PNG_CHUNKS)
			throw overburdened(`it has more than ${MOST_PNG_CHUNKS} chunks beside its pixels`);
		if (name === "eXIf") blocks.push(content);
	}
	return blocks;
}

function webpExif(bytes: Uint8Array): Uint8Array[] {
	const blocks: Uint8Array[] = [];
	for (const { name, content } of webpChunks(bytes)) if (name === "EXIF") blocks.push(content);
	return blocks;
}

/**
 * Entries of all directories of an EXIF block. A reader follows every pointer to a directory again, so a few that
 * lead in circles are work without end. Errors: `picture_undecodable`.
 */
function exifEntries(block: Uint8Array): number {
	const tiff = latin1(block, 0, EXIF_MARK.length) === EXIF_MARK ? block.subarray(EXIF_MARK.length) : block;
	if (tiff.length < 8) return 0;
	const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
	const little = tiff[0] === 0x49;
	const seen = new Set<number>();
	const ahead = [view.getUint32(4, little)];
	let entries = 0;
	for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
		if (at === 0 || at + 2 > tiff.length) continue;
		if (seen.has(at)) throw overburdened("its EXIF directories lead in a circle");
		seen.add(at);
		const count = view.getUint16(at, little);
		entries += count;
		if (entries > MOST_EXIF_ENTRIES) return entries;
		const end = at + 2 + 12 * count;
		for (let entry = at + 2; entry < end && entry + 12 <= tiff.length; entry += 12)
			if (DIRECTORY_TAGS.has(view.getUint16(entry, little))) ahead.push(view.getUint32(entry + 8, little));
		if (end + 4 <= tiff.length) ahead.push(view.getUint32(end, little));
	}
	return entries;
}

/** Refuses a file whose metadata would keep a decoder busy. Errors: `picture_undecodable`. */
export function checkBurden(bytes: Uint8Array, format: CaptureMediaType): void {
	const blocks =
		format === "image/jpeg"
			? jpegExif(bytes)
			: format === "image/png"
				? pngExif(bytes)
				: format === "image/webp"
					? webpExif(bytes)
					: [];
	let entries = 0;
	for (const block of blocks) {
		entries += exifEntries(block);
		if (entries > MOST_EXIF_ENTRIES)
			throw overburdened(`its EXIF has more than ${MOST_EXIF_ENTRIES} entries`);
	}
}
