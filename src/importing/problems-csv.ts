import type { ImportProblem } from "../contracts/record.js";
import { problemWords } from "./problems.js";

const HEADER = { en: ["line", "field", "reason", "how to mend it"], zh: ["行", "字段", "原因", "处理方法"] };

/**
 * A cell a spreadsheet shows as it is. What begins like a formula gets an apostrophe in front (OWASP, CSV
 * Injection), for the file's own text comes back here.
 */
function cell(text: string): string {
	const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Every problem of an import as CSV with a byte order mark, which spreadsheets need to see UTF-8. */
export function problemsCsv(problems: readonly ImportProblem[], language: "en" | "zh"): string {
	const rows = problems.map((problem) => {
		const { reason, mend } = problemWords(problem, language);
		return [String(problem.line), problem.field, reason, mend];
	});
	return `\uFEFF${[HEADER[language], ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
