import { type Span, slice } from "./glyphs.js";
import type { Division } from "./layout.js";

type Part = readonly [Span, ...Span[]];

const SEPARATORS: Readonly<Record<Division, RegExp>> = {
	strokes: /^[/／]$/u,
	rest: /^[/／]$/u,
	sizes: /^[×xX✕✖*＊\s长宽高:：]$/u,
};
const UNIT_ALONE = /^(?:mm|毫米)$/iu;

/**
 * The parts of a value that holds several fields, as `1498/133` under 排量和功率(ml/kW). As many parts as
 * fields, or none: which part is missing can't be known.
 */
export function splitValue(value: Part, count: number, division: Division): readonly Part[] {
	const limit = division === "rest" ? count : Number.POSITIVE_INFINITY;
	const parts: Span[][] = [[]];
	for (const [index, span] of value.entries()) {
		if (index > 0 && division === "sizes") parts.push([]);
		let start = 0;
		for (const [i, { char }] of span.glyphs.entries()) {
			if (parts.length >= limit || !SEPARATORS[division].test(char)) continue;
			parts.at(-1)?.push(slice(span, start, i));
			parts.push([]);
			start = i + 1;
		}
		parts.at(-1)?.push(slice(span, start, span.glyphs.length));
	}
	const filled = parts.flatMap((part) => {
		const [first, ...others] = part.filter(({ glyphs }) => glyphs.length > 0);
		return first ? [[first, ...others] as const] : [];
	});
	if (division === "sizes") {
		const figures = filled.filter(
			([first]) => !UNIT_ALONE.test(first.glyphs.map(({ char }) => char).join("")),
		);
		// A blank among the figures belongs to another item.
		const isWhole = figures.every(([first]) => first.glyphs.some(({ char }) => /\d/u.test(char)));
		return figures.length === count && isWhole ? figures : [];
	}
	return parts.length === count && filled.length === count ? filled : [];
}
