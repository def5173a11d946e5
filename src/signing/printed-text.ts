import {
	decodePDFRawStream,
	PDFArray,
	PDFDict,
	PDFName,
	type PDFObject,
	type PDFPage,
	PDFRawStream,
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

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** The bytes of a literal string without its parentheses (ISO 32000-1, 7.3.4.2). */
function literalBytes(literal: string): Buffer {
	const text = literal.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, escaped: string) =>
		/^[0-7]/.test(escaped)
			? String.fromCharCode(Number.parseInt(escaped, 8) & 0xff)
			: (ESCAPES[escaped] ?? (escaped === "\n" ? "" : escaped)),
	);
	return Buffer.from(text, "latin1");
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
	// Fonts as they are chosen, and strings; those of /ActualText say what is shown and show nothing.
	const operands = /\/(\w+) -?[\d.]+ Tf|(\/ActualText )?(?:<([\dA-Fa-f]+)>|\()/g;
	let glyphs: GlyphTexts = new Map();
	let text = "";
	for (let found = operands.exec(content); found; found = operands.exec(content)) {
		const [, font, actualText, hex] = found;
		if (font !== undefined) {
			glyphs = textsOf(font);
			continue;
		}
		const start = operands.lastIndex;
		if (hex === undefined) operands.lastIndex = endOfString(content, start - 1);
		if (actualText !== undefined) continue;
		const codes =
			hex === undefined
				? literalBytes(content.slice(start, operands.lastIndex - 1))
				: Buffer.from(hex, "hex");
		for (let i = 0; i + 1 < codes.length; i += 2) text += glyphs.get(codes.readUInt16BE(i)) ?? "";
	}
	return text.replace(/[\s\u200b]/g, "");
}
