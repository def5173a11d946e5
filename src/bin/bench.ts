import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadSettings } from "../config/settings.js";
import { WitnessKind } from "../contracts/reading.js";
import {
	type BenchResult,
	benchBaselineOf,
	findBenchBaseline,
	openYardstick,
	readBenchBaseline,
	runBench,
	slowdownSince,
	writeBenchBaseline,
} from "../evaluation/bench.js";
import { latencyPlot, openPlots } from "../evaluation/plots.js";
import { openRapidOcr } from "../evaluation/rapidocr.js";
import { stepRows } from "../evaluation/tables.js";
import { progressLine } from "../terminal/progress-line.js";
import { table } from "../terminal/table.js";
import { createInspector } from "../vision/create-inspector.js";
import { pictureFiles } from "../vision/picture-files.js";

const wholeNumber = (text: string): number => {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number from 1");
	return value;
};

interface Options {
	readonly kind: string;
	readonly rounds: number;
	readonly threads?: number;
	readonly parallel: number;
	readonly against?: "rapidocr";
	readonly python: string;
	readonly out?: string;
	readonly json?: true;
	readonly baseline?: string;
	readonly updateBaseline?: true;
}

interface Machine {
	readonly processor: string;
	readonly cores: number;
	readonly threads: number;
	/** Milliseconds until the readers were ready. */
	readonly start: number;
}

function print({ processor, cores, threads, start }: Machine, result: BenchResult): void {
	const { yardstick, ratio, throughput, against } = result;
	const lines = [
		`${processor}, ${cores} cores, ${threads} threads, ${result.pictures} pictures, start ${start.toFixed(0)} ms`,
		table(stepRows({ ...result.steps, "yardstick 基准": yardstick })),
		`ratio to the yardstick 与基准之比: ${ratio.toFixed(2)}`,
		`throughput 吞吐: ${throughput.picturesPerSecond.toFixed(2)} pictures a second, ${throughput.parallel} at a time`,
	];
	if (against) {
		const { median, lower, upper } = against.pairedRatio;
		lines.push(
			`${against.name}: median ${against.median.toFixed(0)} ms, p95 ${against.p95.toFixed(0)} ms`,
			`vinspect is ${against.ratioOfMedians.toFixed(2)} times as fast by medians 按中位数, ${median.toFixed(2)} by pairs 按配对 (middle half ${lower.toFixed(2)} to ${upper.toFixed(2)})`,
		);
	}
	process.stdout.write(`${lines.join("\n")}\n`);
}

async function run(names: readonly string[], options: Options): Promise<void> {
	const { readerThreads, executionProviders: providers } = loadSettings(process.env);
	const kind = options.kind === "auto" ? "auto" : WitnessKind.parse(options.kind);
	const threads = options.threads ?? readerThreads ?? availableParallelism();
	const warn = (sentence: string) => process.stderr.write(`${sentence}\n`);
	const pictures = await Promise.all(
		(await pictureFiles(names)).map(async (file) => ({ file, bytes: await readFile(file) })),
	);
	const startedAt = performance.now();
	const inspector = await createInspector({ threads, providers, warn });
	const machine: Machine = {
		processor: cpus()[0]?.model ?? "unknown",
		cores: availableParallelism(),
		threads,
		start: performance.now() - startedAt,
	};
	const yardstick = await openYardstick({ threads, providers });
	const rival = options.against === undefined ? null : await openRapidOcr(options.python, threads);
	const progress = progressLine((options.rounds + 1) * pictures.length);
	const result = await runBench(inspector, pictures, yardstick, rival, {
		kind,
		rounds: options.rounds,
		parallel: options.parallel,
		progress: progress.step,
	});
	progress.end();
	await Promise.all([inspector.close(), yardstick.close(), rival?.close()]);
	const json = JSON.stringify({ ...machine, kind, ...result });
	if (options.json) process.stdout.write(`${json}\n`);
	else print(machine, result);
	if (options.out !== undefined) {
		await mkdir(options.out, { recursive: true });
		await writeFile(join(options.out, "bench.json"), `${json}\n`);
		const drawn = (await openPlots())?.(latencyPlot(result.steps)) ?? {};
		for (const [name, svg] of Object.entries(drawn))
			await writeFile(join(options.out, `bench-${name}.svg`), svg);
	}
	const current = benchBaselineOf(pictures, kind, threads, result.ratio);
	if (options.updateBaseline) {
		await writeBenchBaseline(options.baseline, current);
		return;
	}
	const known =
		options.baseline === undefined
			? await findBenchBaseline(current)
			: await readBenchBaseline(options.baseline);
	const slower = known === null ? null : slowdownSince(known, current);
	if (slower !== null) process.stderr.write(`✗ ${slower}\n`);
	process.exitCode = slower === null ? 0 : 1;
}

export function command(): Command {
	return new Command("bench")
		.description("time the reading of pictures, warm · 识别速度测试")
		.argument("<image...>", "picture files or folders")
		.addOption(
			new Option("--kind <kind>", "what they show").choices(["auto", ...WitnessKind.options]).default("auto"),
		)
		.option("--rounds <count>", "times every picture is read", wholeNumber, 5)
		.option("--threads <count>", "threads a network call; READER_THREADS or all without it", wholeNumber)
		.option(
			"--parallel <count>",
			"pictures read at once for the throughput",
			wholeNumber,
			availableParallelism(),
		)
		.addOption(
			new Option("--against <reader>", "time another reader on the same files in turn").choices(["rapidocr"]),
		)
		.option("--python <command>", "a Python 3.11 that has rapidocr-onnxruntime==1.4.4", "python3.11")
		.option("--out <folder>", "write the result as JSON and its plot there")
		.option("--json", "print the result as JSON")
		.option("--baseline <file>", "compare with this result; the committed one without it")
		.option("--update-baseline", "make this the committed result instead of comparing")
		.action(run);
}
