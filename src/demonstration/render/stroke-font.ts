import { createField, type Field } from "./field.js";

/**
 * Single-stroke marking alphabet of our own: the 33 characters of a VIN (ISO 3779 leaves out I, O and Q),
 * the `*` that marks start and end, and `-` for part numbers. Drawn on a field 6 wide and 10 high, y
 * downwards; M, L and Q as in SVG paths.
 */
const STROKES: Readonly<Record<string, string>> = {
	"0": "M3 0 Q6 0 6 3.2 L6 6.8 Q6 10 3 10 Q0 10 0 6.8 L0 3.2 Q0 0 3 0",
	"1": "M1.2 2.2 L3.4 0 L3.4 10",
	"2": "M0.2 2.6 Q0.4 0 3 0 Q5.8 0 5.8 2.6 Q5.8 4.4 3.6 6.2 L0 10 L6 10",
	"3": "M0.3 1.8 Q0.8 0 3 0 Q5.6 0 5.6 2.4 Q5.6 4.7 2.4 4.7 M2.6 4.7 Q6 4.7 6 7.4 Q6 10 3 10 Q0.5 10 0 8",
	"4": "M4.4 10 L4.4 0 L0 7 L6 7",
	"5": "M5.4 0 L1 0 L0.5 4.6 Q1.6 3.7 3.1 3.7 Q6 3.7 6 6.8 Q6 10 3 10 Q0.6 10 0 8",
	"6": "M5.4 1.2 Q4.6 0 3.2 0 Q0 0 0 5.5 L0 6.9 Q0 10 3 10 Q6 10 6 6.9 Q6 4 3 4 Q0.6 4 0 6.4",
	"7": "M0 0 L6 0 L2.2 10",
	"8": "M3 4.6 Q0.4 4.6 0.4 2.3 Q0.4 0 3 0 Q5.6 0 5.6 2.3 Q5.6 4.6 3 4.6 Q0 4.6 0 7.3 Q0 10 3 10 Q6 10 6 7.3 Q6 4.6 3 4.6",
	"9": "M0.6 8.8 Q1.4 10 2.8 10 Q6 10 6 4.5 L6 3.1 Q6 0 3 0 Q0 0 0 3.1 Q0 6 3 6 Q5.4 6 6 3.6",
	A: "M0 10 L3 0 L6 10 M1.1 6.6 L4.9 6.6",
	B: "M0 10 L0 0 L3.2 0 Q5.6 0 5.6 2.3 Q5.6 4.6 3.2 4.6 L0 4.6 M3.2 4.6 Q6 4.6 6 7.3 Q6 10 3.2 10 L0 10",
	C: "M6 2.4 Q5.4 0 3.1 0 Q0 0 0 3.4 L0 6.6 Q0 10 3.1 10 Q5.4 10 6 7.6",
	D: "M0 0 L2.6 0 Q6 0 6 3.6 L6 6.4 Q6 10 2.6 10 L0 10 L0 0",
	E: "M6 0 L0 0 L0 10 L6 10 M0 4.8 L4.8 4.8",
	F: "M6 0 L0 0 L0 10 M0 4.8 L4.8 4.8",
	G: "M6 2.4 Q5.4 0 3.1 0 Q0 0 0 3.4 L0 6.6 Q0 10 3.1 10 Q6 10 6 6.8 L6 5.4 L3.4 5.4",
	H: "M0 0 L0 10 M6 0 L6 10 M0 4.8 L6 4.8",
	J: "M5.2 0 L5.2 7 Q5.2 10 2.6 10 Q0 10 0 7.2",
	K: "M0 0 L0 10 M5.8 0 L0 6 M2.2 3.8 L6 10",
	L: "M0 0 L0 10 L6 10",
	M: "M0 10 L0 0 L3 6 L6 0 L6 10",
	N: "M0 10 L0 0 L6 10 L6 0",
	P: "M0 10 L0 0 L3.2 0 Q6 0 6 2.8 Q6 5.5 3.2 5.5 L0 5.5",
	R: "M0 10 L0 0 L3.2 0 Q6 0 6 2.8 Q6 5.5 3.2 5.5 L0 5.5 M3 5.5 L6 10",
	S: "M5.7 2 Q5 0 3 0 Q0.3 0 0.3 2.5 Q0.3 4.3 3 4.9 Q6 5.6 6 7.5 Q6 10 3 10 Q0.6 10 0 8",
	T: "M0 0 L6 0 M3 0 L3 10",
	U: "M0 0 L0 6.8 Q0 10 3 10 Q6 10 6 6.8 L6 0",
	V: "M0 0 L3 10 L6 0",
	W: "M0 0 L1.4 10 L3 3.4 L4.6 10 L6 0",
	X: "M0 0 L6 10 M6 0 L0 10",
	Y: "M0 0 L3 4.8 L6 0 M3 4.8 L3 10",
	Z: "M0 0 L6 0 L0 10 L6 10",
	"*": "M3 1.4 L3 8.6 M0.1 3.2 L5.9 6.8 M5.9 3.2 L0.1 6.8",
	"-": "M1 5 L5 5",
};

type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

const CURVE_STEPS = 7;

function segmentsOf(strokes: string): Segment[] {
	const segments: Segment[] = [];
	let x = 0;
	let y = 0;
	for (const [, command, rest] of strokes.matchAll(/([MLQ])([^MLQ]*)/g)) {
		const [a = 0, b = 0, c = 0, d = 0] = (rest ?? "").trim().split(/\s+/).map(Number);
		const [startX, startY] = [x, y];
		if (command === "Q") {
			for (let step = 1; step <= CURVE_STEPS; step++) {
				const t = step / CURVE_STEPS;
				const nextX = (1 - t) ** 2 * startX + 2 * t * (1 - t) * a + t * t * c;
				const nextY = (1 - t) ** 2 * startY + 2 * t * (1 - t) * b + t * t * d;
				segments.push([x, y, nextX, nextY]);
				[x, y] = [nextX, nextY];
			}
		} else {
			if (command === "L") segments.push([x, y, a, b]);
			[x, y] = [a, b];
		}
	}
	return segments;
}

/** A marked line of text: where it lies and how large its characters are, in pixels. */
export interface Marking {
	readonly text: string;
	/** Left edge of the first character and top of the characters. */
	readonly x: number;
	readonly y: number;
	readonly glyphWidth: number;
	readonly glyphHeight: number;
	/** From one character's left edge to the next one's. */
	readonly pitch: number;
}

/** Strokes of a line in pixels. `placed` shifts character `index`, as a worn marking head does. Throws on a character the alphabet lacks. */
export function strokesOf(
	marking: Marking,
	placed: (index: number) => readonly [number, number] = () => [0, 0],
): Segment[] {
	return [...marking.text].flatMap((char, index) => {
		const strokes = STROKES[char];
		if (strokes === undefined) throw new RangeError(`The marking alphabet has no "${char}".`);
		const [shiftX, shiftY] = placed(index);
		const left = marking.x + index * marking.pitch + shiftX;
		const top = marking.y + shiftY;
		const sx = marking.glyphWidth / 6;
		const sy = marking.glyphHeight / 10;
		return segmentsOf(strokes).map(
			([x0, y0, x1, y1]): Segment => [left + x0 * sx, top + y0 * sy, left + x1 * sx, top + y1 * sy],
		);
	});
}

/** Distance in pixels from each pixel to the nearest stroke; `reach` where none is nearer. */
export function distanceToStrokes(
	width: number,
	height: number,
	segments: readonly Segment[],
	reach: number,
): Field {
	const field = createField(width, height, reach);
	for (const [x0, y0, x1, y1] of segments) {
		const dx = x1 - x0;
		const dy = y1 - y0;
		const square = dx * dx + dy * dy || 1;
		const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
		const right = Math.min(width - 1, Math.ceil(Math.max(x0, x1) + reach));
		const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
		const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y1) + reach));
		for (let y = top; y <= bottom; y++) {
			for (let x = left; x <= right; x++) {
				const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / square));
				const away = Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
				const i = y * width + x;
				if (away < (field.data[i] ?? 0)) field.data[i] = away;
			}
		}
	}
	return field;
}

/** Dots along the strokes, `spacing` apart, as a pin marker sets them; each as a stroke of no length. */
export function dotsAlong(segments: readonly Segment[], spacing: number): Segment[] {
	const dots: Segment[] = [];
	let carried = 0;
	let [lastX, lastY] = [Number.NaN, Number.NaN];
	for (const [x0, y0, x1, y1] of segments) {
		const length = Math.hypot(x1 - x0, y1 - y0);
		// A new stroke begins with a dot of its own.
		if (x0 !== lastX || y0 !== lastY) carried = 0;
		let at = carried;
		while (at <= length) {
			const t = length === 0 ? 0 : at / length;
			const x = x0 + t * (x1 - x0);
			const y = y0 + t * (y1 - y0);
			dots.push([x, y, x, y]);
			at += spacing;
		}
		carried = at - length;
		[lastX, lastY] = [x1, y1];
	}
	return dots;
}
