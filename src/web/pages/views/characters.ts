import type { CharacterReading } from "../../../contracts/reading.js";
import { alignTexts } from "./alignment.js";

/** How sure a character looks. For the eye only: acceptance is decided where the reading is made. */
export type Sureness = "high" | "mid" | "low";

const SURE = 0.95;
const DOUBTFUL = 0.7;
const SHOWN_ALTERNATIVES = 3;

export function surenessOf(p: number): Sureness {
	if (p >= SURE) return "high";
	return p >= DOUBTFUL ? "mid" : "low";
}

export interface CharacterView {
	readonly char: string;
	readonly p: number;
	readonly sureness: Sureness;
	readonly suspect: boolean;
	readonly alternatives: readonly { char: string; p: number }[];
}

export function characterView({ char, p, alternatives }: CharacterReading): CharacterView {
	const sureness = surenessOf(p);
	const others = (alternatives ?? []).filter((other) => other.char !== char).slice(0, SHOWN_ALTERNATIVES);
	return { char, p, sureness, suspect: sureness !== "high", alternatives: others };
}

/** One column of the strips: what was read over what the record says. */
export interface StripColumn {
	readonly position: number;
	readonly read: CharacterView | null;
	readonly expected: string | null;
	/** The two differ, or one of them has nothing here. */
	readonly differs: boolean;
	/** A place a person must look at: different, or not sure. */
	readonly suspect: boolean;
}

export interface Strip {
	readonly columns: readonly StripColumn[];
	readonly differing: number;
}

/**
 * Lays a reading over the expected text. `characters` are the reading's own with their probabilities; without
 * them the text stands with no doubt shown.
 */
export function stripOf(
	readText: string,
	characters: readonly CharacterReading[],
	expected: string | null,
): Strip {
	const ownCharacters = characters.map(({ char }) => char).join("") === readText;
	const columns = alignTexts(readText, expected ?? readText).map((column, index): StripColumn => {
		const own = ownCharacters && column.readIndex !== null ? characters[column.readIndex] : undefined;
		const read = column.read === null ? null : characterView(own ?? { char: column.read, p: 1 });
		const differs = expected !== null && column.read !== column.expected;
		return {
			position: index + 1,
			read,
			expected: expected === null ? null : column.expected,
			differs,
			suspect: differs || (read?.suspect ?? false),
		};
	});
	return { columns, differing: columns.filter((column) => column.differs).length };
}
