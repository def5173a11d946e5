import type { TextLine } from "../text-line.js";
import { type Glyph, type Span, slice, spanOf } from "./glyphs.js";
import type { Caption, Layout } from "./layout.js";

/** A caption found in a line, and what follows it in the same line up to the next caption. */
export interface CaptionMatch {
	readonly caption: Caption;
	/** Weighted edit distance between the print and the spelling; 0 is letter for letter. */
	readonly cost: number;
	/** The caption itself. */
	readonly span: Span;
	/** Unit in brackets after the caption, as printed; null where there is none. */
	readonly unit: string | null;
	/** Rest of the line; null where nothing follows. */
	readonly inline: Span | null;
	/** A colon ends the line: the value stands behind it or nowhere, never below. */
	readonly isListed: boolean;
}

export interface CaptionedLine {
	readonly matches: readonly CaptionMatch[];
	/** Text outside any caption and its value: a cell that may belong to a caption elsewhere. */
	readonly free: Span | null;
}

/** Readers mistake a character more often than they drop or invent one. */
const SUBSTITUTION = 2;
const INSERTION = 3;
/** One wrong character in so many is forgiven, in captions only. */
const IDEOGRAPHS_PER_ERROR = 4;
const LETTERS_PER_ERROR = 5;
/** Shorter spellings also occur inside values, so they count only where a caption would stand. */
const SHORT = 4;

interface FoldedSpelling {
	readonly caption: Caption;
	readonly letters: readonly string[];
	readonly allowance: number;
	readonly latin: boolean;
}

/** Folded letters of a line, each with the glyph it came from. */
interface FoldedLine {
	readonly glyphs: readonly Glyph[];
	readonly letters: readonly string[];
	readonly origin: readonly number[];
}

interface Hit {
	readonly spelling: FoldedSpelling;
	readonly cost: number;
	/** Glyphs, end exclusive. */
	readonly from: number;
	readonly to: number;
	/** Counts only right behind the same caption in another language. */
	readonly dependent: boolean;
}

/**
 * Captions of a layout in one line. Case, width, spaces and punctuation are ignored, single misread
 * characters forgiven; where two different captions fit equally badly, neither is taken.
 */
export function findCaptions(line: TextLine, layout: Layout): CaptionedLine {
	const whole = spanOf(line);
	const folded = foldGlyphs(whole.glyphs);
	const hits = spellingsOf(layout).flatMap((spelling) => hitsIn(folded, spelling));
	const chosen = choose(hits, whole.glyphs).sort((a, b) => a.from - b.from);
	const first = chosen[0];
	if (first === undefined) return { matches: [], free: nonEmpty(slice(whole, 0, whole.glyphs.length)) };
	const matches = chosen.map((hit, i) => {
		const end = chosen[i + 1]?.from ?? whole.glyphs.length;
		const bracket = bracketAfter(whole.glyphs.slice(hit.to, end));
		const inline = nonEmpty(slice(whole, hit.to + bracket.length, end));
		return {
			caption: hit.spelling.caption,
			cost: hit.cost,
			span: slice(whole, hit.from, hit.to),
			unit: bracket.content,
			inline,
			isListed: inline === null && whole.glyphs.slice(hit.to, end).some(({ char }) => /[:：]/u.test(char)),
		};
	});
	const before = slice(whole, 0, first.from);
	return { matches: mergeBilingual(matches), free: isItemNumber(before) ? null : nonEmpty(before) };
}

function nonEmpty(span: Span): Span | null {
	return span.glyphs.length > 0 ? span : null;
}

/** `品牌 Brand`: one caption in two languages. */
function mergeBilingual(matches: readonly CaptionMatch[]): readonly CaptionMatch[] {
	return matches.filter((match, i) => {
		const next = matches[i + 1];
		const repeated = next !== undefined && next.caption.fields.join() === match.caption.fields.join();
		return !(repeated && match.inline === null);
	});
}

const foldedLayouts = new WeakMap<Layout, readonly FoldedSpelling[]>();

function spellingsOf(layout: Layout): readonly FoldedSpelling[] {
	const known = foldedLayouts.get(layout);
	if (known !== undefined) return known;
	const folded = layout.captions.flatMap((caption) =>
		caption.spellings.map((spelling) => {
			const letters = Array.from(foldText(spelling));
			const latin = letters.every((letter) => /[A-Z0-9]/.test(letter));
			const perError = latin ? LETTERS_PER_ERROR : IDEOGRAPHS_PER_ERROR;
			return {
				caption,
				letters,
				latin,
				allowance: SUBSTITUTION * Math.floor(letters.length / perError),
			};
		}),
	);
	foldedLayouts.set(layout, folded);
	return folded;
}

/** Letters and digits only, upper case, half width (Unicode NFKC). */
function foldText(text: string): string {
	return text
		.normalize("NFKC")
		.toUpperCase()
		.replace(/[^\p{L}\p{N}]/gu, "");
}

function foldGlyphs(glyphs: readonly Glyph[]): FoldedLine {
	const letters: string[] = [];
	const origin: number[] = [];
	for (const [index, glyph] of glyphs.entries()) {
		for (const letter of foldText(glyph.char)) {
			letters.push(letter);
			origin.push(index);
		}
	}
	return { glyphs, letters, origin };
}

/**
 * All places where the spelling fits within its allowance: approximate string matching by dynamic
 * programming (P. Sellers, "The Theory and Computation of Evolutionary Distances", J. Algorithms 1, 1980).
 */
function hitsIn(line: FoldedLine, spelling: FoldedSpelling): readonly Hit[] {
	const { letters } = spelling;
	const hits: Hit[] = [];
	let costs = letters.map((_, i) => (i + 1) * INSERTION);
	let starts = letters.map(() => 0);
	for (const [column, letter] of line.letters.entries()) {
		const nextCosts: number[] = [];
		const nextStarts: number[] = [];
		for (const [row, wanted] of letters.entries()) {
			const diagonal = (row === 0 ? 0 : (costs[row - 1] ?? 0)) + (letter === wanted ? 0 : SUBSTITUTION);
			const dropped = (row === 0 ? 0 : (nextCosts[row - 1] ?? 0)) + INSERTION;
			const invented = (costs[row] ?? 0) + INSERTION;
			const least = Math.min(diagonal, dropped, invented);
			nextCosts.push(least);
			nextStarts.push(
				least === diagonal
					? row === 0
						? column
						: (starts[row - 1] ?? column)
					: least === dropped
						? row === 0
							? column + 1
							: (nextStarts[row - 1] ?? column)
						: (starts[row] ?? column),
			);
		}
		costs = nextCosts;
		starts = nextStarts;
		const cost = costs.at(-1) ?? Number.POSITIVE_INFINITY;
		if (cost > spelling.allowance) continue;
		const from = line.origin[starts.at(-1) ?? column];
		const to = (line.origin[column] ?? 0) + 1;
		if (from === undefined || from >= to || isInsideWord(line.glyphs, from, to, spelling)) continue;
		hits.push({ spelling, cost, from, to, dependent: !standsAlone(line.glyphs, from, to, cost, spelling) });
	}
	return hits;
}

const LETTER = /[\p{Script=Latin}]/u;
const LETTER_OR_DIGIT = /[\p{Script=Latin}\d]/u;
const BREAK = /[\s:：;；,，/()（）|.·、]/u;

function isInsideWord(
	glyphs: readonly Glyph[],
	from: number,
	to: number,
	{ latin, letters }: FoldedSpelling,
): boolean {
	// A code may begin with the letters of a short caption (`RR000J`); behind a long one a space was lost (`GVWR2015kg`).
	const same = letters.length < SHORT ? LETTER_OR_DIGIT : LETTER;
	return latin && (same.test(glyphs[from - 1]?.char ?? "") || same.test(glyphs[to]?.char ?? ""));
}

/** Whether a caption can stand here by itself: short or misread ones only where a cell begins. */
function standsAlone(
	glyphs: readonly Glyph[],
	from: number,
	to: number,
	cost: number,
	spelling: FoldedSpelling,
): boolean {
	const before = glyphs[from - 1]?.char ?? "";
	if (isItemNumber({ glyphs: glyphs.slice(0, from) })) return true;
	const short = spelling.letters.length < SHORT || (spelling.latin && spelling.letters.length <= 7);
	if (!short && cost === 0) return true;
	if (!BREAK.test(before)) return false;
	if (!short) return true;
	return /^\s*[:：]|^\s+\d/u.test(
		glyphs
			.slice(to, to + 4)
			.map(({ char }) => char)
			.join(""),
	);
}

/** Nothing, or the running number of an item: `12.`, `3、`, with an opening bracket or not. */
function isItemNumber({ glyphs }: Pick<Span, "glyphs">): boolean {
	return /^[\s(（]*(\d{1,2})?[\s.．、:)）]*[(（]?$/u.test(glyphs.map(({ char }) => char).join(""));
}

/** The cheapest, then longest, hits that don't overlap; a tie between different captions settles nothing. */
function choose(hits: readonly Hit[], glyphs: readonly Glyph[]): Hit[] {
	const ordered = [...hits].sort((a, b) => gain(b) - gain(a) || a.cost - b.cost);
	const independent = ordered.filter(({ dependent }) => !dependent);
	const chosen: Hit[] = [];
	const disputed: Hit[] = [];
	for (const hit of independent) {
		if ([...chosen, ...disputed].some((other) => overlap(hit, other))) continue;
		const rival = independent.some(
			(other) =>
				hit.cost > 0 &&
				overlap(hit, other) &&
				gain(other) === gain(hit) &&
				other.cost === hit.cost &&
				!isSameCaption(other, hit),
		);
		(rival ? disputed : chosen).push(hit);
	}
	for (const hit of ordered) {
		if (!hit.dependent || hit.cost > 0 || chosen.some((other) => overlap(hit, other))) continue;
		const follows = chosen.some(
			(other) =>
				isSameCaption(other, hit) &&
				other.to <= hit.from &&
				glyphs.slice(other.to, hit.from).every(({ char }) => BREAK.test(char)),
		);
		if (follows) chosen.push(hit);
	}
	return chosen;
}

function isSameCaption(a: Hit, b: Hit): boolean {
	return a.spelling.caption.fields.join() === b.spelling.caption.fields.join();
}

function gain({ spelling, cost }: Hit): number {
	return spelling.letters.length - 1.5 * cost;
}

function overlap(a: Hit, b: Hit): boolean {
	return a.from < b.to && b.from < a.to;
}

const UNITS = "kg|mL?\\/kW|mL|kW|mm|L\\/100km|km\\/h|L|A·?h|V|人|片|座";
/** Readers drop brackets: what opens or closes may be missing, and one of the caption's own may be left over. */
const BRACKETS = [
	/^\s*[)）\]]*\s*[(（[]\s*([^()（）[\]]{0,16}?)\s*[)）\]]+/u,
	new RegExp(`^\\s*[)）]*\\s*[(（]\\s*(${UNITS})(?=[\\s:：])`, "iu"),
	new RegExp(`^\\s*(${UNITS})\\s*[)）]+`, "iu"),
	/^\s*[)）\]]+/u,
];

/** `(kg)` right after a caption; how many glyphs it takes and what stands in it. */
function bracketAfter(glyphs: readonly Glyph[]): {
	readonly length: number;
	readonly content: string | null;
} {
	const text = glyphs.map(({ char }) => (char.length === 1 ? char : " ")).join("");
	const match = BRACKETS.map((bracket) => bracket.exec(text)).find((found) => found !== null);
	return { length: match?.[0].length ?? 0, content: match?.[1] ?? null };
}
