import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { fusionRows, fusionSentences } from "./fusion-table.js";
import type { DrawPlots } from "./plots.js";
import { summaryPlots } from "./plots.js";
import type { Summary } from "./summary.js";
import { groupRows, markdownTable, rateSentences } from "./tables.js";

const DOCS = join(PACKAGE_ROOT, "docs");

/** The page in each language, in the folder of the documents. */
export const ACCURACY_PAGES = { en: "accuracy.md", zh: "accuracy.zh.md" } as const;
type PageLanguage = keyof typeof ACCURACY_PAGES;
const LANGUAGES: readonly PageLanguage[] = ["en", "zh"];

const CAPTIONS: Readonly<Record<string, Readonly<Record<PageLanguage, string>>>> = {
	reliability: { en: "Reliability of character probabilities", zh: "字符置信度可靠性" },
	acceptance: { en: "Accepted and wrong over the threshold", zh: "采信数与误读数随阈值变化" },
	confusion: { en: "Confused characters", zh: "字符混淆" },
};

/**
 * Text between `<!-- name -->` and `<!-- /name -->` replaced by another. Throws where the page has no such place.
 */
export function replaceBetween(page: string, name: string, text: string): string {
	const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const from = page.indexOf(begin);
	const to = page.indexOf(end, from);
	if (from < 0 || to < 0) throw new Error(`The accuracy page has no place for ${name}: ${begin} … ${end}`);
	return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** What stands between one nature's markers: its table, its rates and its plots. */
function sectionOf(
	nature: string,
	summary: Summary,
	plots: readonly string[],
	language: PageLanguage,
): string {
	return [
		markdownTable(groupRows(summary, { times: false, language })),
		rateSentences(summary, language)
			.map((sentence) => `- ${sentence}`)
			.join("\n"),
		...(summary.fusion
			? [
					markdownTable(fusionRows(summary.fusion, language)),
					fusionSentences(summary.fusion, language)
						.map((sentence) => `- ${sentence}`)
						.join("\n"),
				]
			: []),
		...plots.map((name) => `![${CAPTIONS[name]?.[language] ?? name}](images/accuracy/${nature}-${name}.svg)`),
	].join("\n\n");
}

/**
 * Writes tables and plots into the accuracy page of both languages, each nature of pictures between its own markers.
 * Times stay out: they say how busy the machine was; `npm run bench` measures speed. Throws, and writes neither page,
 * where one of them has no place for a nature.
 */
export async function writeAccuracyPages(
	summaries: Readonly<Record<string, Summary>>,
	draw: DrawPlots,
	docs: string = DOCS,
): Promise<void> {
	const folder = join(docs, "images", "accuracy");
	const natures = Object.entries(summaries).map(([nature, summary]) => {
		const { latency: _, ...plots } = summaryPlots(summary);
		return { nature, summary, drawn: draw(plots) };
	});
	const pages = await Promise.all(
		LANGUAGES.map(async (language) => {
			const file = join(docs, ACCURACY_PAGES[language]);
			const page = natures.reduce(
				(text, { nature, summary, drawn }) =>
					replaceBetween(text, nature, sectionOf(nature, summary, Object.keys(drawn), language)),
				await readFile(file, "utf8"),
			);
			return { file, page };
		}),
	);
	await mkdir(folder, { recursive: true });
	for (const { nature, drawn } of natures)
		for (const [name, svg] of Object.entries(drawn))
			await writeFile(join(folder, `${nature}-${name}.svg`), svg);
	for (const { file, page } of pages) await writeFile(file, page);
}
