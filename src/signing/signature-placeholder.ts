import { createHash } from "node:crypto";

/** Room for the CMS container: three certificates, attributes and signature take about 2.5 kB. */
export const CONTAINER_BYTES = 8192;
/** Room where a time stamp is in it: its certificates, of long RSA keys, take 4 to 8 kB. Says that there was one. */
export const STAMPED_CONTAINER_BYTES = 24_576;
/** Stands in the byte range until the offsets are known; as wide as any offset of a file below 10 GB. */
export const RANGE_PLACEHOLDER = 9999999999;

const RANGE_KEY = "/ByteRange ";
const RANGE = /^\/ByteRange \[ 0 (\d{1,10}) (\d{1,10}) (\d{1,10}) *\]/;
const RANGE_LENGTH = 64;

/** Where the container stands, from its `<` to one past its `>`; everything else is signed. */
export interface SignedRange {
	readonly start: number;
	readonly end: number;
}

/** A byte range as it is written in a file: claims, until compared with the file. */
export interface ClaimedRange extends SignedRange {
	/** Signed bytes after the container. */
	readonly tail: number;
}

/** SHA-256 of every signed byte. */
export function signedDigest(pdf: Uint8Array, { start, end }: SignedRange): Buffer {
	return createHash("sha256").update(pdf.subarray(0, start)).update(pdf.subarray(end)).digest();
}

/** Finds the empty container of a prepared file and writes its byte range in place. */
export function locatePlaceholder(file: Buffer, containerBytes: number): SignedRange {
	const empty = `<${"0".repeat(2 * containerBytes)}>`;
	const start = file.lastIndexOf(empty, undefined, "latin1");
	const claim = `[ 0 ${RANGE_PLACEHOLDER} ${RANGE_PLACEHOLDER} ${RANGE_PLACEHOLDER} ]`;
	const place = file.lastIndexOf(claim, undefined, "latin1");
	if (start < 0 || place < 0) throw new Error("the PDF was not prepared for a signature");
	const end = start + empty.length;
	const range = `[ 0 ${start} ${end} ${file.length - end}`.padEnd(claim.length - 1).concat("]");
	file.write(range, place, "latin1");
	return { start, end };
}

/** The container in lower-case hex, filled up with zeros. Throws where it does not fit. */
export function fillContainer(container: Uint8Array, containerBytes = CONTAINER_BYTES): string {
	if (container.length > containerBytes)
		throw new Error(`the signature takes ${container.length} bytes, and ${containerBytes} are set aside`);
	return `<${Buffer.from(container)
		.toString("hex")
		.padEnd(2 * containerBytes, "0")}>`;
}

/** Bytes set aside for the container in this range: one of the two sizes, or null where it is neither. */
export function containerBytesOf({ start, end }: SignedRange): number | null {
	const bytes = (end - start - 2) / 2;
	return bytes === CONTAINER_BYTES || bytes === STAMPED_CONTAINER_BYTES ? bytes : null;
}

/** Every byte range written in the file. */
export function findByteRanges(pdf: Uint8Array): readonly ClaimedRange[] {
	const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length);
	const ranges: ClaimedRange[] = [];
	for (let at = file.indexOf(RANGE_KEY); at >= 0; at = file.indexOf(RANGE_KEY, at + 1)) {
		const [, start, end, tail] = RANGE.exec(file.toString("latin1", at, at + RANGE_LENGTH)) ?? [];
		if (start && end && tail) ranges.push({ start: Number(start), end: Number(end), tail: Number(tail) });
	}
	return ranges;
}

/** The container without its padding, by its own DER length; null where there is none in this place. */
export function readContainer(pdf: Uint8Array, { start, end }: SignedRange): Buffer | null {
	const text = Buffer.from(pdf.subarray(start, end)).toString("latin1");
	if (!/^<(?:[0-9a-f]{2})+>$/.test(text)) return null;
	const bytes = Buffer.from(text.slice(1, -1), "hex");
	// 30 82 hh ll: a SEQUENCE of 256 to 65535 bytes, which every container is.
	if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0x3082) return null;
	const length = 4 + bytes.readUInt16BE(2);
	return length <= bytes.length ? bytes.subarray(0, length) : null;
}
