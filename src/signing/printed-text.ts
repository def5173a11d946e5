import {
	decodePDFRawStream,
	PDFArray,
	PDFDict,
	PDFName,
	type PDFObject,
	type PDFPage,
	PDFRawStream,
	PDFString,
} from "@cantoo/pdf-lib";

type GlyphTexts = ReadonlyMap<number, string>;

const decoded = (stream: PDFRawStream): string =>
	Buffer.from(decodePDFRawStream(stream).decode()).toString("latin1");

/** What each glyph code of a font says, from its ToUnicode map (ISO 32000-1, 9.10.3). */
function glyphTexts(font: PDFDict): GlyphTexts {
	const map = font.lookup(PDFName.of("ToUnicode"));
	if (!(map instanceof PDFRawStream)) return new Map();
	const fromHex = (hex: string): string => Buffer.from(hex, "hex").swap16().toString("utf16le");
	const pairs = [...decoded(map).matchAll(/<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>/gi)];
	return new Map(pairs.map(([, code = "", text = ""]) => [Number.parseInt(code, 16), fromHex(text)]));
}

function contentOf(page: PDFPage): string {
	const contents: PDFObject | undefined = page.node.Contents();
	const streams = contents instanceof PDFArray ? contents.asArray() : [contents];
	return streams
		.map((one) => page.doc.context.lookup(one))
		.filter((one) => one instanceof PDFRawStream)
		.map(decoded)
		.join("\n");
}

/** End of the literal string that begins at `start`: parentheses nest, and a backslash hides one. */
function endOfString(content: string, start: number): number {
	let depth = 0;
	for (let i = start; i < content.length; i++) {
		if (content[i] === "\\") i++;
		else if (content[i] === "(") depth++;
		else if (content[i] === ")" && --depth === 0) return i + 1;
	}
	return content.length;
}

/**
 * The text a page shows, without white space, in the order in which it is drawn. Reads what the report's own
 * renderer writes: fonts with two-byte codes, text outside of form objects.
 */
export function printedText(page: PDFPage): string {
	const fonts = page.node.Resources()?.lookup(PDFName.of("Font"));
	const content = contentOf(page);
	const known = new Map<string, GlyphTexts>();
	const textsOf = (name: string): GlyphTexts => {
		const font = fonts instanceof PDFDict ? fonts.lookup(PDFName.of(name)) : undefined;
		const texts = known.get(name) ?? (font instanceof PDFDict ? glyphTexts(font) : new Map());
		known.set(name, texts);
		return texts;
	};
	const operands = /\/(\w+) -?[\d.]+ Tf|\(/g;
	let glyphs: GlyphTexts = new Map();
	let text = "";
	for (let found = operands.exec(content); found; found = operands.exec(content)) {
		const name = found[1];
		if (name !== undefined) {
			glyphs = textsOf(name);
			continue;
		}
		operands.lastIndex = endOfString(content, found.index);
		const codes = PDFString.of(content.slice(found.index + 1, operands.lastIndex - 1)).asBytes();
		for (let i = 0; i + 1 < codes.length; i += 2)
			text += glyphs.get(((codes[i] ?? 0) << 8) | (codes[i + 1] ?? 0)) ?? "";
	}
	return text.replace(/[\s\u200b]/g, "");
}
