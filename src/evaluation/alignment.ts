/** A character that stands on the part beside the one that was read for it; "" where one has no partner. */
export interface AlignedCharacter {
	readonly truth: string;
	readonly read: string;
	/** Place in the string that was read; -1 where nothing was. */
	readonly at: number;
}

/**
 * Aligns what was read with what is there by the fewest changes (Levenshtein 1966), a substitution before a gap
 * where both cost the same.
 */
export function alignCharacters(truth: string, read: string): AlignedCharacter[] {
	const [rows, columns] = [truth.length + 1, read.length + 1];
	const cost = new Uint16Array(rows * columns);
	const costAt = (i: number, j: number) => cost[i * columns + j] ?? 0;
	const substitution = (i: number, j: number) =>
		costAt(i - 1, j - 1) + (truth.charAt(i - 1) === read.charAt(j - 1) ? 0 : 1);
	for (let i = 0; i < rows; i++)
		for (let j = 0; j < columns; j++)
			cost[i * columns + j] =
				i === 0 || j === 0 ? i + j : Math.min(substitution(i, j), costAt(i - 1, j) + 1, costAt(i, j - 1) + 1);
	const aligned: AlignedCharacter[] = [];
	for (let [i, j] = [truth.length, read.length]; i > 0 || j > 0; ) {
		if (i > 0 && j > 0 && costAt(i, j) === substitution(i, j)) {
			i--;
			j--;
			aligned.push({ truth: truth.charAt(i), read: read.charAt(j), at: j });
		} else if (i > 0 && costAt(i, j) === costAt(i - 1, j) + 1) {
			i--;
			aligned.push({ truth: truth.charAt(i), read: "", at: -1 });
		} else {
			j--;
			aligned.push({ truth: "", read: read.charAt(j), at: j });
		}
	}
	return aligned.reverse();
}

/** How often one character was read for another. */
export interface Confusion {
	readonly truth: string;
	readonly read: string;
	readonly count: number;
}

/** Every pair that differs, the most frequent first. */
export function confusionsOf(aligned: readonly AlignedCharacter[]): Confusion[] {
	const counts = new Map<string, Confusion>();
	for (const { truth, read } of aligned) {
		if (truth === read) continue;
		const key = `${truth}→${read}`;
		counts.set(key, { truth, read, count: (counts.get(key)?.count ?? 0) + 1 });
	}
	return [...counts.values()].sort(
		(a, b) => b.count - a.count || a.truth.localeCompare(b.truth) || a.read.localeCompare(b.read),
	);
}
