import { boundingBox } from "../../domain/geometry.js";
import type { TextLine } from "../text-line.js";
import type { CaptionedLine } from "./captions.js";
import { spanOf } from "./glyphs.js";
import { overlapAcross, type Placement, uprightFrame } from "./page.js";

/** The second line of a caption begins between these shares of the first one's height below its top. */
const PITCH = { least: 0.35, most: 1.7 } as const;

function joined(upper: TextLine, lower: TextLine): TextLine {
	const [a, b] = upper.quad;
	const [, , c, d] = lower.quad;
	const quad = [a, b, c, d] as const;
	return {
		text: upper.text + lower.text,
		characters: [...upper.characters, ...lower.characters],
		confidence: Math.min(upper.confidence, lower.confidence),
		box: boundingBox([...upper.quad, ...lower.quad]),
		quad: [...quad],
	};
}

function isBelow(lower: TextLine, upper: TextLine, place: Placement): boolean {
	const [a, b] = [place(spanOf(upper)), place(spanOf(lower))];
	const pitch = (b.top - a.top) / a.height;
	const narrower = Math.min(a.right - a.left, b.right - b.left);
	return pitch > PITCH.least && pitch < PITCH.most && overlapAcross(a, b) > 0.6 * narrower;
}

/** Whether a line is nothing but a part of a caption: no caption by itself, or one that ends with a stroke. */
function isFragment(line: TextLine, { matches, free }: CaptionedLine): boolean {
	return matches.length === 0 ? free !== null : /[/／]\s*$/u.test(line.text);
}

/**
 * The lines, with captions that were printed in two lines joined into one. Two lines are joined only where both
 * together spell a caption to the last letter and the upper one alone does not.
 */
export function unwrapped(
	lines: readonly TextLine[],
	captionsOf: (line: TextLine) => CaptionedLine,
): readonly TextLine[] {
	const place = uprightFrame(lines);
	const gone = new Set<TextLine>();
	const whole: TextLine[] = [];
	for (const upper of lines) {
		if (!/\p{Script=Han}/u.test(upper.text) || !isFragment(upper, captionsOf(upper))) continue;
		for (const lower of lines) {
			if (lower === upper || gone.has(lower) || !isBelow(lower, upper, place)) continue;
			const both = joined(upper, lower);
			const [match, ...others] = captionsOf(both).matches;
			if (!match || others.length > 0 || match.inline !== null || match.cost > 0) continue;
			const first = match.span.glyphs[0]?.from ?? 1;
			const last = match.span.glyphs.at(-1)?.to ?? 0;
			const seam = spanOf(both).glyphs[Array.from(upper.text).length]?.from ?? 0;
			if (first >= seam || last <= seam) continue;
			gone.add(upper).add(lower);
			whole.push(both);
			break;
		}
	}
	return [...lines.filter((line) => !gone.has(line)), ...whole];
}
