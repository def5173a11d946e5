/** Damage to picture files, all of it decided by a generator of numbers: same seed, same files. */
import { crc32 } from "node:zlib";

/** Numbers from 0 to below `n` (xorshift32). */
export function generator(seed) {
	let state = seed * 2654435761 || 1;
	return (n) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % n;
	};
}

const ODD_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];
const ODD_SIZES = [0, 1, 2, 16_383, 16_384, 32_767, 65_500, 65_535];
const ODD_WORDS = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 65_500, 1_000_000, 0x10000];

const insert = (bytes, at, piece) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
const without = (bytes, at, length) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);

/** Where a PNG's chunks begin, `[at, length]`. */
function pngChunks(bytes) {
	const chunks = [];
	for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
		chunks.push([at, bytes.readUInt32BE(at)]);
	return chunks;
}

/** Where a JPEG's segments before the scan begin, `[at, length]` with the marker. */
function jpegSegments(bytes) {
	const segments = [];
	for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
		const length = 2 + bytes.readUInt16BE(at + 2);
		segments.push([at, length]);
		if (bytes[at + 1] === 0xda) break;
		at += length;
	}
	return segments;
}

function withChecksum(bytes, at) {
	const length = bytes.readUInt32BE(at);
	if (at + 12 + length > bytes.length) return;
	bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, at + 8 + length)), at + 8 + length);
}

/** Damage any file can take. */
const ANY = {
	"bits flipped"(bytes, pick) {
		for (let n = 1 + pick(32); n > 0; n--) bytes[pick(bytes.length)] ^= 1 << pick(8);
		return bytes;
	},
	"bits flipped in the head"(bytes, pick) {
		for (let n = 1 + pick(8); n > 0; n--) bytes[pick(Math.min(200, bytes.length))] ^= 1 << pick(8);
		return bytes;
	},
	"odd bytes"(bytes, pick) {
		for (let n = 1 + pick(16); n > 0; n--) bytes[pick(bytes.length)] = ODD_BYTES[pick(ODD_BYTES.length)];
		return bytes;
	},
	"odd words"(bytes, pick) {
		const at = pick(Math.max(1, Math.min(400, bytes.length) - 4));
		const word = ODD_WORDS[pick(ODD_WORDS.length)];
		if (pick(2) === 0) bytes.writeUInt32BE(word, at);
		else bytes.writeUInt32LE(word, at);
		return bytes;
	},
	"cut off": (bytes, pick) => bytes.subarray(0, pick(bytes.length)),
	"a piece left out": (bytes, pick) => without(bytes, pick(bytes.length), 1 + pick(500)),
	"a piece twice"(bytes, pick) {
		const at = pick(bytes.length);
		return insert(bytes, at, bytes.subarray(at, at + 1 + pick(2000)));
	},
	"garbage inserted"(bytes, pick) {
		return insert(
			bytes,
			pick(bytes.length),
			Buffer.from(Array.from({ length: 1 + pick(300) }, () => pick(256))),
		);
	},
	"another file spliced in"(bytes, pick, all) {
		const other = all[pick(all.length)].bytes;
		const from = pick(other.length);
		return insert(bytes, pick(bytes.length), other.subarray(from, from + 1 + pick(4000)));
	},
	"half of another file"(bytes, pick, all) {
		const other = all[pick(all.length)].bytes;
		return Buffer.concat([bytes.subarray(0, pick(bytes.length)), other.subarray(pick(other.length))]);
	},
	"something else behind it"(bytes, pick, all) {
		const pieces = ["PK\x03\x04", "<script>alert(1)</script>", "%PDF-1.7\n", "#!/bin/sh\n"];
		return Buffer.concat([bytes, Buffer.from(pieces[pick(pieces.length)]), all[pick(all.length)].bytes]);
	},
};

/** Damage that knows the format and keeps the rest of the file consistent, so that it gets further in. */
const KNOWING = {
	png: {
		"chunk data, checksum right"(bytes, pick) {
			const chunks = pngChunks(bytes);
			const [at, length] = chunks[pick(chunks.length)];
			for (let n = 1 + pick(8); n > 0; n--) if (length > 0) bytes[at + 8 + pick(length)] = pick(256);
			withChecksum(bytes, at);
			return bytes;
		},
		"size in the header"(bytes, pick) {
			bytes.writeUInt32BE(ODD_SIZES[pick(ODD_SIZES.length)], 16 + 4 * pick(2));
			withChecksum(bytes, 8);
			return bytes;
		},
		"depth, colour, interlace"(bytes, pick) {
			bytes[24 + pick(5)] = pick(20);
			withChecksum(bytes, 8);
			return bytes;
		},
		"chunk length wrong"(bytes, pick) {
			const chunks = pngChunks(bytes);
			bytes.writeUInt32BE(ODD_WORDS[pick(ODD_WORDS.length)], chunks[pick(chunks.length)][0]);
			return bytes;
		},
		"chunks swapped, doubled, left out"(bytes, pick) {
			const chunks = pngChunks(bytes);
			const [at, length] = chunks[pick(chunks.length)];
			const chunk = Buffer.from(bytes.subarray(at, at + 12 + length));
			const rest = pick(2) === 0 ? bytes : without(bytes, at, chunk.length);
			return insert(rest, chunks[pick(chunks.length)][0], chunk);
		},
	},
	jpeg: {
		"segment data"(bytes, pick) {
			const segments = jpegSegments(bytes);
			const [at, length] = segments[pick(segments.length)];
			for (let n = 1 + pick(8); n > 0; n--)
				if (length > 4) bytes[Math.min(bytes.length - 1, at + 4 + pick(length - 4))] = pick(256);
			return bytes;
		},
		"segment length wrong"(bytes, pick) {
			const segments = jpegSegments(bytes);
			bytes.writeUInt16BE(ODD_SIZES[pick(ODD_SIZES.length)], segments[pick(segments.length)][0] + 2);
			return bytes;
		},
		"size in the frame header"(bytes, pick) {
			const frame = jpegSegments(bytes).find(([at]) => [0xc0, 0xc1, 0xc2].includes(bytes[at + 1]));
			if (frame) bytes.writeUInt16BE(ODD_SIZES[pick(ODD_SIZES.length)], frame[0] + 5 + 2 * pick(2));
			return bytes;
		},
		"segments swapped, doubled, left out"(bytes, pick) {
			const segments = jpegSegments(bytes);
			const [at, length] = segments[pick(segments.length)];
			const segment = Buffer.from(bytes.subarray(at, at + length));
			const rest = pick(2) === 0 ? bytes : without(bytes, at, length);
			return insert(rest, segments[pick(segments.length)][0], segment);
		},
		"scan data"(bytes, pick) {
			const scan = jpegSegments(bytes).at(-1)?.[0] ?? 2;
			for (let n = 1 + pick(8); n > 0; n--) bytes[scan + pick(bytes.length - scan)] = pick(256);
			return bytes;
		},
	},
	webp: {
		"chunk length wrong"(bytes, pick) {
			const at = pick(3) === 0 ? 4 : 16;
			bytes.writeUInt32LE(ODD_WORDS[pick(ODD_WORDS.length)], at);
			return bytes;
		},
		"frame header"(bytes, pick) {
			bytes[20 + pick(14)] = ODD_BYTES[pick(ODD_BYTES.length)];
			return bytes;
		},
	},
	tiff: {
		"a tag's value"(bytes, pick) {
			const at = directoryOf(bytes);
			if (at === null) return bytes;
			const entry = at + 2 + 12 * pick(Math.max(1, bytes.readUInt16LE(at)));
			const field = [0, 2, 4, 8][pick(4)];
			if (entry + 12 > bytes.length) return bytes;
			if (field < 4)
				bytes.writeUInt16LE(pick(2) === 0 ? pick(340) : ODD_SIZES[pick(ODD_SIZES.length)], entry + field);
			else bytes.writeUInt32LE(ODD_WORDS[pick(ODD_WORDS.length)], entry + field);
			return bytes;
		},
		"width, height, strips"(bytes, pick) {
			const at = directoryOf(bytes);
			if (at === null) return bytes;
			for (let n = 0; n < bytes.readUInt16LE(at); n++) {
				const entry = at + 2 + 12 * n;
				if (entry + 12 > bytes.length) break;
				if ([256, 257, 277, 278, 322, 323].includes(bytes.readUInt16LE(entry)) && pick(3) === 0)
					bytes.writeUInt32LE(ODD_SIZES[pick(ODD_SIZES.length)], entry + 8);
			}
			return bytes;
		},
		"directories in a circle"(bytes) {
			const at = directoryOf(bytes);
			const next = at === null ? bytes.length : at + 2 + 12 * bytes.readUInt16LE(at);
			if (at !== null && next + 4 <= bytes.length) bytes.writeUInt32LE(at, next);
			return bytes;
		},
	},
	bmp: {
		"header field"(bytes, pick) {
			bytes.writeUInt32LE(ODD_WORDS[pick(ODD_WORDS.length)], [2, 10, 14, 18, 22, 28, 30, 46][pick(8)]);
			return bytes;
		},
	},
};

function directoryOf(bytes) {
	const at = bytes.readUInt32LE(4);
	return at + 2 < bytes.length ? at : null;
}

/** A damaged copy of a seed: `{ what, bytes }`. */
export function mutate(seed, pick, all) {
	const knowing = KNOWING[seed.format];
	const kinds = Object.entries(pick(2) === 0 ? knowing : ANY);
	const [what, damage] = kinds[pick(kinds.length)];
	let bytes = damage(Buffer.from(seed.bytes), pick, all);
	if (pick(4) === 0) bytes = ANY["bits flipped"](Buffer.from(bytes.length > 0 ? bytes : [0]), pick, all);
	return { what: `${seed.name}: ${what}`, bytes };
}
