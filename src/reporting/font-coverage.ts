/** Tells whether a font has a glyph for a code point. */
export type Coverage = (codePoint: number) => boolean;

const UNICODE_FULL = 12;

function tableAt(font: DataView, tag: string): number {
	const tables = font.getUint16(4);
	for (let i = 0; i < tables; i++) {
		const entry = 12 + i * 16;
		const name = String.fromCharCode(...[0, 1, 2, 3].map((n) => font.getUint8(entry + n)));
		if (name === tag) return font.getUint32(entry + 8);
	}
	throw new Error(`the font has no table ${tag}`);
}

/**
 * Reads which characters a TrueType or OpenType font covers, from the full-Unicode segment table of its cmap
 * (format 12, ISO/IEC 14496-22, 5.2.1.3.7).
 */
export function readCoverage(fontFile: Uint8Array): Coverage {
	const font = new DataView(fontFile.buffer, fontFile.byteOffset, fontFile.byteLength);
	const cmap = tableAt(font, "cmap");
	const encodings = Array.from(
		{ length: font.getUint16(cmap + 2) },
		(_, i) => cmap + font.getUint32(cmap + 4 + i * 8 + 4),
	);
	const table = encodings.find((offset) => font.getUint16(offset) === UNICODE_FULL);
	if (table === undefined) throw new Error("the font has no cmap of format 12");
	const groups = Array.from({ length: font.getUint32(table + 12) }, (_, i) => ({
		first: font.getUint32(table + 16 + i * 12),
		last: font.getUint32(table + 20 + i * 12),
	}));
	return (codePoint) => {
		let low = 0;
		let high = groups.length - 1;
		while (low <= high) {
			const middle = (low + high) >> 1;
			const group = groups[middle];
			if (!group) return false;
			if (codePoint < group.first) high = middle - 1;
			else if (codePoint > group.last) low = middle + 1;
			else return true;
		}
		return false;
	};
}
