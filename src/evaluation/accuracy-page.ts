import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { DrawPlots } from "./plots.js";
import { summaryPlots } from "./plots.js";
import type { Summary } from "./summary.js";
import { groupRows, markdownTable, rateSentences } from "./tables.js";

const DOCS = join(PACKAGE_ROOT, "docs");

const CAPTIONS: Readonly<Record<string, string>> = {
	reliability: "Reliability of character probabilities 字符置信度可靠性",
	acceptance: "Accepted and wrong over the threshold 采信数与误读数随阈值变化",
	confusion: "Confused characters 字符混淆",
};

/**
 * Text between `<!-- name -->` and `<!-- /name -->` replaced by another. Throws where the page has no such place.
 */
export function replaceBetween(page: string, name: string, text: string): string {
	const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const from = page.indexOf(begin);
	const to = page.indexOf(end, from);
	if (from < 0 || to < 0) throw new Error(`docs/accuracy.md has no place for ${name}: ${begin} … ${end}`);
	return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/**
 * Writes tables and plots into docs/accuracy.md, each nature of pictures between its own markers. Times stay out:
 * they say how busy the machine was; `npm run bench` measures speed.
 */
export async function writeAccuracyPage(
	summaries: Readonly<Record<string, Summary>>,
	draw: DrawPlots,
): Promise<void> {
	const file = join(DOCS, "accuracy.md");
	let page = await readFile(file, "utf8");
	for (const [nature, summary] of Object.entries(summaries)) {
		const folder = join(DOCS, "images", "accuracy");
		await mkdir(folder, { recursive: true });
		const { latency: _, ...plots } = summaryPlots(summary);
		const drawn = draw(plots);
		for (const [name, svg] of Object.entries(drawn))
			await writeFile(join(folder, `${nature}-${name}.svg`), svg);
		const text = [
			markdownTable(groupRows(summary, { times: false })),
			rateSentences(summary)
				.map((sentence) => `- ${sentence}`)
				.join("\n"),
			...Object.keys(drawn).map(
				(name) => `![${CAPTIONS[name] ?? name}](images/accuracy/${nature}-${name}.svg)`,
			),
		];
		page = replaceBetween(page, nature, text.join("\n\n"));
	}
	await writeFile(file, page);
}
