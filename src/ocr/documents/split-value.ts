import { type Span, slice } from "./glyphs.js";

/**
 * The parts of a value that holds several fields, as `1498/133` under 排量和功率(ml/kW). As many parts as
 * fields, or none: which part is missing can't be known.
 */
export function splitValue(
	value: readonly [Span, ...Span[]],
	count: number,
): readonly (readonly [Span, ...Span[]])[] {
	const parts: Span[][] = [[]];
	for (const span of value) {
		let start = 0;
		for (const [i, { char }] of span.glyphs.entries()) {
			if (!/^[/／]$/u.test(char)) continue;
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
	return parts.length === count && filled.length === count ? filled : [];
}
