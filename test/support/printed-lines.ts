import type { Point, Quad } from "../../src/contracts/primitives.js";
import type { TextLine } from "../../src/ocr/text-line.js";

export interface Print {
	readonly text: string;
	readonly x: number;
	readonly y: number;
	readonly height?: number;
	readonly p?: number;
}

const widthOf = (text: string, height: number) =>
	Array.from(text).reduce((sum, char) => sum + (char > "\u1100" ? 1 : 0.55) * height, 0);

/** Lines as a reader gives them, on a page turned by `angle` degrees about its top left corner. */
export function printed(prints: readonly Print[], angle = 0): readonly TextLine[] {
	const cosine = Math.cos((angle * Math.PI) / 180);
	const sine = Math.sin((angle * Math.PI) / 180);
	const turned = (x: number, y: number): Point => [x * cosine - y * sine, x * sine + y * cosine];
	return prints.map(({ text, x, y, height = 40, p = 0.98 }) => {
		const width = widthOf(text, height);
		const quad: Quad = [
			turned(x, y),
			turned(x + width, y),
			turned(x + width, y + height),
			turned(x, y + height),
		];
		const xs = quad.map(([px]) => px);
		const ys = quad.map(([, py]) => py);
		const left = Math.min(...xs);
		const top = Math.min(...ys);
		return {
			text,
			characters: Array.from(text, (char) => ({ char, p })),
			confidence: p,
			box: [left, top, Math.max(...xs) - left, Math.max(...ys) - top],
			quad,
		};
	});
}

/** Captions and values side by side, one pair a row or more, as in a table. */
export function table(
	rows: readonly (readonly string[])[],
	columns: readonly number[] = [60, 420, 860, 1260],
): readonly Print[] {
	return rows.flatMap((row, i) =>
		row.flatMap((text, column) => (text === "" ? [] : [{ text, x: columns[column] ?? 0, y: 60 + i * 80 }])),
	);
}
