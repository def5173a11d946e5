/** Columns a text takes on a terminal: Chinese characters take two. */
export function columnsOf(text: string): number {
	return [...text].reduce((sum, character) => sum + (character > "\u2E7F" ? 2 : 1), 0);
}

export function padColumns(text: string, columns: number): string {
	return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Rows in aligned columns, two blanks apart. */
export function table(rows: readonly (readonly string[])[]): string {
	const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => columnsOf(row[i] ?? ""))));
	return rows
		.map((row) =>
			row
				.map((cell, i) => padColumns(cell, widths[i] ?? 0))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}
