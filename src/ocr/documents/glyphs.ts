import type { Box, Quad } from "../../contracts/primitives.js";
import type { CharacterReading } from "../../contracts/reading.js";
import { quadBetween } from "../../domain/geometry.js";
import type { TextLine } from "../text-line.js";

/** A character of a line with its place along it: 0 is the line's left edge, 1 its right. */
export interface Glyph {
	readonly char: string;
	readonly from: number;
	readonly to: number;
	readonly reading: CharacterReading;
}

/** Consecutive characters of one line. */
export interface Span {
	readonly line: TextLine;
	readonly glyphs: readonly Glyph[];
}

/**
 * Characters of a line, each where it stands. A line gives no places of its own, so ideographs and
 * full-width forms count as twice as wide as letters. Where the reader's characters don't spell its text,
 * the text holds and every character has the line's confidence.
 */
export function spanOf(line: TextLine): Span {
	const spelled = line.characters.map(({ char }) => char).join("") === line.text;
	const readings: readonly CharacterReading[] = spelled
		? line.characters
		: Array.from(line.text, (char) => ({ char, p: line.confidence }));
	const widths = readings.map(({ char }) => (/[\u1100-\uffef]/u.test(char) ? 2 : 1));
	const total = widths.reduce((sum, width) => sum + width, 0);
	let at = 0;
	const glyphs = readings.map((reading, i) => {
		const from = at / total;
		at += widths[i] ?? 1;
		return { char: reading.char, from, to: at / total, reading };
	});
	return { line, glyphs };
}

export function textOf(spans: readonly Span[]): string {
	return spans.map(({ glyphs }) => glyphs.map(({ char }) => char).join("")).join(" ");
}

/** Part of a span without the white space and separators at its ends. */
export function slice(span: Span, from: number, to: number): Span {
	let start = from;
	let end = to;
	while (start < end && isSeparator(span.glyphs[start]?.char ?? "")) start++;
	while (end > start && isSeparator(span.glyphs[end - 1]?.char ?? "") && !isStop(span.glyphs[end - 1])) end--;
	return { line: span.line, glyphs: span.glyphs.slice(start, end) };
}

/** What stands between a caption and its value, or at the end of a cell, and belongs to neither. */
function isSeparator(char: string): boolean {
	return /^[\s:：;；,，、|_=·•.。．…]$/u.test(char);
}

/** A full stop at the end can be the value's own, as in `CO.`. */
function isStop(glyph: Glyph | undefined): boolean {
	return glyph?.char === ".";
}

export function charactersOf(spans: readonly Span[]): readonly CharacterReading[] {
	return spans.flatMap(({ glyphs }) => glyphs.map(({ reading }) => reading));
}

/** How sure a character is, whatever its case. */
function caselessCertainty({ char, p, alternatives = [] }: CharacterReading): number {
	const upper = char.toUpperCase();
	const other = alternatives.filter((alternative) => alternative.char.toUpperCase() === upper);
	return Math.min(
		1,
		other.reduce((sum, alternative) => sum + alternative.p, p),
	);
}

/**
 * Weakest character of a value; 0 for none. White space is no part of a value, and where case plays no part
 * in comparison (`mL` and `ml` are one unit) it plays none here.
 */
export function confidenceOf(spans: readonly Span[], caseMatters: boolean): number {
	const all = charactersOf(spans).filter(({ char }) => char.trim() !== "");
	if (all.length === 0) return 0;
	return Math.min(...all.map((character) => (caseMatters ? character.p : caselessCertainty(character))));
}

/** Corners of a part of a line, by interpolation along the line's quad. */
export function quadOf({ line, glyphs }: Span): Quad {
	return quadBetween(line.quad, glyphs[0]?.from ?? 0, glyphs.at(-1)?.to ?? 1);
}

/** Corners of several parts, the first leftmost: the outer corners of the first and the last. */
export function quadAround(spans: readonly [Span, ...Span[]]): Quad {
	const first = quadOf(spans[0]);
	const last = quadOf(spans.at(-1) ?? spans[0]);
	return [first[0], last[1], last[2], first[3]];
}

export function boxAround(spans: readonly Span[]): Box {
	const corners = spans.flatMap((span) => quadOf(span));
	const xs = corners.map(([x]) => x);
	const ys = corners.map(([, y]) => y);
	const left = Math.min(...xs);
	const top = Math.min(...ys);
	return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}
