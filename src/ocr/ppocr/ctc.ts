import type { CharacterReading } from "../../contracts/reading.js";

/** Class probabilities of one line, column by column: `columns` × `classes`, row-major. */
export interface Posterior {
	readonly columns: number;
	readonly classes: number;
	readonly p: Float32Array;
}

export interface DecodedText {
	readonly text: string;
	readonly characters: readonly CharacterReading[];
	/** Weakest character, 0..1; 0 for no text. */
	readonly confidence: number;
}

/** Less probable alternatives are of no use to a person. */
const MIN_ALTERNATIVE = 0.01;
const MAX_ALTERNATIVES = 3;

/**
 * Greedy CTC decoding (Graves et al. 2006): the best class of every column, repeats merged, blanks dropped. A
 * character's probability is that of its best column; alternatives are the other classes of that column.
 */
export function decodeGreedy(
	{ columns, classes, p }: Posterior,
	keys: readonly string[],
	blank: number,
): DecodedText {
	const characters: CharacterReading[] = [];
	let previous = blank;
	let best = 0;
	let bestColumn = -1;
	const close = () => {
		if (previous !== blank && bestColumn >= 0)
			characters.push(characterAt(p, bestColumn * classes, keys, previous, blank));
	};
	for (let column = 0; column < columns; column++) {
		const start = column * classes;
		let winner = 0;
		let top = p[start] ?? 0;
		for (let index = 1; index < classes; index++) {
			const value = p[start + index] ?? 0;
			if (value > top) {
				top = value;
				winner = index;
			}
		}
		if (winner !== previous) {
			close();
			previous = winner;
			best = 0;
			bestColumn = -1;
		}
		if (top > best) {
			best = top;
			bestColumn = column;
		}
	}
	close();
	return {
		text: characters.map((character) => character.char).join(""),
		characters,
		confidence: characters.reduce(
			(weakest, { p: value }) => Math.min(weakest, value),
			characters.length ? 1 : 0,
		),
	};
}

function characterAt(
	p: Float32Array,
	start: number,
	keys: readonly string[],
	winner: number,
	blank: number,
): CharacterReading {
	const alternatives: { char: string; p: number }[] = [];
	for (let index = 0; index < keys.length; index++) {
		const value = p[start + index] ?? 0;
		if (value < MIN_ALTERNATIVE || index === winner || index === blank) continue;
		alternatives.push({ char: keys[index] ?? "", p: value });
	}
	alternatives.sort((a, b) => b.p - a.p);
	const character = { char: keys[winner] ?? "", p: Math.min(1, p[start + winner] ?? 0) };
	return alternatives.length > 0
		? { ...character, alternatives: alternatives.slice(0, MAX_ALTERNATIVES) }
		: character;
}
