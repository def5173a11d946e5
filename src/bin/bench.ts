import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { WitnessKind } from "../contracts/reading.js";
import { table } from "../terminal/table.js";
import { createInspector } from "../vision/create-inspector.js";
import { quantileOf } from "../vision/labelled-pictures.js";
import { pictureFiles } from "../vision/picture-files.js";

const wholeNumber = (text: string): number => {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number from 1");
	return value;
};

export function command(): Command {
	return new Command("bench")
		.description("time the reading of pictures, warm · 识别速度测试")
		.argument("<image...>", "picture files or folders")
		.addOption(
			new Option("--kind <kind>", "what they show").choices(["auto", ...WitnessKind.options]).default("auto"),
		)
		.option("--rounds <count>", "times every picture is read", wholeNumber, 5)
		.option("--threads <count>", "threads a network call", wholeNumber, availableParallelism())
		.option("--json", "print the result as JSON")
		.action(
			async (names: string[], options: { kind: string; rounds: number; threads: number; json?: true }) => {
				const pictures = await Promise.all((await pictureFiles(names)).map((file) => readFile(file)));
				const kind = options.kind === "auto" ? "auto" : WitnessKind.parse(options.kind);
				const startedAt = performance.now();
				const inspector = await createInspector({ threads: options.threads });
				const start = performance.now() - startedAt;
				const times: Record<string, number[]> = {};
				// One round is not counted: networks and workers start in it.
				for (let round = 0; round <= options.rounds; round++)
					for (const picture of pictures) {
						const { ms } = await inspector.inspect(picture, kind);
						for (const [step, value] of round === 0 ? [] : Object.entries(ms)) {
							times[step] ??= [];
							times[step].push(value);
						}
					}
				await inspector.close();
				const steps = Object.fromEntries(
					Object.entries(times).map(([step, values]) => [
						step,
						{ median: quantileOf(values, 0.5), p95: quantileOf(values, 0.95), runs: values.length },
					]),
				);
				const processor = cpus()[0]?.model ?? "unknown";
				if (options.json) {
					process.stdout.write(
						`${JSON.stringify({ processor, threads: options.threads, pictures: pictures.length, start, steps })}\n`,
					);
					return;
				}
				const rows = Object.entries(steps).map(([step, { median, p95, runs }]) => [
					step,
					median.toFixed(0),
					p95.toFixed(0),
					String(runs),
				]);
				process.stdout.write(
					`${processor}, ${options.threads} threads, ${pictures.length} pictures, start ${start.toFixed(0)} ms\n${table([["step", "median ms", "p95 ms", "runs"], ...rows])}\n`,
				);
			},
		);
}
