import type { ImportProblem } from "../../contracts/record.js";
import { problemWords } from "../../importing/problems.js";
import { csvLine } from "../csv.js";

const HEADER = { en: ["line", "field", "reason", "how to mend it"], zh: ["行", "字段", "原因", "处理方法"] };

/** Every problem of an import as CSV with a byte order mark, which spreadsheets need to see UTF-8. */
export function problemsCsv(problems: readonly ImportProblem[], language: "en" | "zh"): string {
	const rows = problems.map((problem) => {
		const { reason, mend } = problemWords(problem, language);
		return [problem.line, problem.field, reason, mend];
	});
	return `\uFEFF${[HEADER[language], ...rows].map(csvLine).join("")}`;
}
