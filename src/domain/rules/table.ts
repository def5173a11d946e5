import { RULES } from "./index.js";

/** The rules as the table of `docs/rules.md`. */
export function ruleTable(): string {
	const rows = RULES.map(({ name, words, fields, weight, source, markets }) => {
		const cells = [
			`\`${name}\``,
			`${words.en} · ${words.zh}`,
			fields.map((field) => `\`${field}\``).join(" "),
			weight,
			`${source}${markets ? ` (${markets.join(", ")})` : ""}`,
		];
		return `| ${cells.join(" | ")} |`;
	});
	return [
		"| rule | what must hold | fields | weight | source |",
		"| --- | --- | --- | --- | --- |",
		...rows,
	].join("\n");
}
