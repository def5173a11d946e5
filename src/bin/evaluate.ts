import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { loadSettings } from "../config/settings.js";
import { writeAccuracyPages } from "../evaluation/accuracy-page.js";
import {
	acceptedWrong,
	baselineOf,
	dropsSince,
	findBaseline,
	newBaselineFile,
	readBaseline,
	writeBaseline,
} from "../evaluation/baseline.js";
import { burstOutcomes, type SeenPicture, wrongTogether } from "../evaluation/fusion.js";
import { fusionRows, fusionSentences } from "../evaluation/fusion-table.js";
import { readLabels, witnessKindOf } from "../evaluation/labels.js";
import { type Outcome, outcomeOf } from "../evaluation/outcome.js";
import { openPlots, summaryPlots } from "../evaluation/plots.js";
import { type Summary, summaryOf } from "../evaluation/summary.js";
import { groupRows, rateSentences, stepRows } from "../evaluation/tables.js";
import { progressLine } from "../terminal/progress-line.js";
import { table } from "../terminal/table.js";
import { createInspector } from "../vision/create-inspector.js";
import { inspectFile } from "../vision/picture-files.js";

interface Options {
	readonly data: string;
	readonly labels?: string;
	readonly out?: string;
	readonly json?: true;
	readonly baseline?: string;
	readonly updateBaseline?: true;
	readonly docs?: true;
}

interface Run {
	readonly outcomes: readonly Outcome[];
	readonly pictures: readonly SeenPicture[];
	/** One JSON line a picture, for whoever looks into it. */
	readonly lines: readonly string[];
	readonly readers: Readonly<Record<string, string>>;
}

/** Reads every labelled picture, one after the other so that times mean something. */
async function readAll(folder: string, labelFile?: string): Promise<Run> {
	const labels = await readLabels(folder, labelFile);
	const { readerThreads, executionProviders } = loadSettings(process.env);
	const inspector = await createInspector({
		threads: readerThreads ?? availableParallelism(),
		providers: executionProviders,
		warn: (sentence) => process.stderr.write(`${sentence}\n`),
	});
	const progress = progressLine(labels.length);
	const outcomes: Outcome[] = [];
	const pictures: SeenPicture[] = [];
	const lines: string[] = [];
	for (const label of labels) {
		const file = join(folder, label.file);
		const result = await inspectFile(inspector, file, witnessKindOf(label));
		const observation = "observation" in result ? result.observation : null;
		const outcome = outcomeOf(label, await readFile(file).catch(() => new Uint8Array()), observation);
		outcomes.push(outcome);
		pictures.push({ label, observation });
		lines.push(
			JSON.stringify({
				...{ label, verdict: outcome.verdict },
				...("error" in result
					? { error: result.error }
					: { readings: observation?.readings, quality: observation?.quality, ms: observation?.ms }),
			}),
		);
		progress.step(label.file);
	}
	progress.end();
	await inspector.close();
	return { outcomes, pictures, lines, readers: inspector.readers };
}

function summaries({ outcomes, pictures }: Run): Record<string, Summary> {
	const found: Record<string, Summary> = {};
	for (const [nature, rendered] of [
		["photographs", false],
		["rendered", true],
	] as const) {
		const members = outcomes.filter((each) => each.rendered === rendered);
		const shown = pictures.filter(({ label }) => (label.synthetic ?? false) === rendered);
		if (members.length > 0) found[nature] = summaryOf(members, burstOutcomes(shown));
	}
	return found;
}

function printTables(found: Readonly<Record<string, Summary>>): void {
	const natures: Readonly<Record<string, string>> = {
		photographs: "photographs 照片",
		rendered: "rendered 渲染图像",
	};
	for (const [nature, summary] of Object.entries(found)) {
		process.stdout.write(
			`${natures[nature]}\n${table(groupRows(summary, { times: true, language: "both" }))}\n\n${rateSentences(summary, "both").join("\n")}\n\n${table(stepRows(summary.steps))}\n\n`,
		);
		if (summary.fusion)
			process.stdout.write(
				`${table(fusionRows(summary.fusion, "both"))}\n\n${fusionSentences(summary.fusion, "both").join("\n")}\n\n`,
			);
	}
}

async function writeResults(
	folder: string,
	run: Run,
	found: Readonly<Record<string, Summary>>,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, "pictures.jsonl"), `${run.lines.join("\n")}\n`);
	await writeFile(
		join(folder, "evaluation.json"),
		`${JSON.stringify({ readers: run.readers, ...found }, null, "\t")}\n`,
	);
	const draw = await openPlots();
	if (draw === null) {
		process.stderr.write(
			"No plots: they need the development packages; npm install brings them. 未生成图表\n",
		);
		return;
	}
	for (const [nature, summary] of Object.entries(found))
		for (const [name, svg] of Object.entries(draw(summaryPlots(summary))))
			await writeFile(join(folder, `${nature}-${name}.svg`), svg);
}

/** Compares with the committed result, or makes this one the committed one; gives what dropped. */
async function compare(
	options: Options,
	run: Run,
	found: Readonly<Record<string, Summary>>,
): Promise<string[]> {
	const given = options.baseline;
	const known =
		given !== undefined && !options.updateBaseline
			? { file: resolve(given), baseline: await readBaseline(given) }
			: await findBaseline(run.outcomes);
	const nameOf = (file: string) => relative(PACKAGE_ROOT, file);
	if (options.updateBaseline) {
		const file = given ?? known?.file ?? newBaselineFile(basename(resolve(options.data)));
		await writeBaseline(file, baselineOf(run.outcomes, found, run.readers));
		process.stderr.write(`${nameOf(resolve(file))} holds this result now. 已更新基准\n`);
		return [];
	}
	if (known === null) {
		process.stderr.write(
			"No committed result of these pictures; --update-baseline makes this one it. 无基准\n",
		);
		return [];
	}
	const drops = dropsSince(known.baseline, run.outcomes);
	if (drops.length === 0) process.stderr.write(`Nothing dropped since ${nameOf(known.file)}. 未见下降\n`);
	return drops.map((drop) => `${drop} (${nameOf(known.file)})`);
}

export function command(): Command {
	return new Command("evaluate")
		.description("read labelled pictures and compare with their labels · 用带标注图像评估识别")
		.requiredOption("--data <folder>", "folder with labels.jsonl")
		.option("--labels <file>", "labels of the folder's pictures, instead of its labels.jsonl")
		.option("--out <folder>", "write every picture's result, the tables as JSON and the plots there")
		.option("--json", "print the tables as JSON")
		.option("--baseline <file>", "compare with this result; the committed one without it")
		.option("--update-baseline", "make this the committed result instead of comparing")
		.option("--docs", "write tables and plots into docs/accuracy.md and docs/accuracy.zh.md")
		.action(async (options: Options) => {
			const run = await readAll(options.data, options.labels);
			const found = summaries(run);
			if (options.json) process.stdout.write(`${JSON.stringify({ readers: run.readers, ...found })}\n`);
			else printTables(found);
			if (options.out !== undefined) await writeResults(options.out, run, found);
			if (options.docs) {
				const draw = await openPlots();
				if (draw === null) throw new Error("--docs needs the development packages: npm install");
				await writeAccuracyPages(found, draw);
			}
			const wrong = [...acceptedWrong(run.outcomes), ...wrongTogether(found)];
			const drops = await compare(options, run, found);
			for (const sentence of [...wrong, ...drops]) process.stderr.write(`✗ ${sentence}\n`);
			process.exitCode = wrong.length + drops.length > 0 ? 1 : 0;
		});
}
