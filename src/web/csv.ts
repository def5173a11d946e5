/** A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

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
