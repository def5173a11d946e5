/** One column of two texts laid over each other; null where one of them has no character. */
export interface AlignedColumn {
	/** Zero-based place in the read text; null for a gap. */
	readonly readIndex: number | null;
	readonly read: string | null;
	readonly expected: string | null;
}

type Step = "both" | "read" | "expected";

/** Edit distances of all pairs of prefixes (Wagner and Fischer 1974). */
function distances(read: readonly string[], expected: readonly string[]): number[][] {
	const table: number[][] = [Array.from({ length: expected.length + 1 }, (_, j) => j)];
	for (const [i, char] of read.entries()) {
		const above = table[i] ?? [];
		const row = [i + 1];
		for (const [j, other] of expected.entries()) {
			const replaced = (above[j] ?? 0) + (char === other ? 0 : 1);
			row.push(Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
		}
		table.push(row);
	}
	return table;
}

function lastStep(table: number[][], read: readonly string[], expected: readonly string[]): Step {
	const [i, j] = [read.length, expected.length];
	if (i === 0) return "expected";
	if (j === 0) return "read";
	const here = table[i]?.[j] ?? 0;
	if ((table[i - 1]?.[j - 1] ?? 0) + (read[i - 1] === expected[j - 1] ? 0 : 1) === here) return "both";
	return (table[i - 1]?.[j] ?? 0) + 1 === here ? "read" : "expected";
}

/**
 * Lays what was read over what was expected so that the fewest columns differ. Equal lengths are compared
 * place by place: that is how the finding's differences are counted and how a person counts them.
 */
export function alignTexts(readText: string, expectedText: string): readonly AlignedColumn[] {
	const read = [...readText];
	const expected = [...expectedText];
	if (read.length === expected.length) {
		return read.map((char, index) => ({ readIndex: index, read: char, expected: expected[index] ?? null }));
	}
	const table = distances(read, expected);
	const columns: AlignedColumn[] = [];
	while (read.length > 0 || expected.length > 0) {
		const step = lastStep(table, read, expected);
		const readIndex = step === "expected" ? null : read.length - 1;
		columns.unshift({
			readIndex,
			read: step === "expected" ? null : (read.pop() ?? null),
			expected: step === "read" ? null : (expected.pop() ?? null),
		});
	}
	return columns;
}
