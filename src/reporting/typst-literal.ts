import type { Coverage } from "./font-coverage.js";

/** Stands visibly for what the report's font cannot show. */
export const REPLACEMENT = "□";

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
const INVISIBLE = /\p{C}/u;
/** Longer runs without a place to break get one after every so many characters. */
const RUN_LENGTH = 12;
const LONG_RUN = new RegExp(`[^\\s\\p{Script=Han}]{${RUN_LENGTH + 12},}`, "gu");

/**
 * The text as a font can show it: white space becomes a blank, and every character that the font lacks,
 * that controls (so that no mark can turn the reading direction round) or that is private becomes
 * {@link REPLACEMENT}. PDF/A refuses a file with glyphs that are not there (ISO 19005-3, 6.2.11.8).
 */
export function showable(text: string, covered: Coverage): string {
	let shown = "";
	for (const { segment } of GRAPHEMES.segment(text.replace(/\s+/gu, " "))) {
		const visible = [...segment].every((char) => !INVISIBLE.test(char) && covered(char.codePointAt(0) ?? 0));
		shown += visible ? segment : REPLACEMENT;
	}
	return shown;
}

/** Lets very long words break: a zero-width space after every twelfth character. */
export function breakable(text: string): string {
	return text.replace(LONG_RUN, (run) => {
		const characters = [...run];
		return characters.map((char, i) => (i > 0 && i % RUN_LENGTH === 0 ? `\u200b${char}` : char)).join("");
	});
}

/**
 * A Typst string literal. Nothing in it is ever markup or code: quote and backslash are escaped, and so is
 * every character outside printable ASCII and letters of other scripts.
 */
export function typstLiteral(text: string): string {
	const escaped = text.replace(/["\\]|\p{C}/gu, (char) =>
		char === '"' || char === "\\" ? `\\${char}` : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
	);
	return `"${escaped}"`;
}
