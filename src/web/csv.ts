/**
 * A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection), in full width as well, and
 * some overlook blanks and marks that nobody sees before it.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}]*[=+\-@＝＋－＠])/u;

/**
 * One cell: what could run as a formula begins with an apostrophe; quoted where RFC 4180 asks for it, and where a
 * spreadsheet that parts cells at semicolons would.
 */
export function csvCell(value: string | number | null): string {
	if (value === null) return "";
	const text = String(value);
	const harmless = FORMULA.test(text) ? `'${text}` : text;
	return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** One line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly (string | number | null)[]): string {
	return `${cells.map(csvCell).join(",")}\r\n`;
}
