import { open, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { loadSettings } from "../config/settings.js";
import { upperBound } from "../domain/binomial.js";
import { VIN_LENGTH } from "../domain/vin.js";
import {
	type ChallengeOutcome,
	seededRandom,
	summaryOfChallenge,
	wrongOrder,
} from "../evaluation/challenge.js";
import { quantileOf } from "../evaluation/statistics.js";
import { progressLine } from "../terminal/progress-line.js";
import { table } from "../terminal/table.js";
import { createVinReaders } from "../vision/create-vin-readers.js";
import type { Picture } from "../vision/picture.js";
import { readVin } from "../vision/read-vin.js";

/** One line of `lines.jsonl`, in the order of the pictures in `lines.bin`. */
const ChallengeLine = z.object({
	vin: z.string().length(VIN_LENGTH),
	level: z.string(),
	width: z.int().positive(),
	height: z.int().positive(),
});

/** Shares of a picture around its line; `training/reader/challenge.py` cuts lines out with about as much. */
const BESIDE = 0.025;
const ABOVE = 0.11;

function colourOf(grey: Uint8Array, width: number, height: number): Picture {
	const rgb = new Uint8Array(grey.length * 3);
	for (let at = 0; at < grey.length; at++) rgb.fill(grey[at] ?? 0, at * 3, at * 3 + 3);
	return { width, height, rgb };
}

async function run(folder: string, seed: number): Promise<ChallengeOutcome[]> {
	const labels = (await readFile(join(folder, "lines.jsonl"), "utf8"))
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => ChallengeLine.parse(JSON.parse(line)));
	const { readerThreads, executionProviders } = loadSettings(process.env);
	const readers = await createVinReaders({
		threads: readerThreads ?? availableParallelism(),
		providers: executionProviders,
	});
	const pictures = await open(join(folder, "lines.bin"));
	const random = seededRandom(seed);
	const progress = progressLine(labels.length);
	const outcomes: ChallengeOutcome[] = [];
	let position = 0;
	for (const [index, { vin, level, width, height }] of labels.entries()) {
		const grey = new Uint8Array(width * height);
		await pictures.read(grey, 0, grey.length, position);
		position += grey.length;
		const picture = colourOf(grey, width, height);
		const [left, right] = [BESIDE * width, (1 - BESIDE) * width];
		const [top, bottom] = [ABOVE * height, (1 - ABOVE) * height];
		const started = performance.now();
		const result = await readVin(
			picture,
			[
				{
					quad: [
						[left, top],
						[right, top],
						[right, bottom],
						[left, bottom],
					],
					length: VIN_LENGTH,
					lines: [],
				},
			],
			readers,
		);
		const milliseconds = performance.now() - started;
		const { value, accepted, confidence } = result?.field ?? { value: null, accepted: false, confidence: 0 };
		const read = String(value ?? "");
		// Every second wrong order differs by a character that no check digit sees.
		const wrong = wrongOrder(vin, index % 2 === 0, random);
		outcomes.push({
			level,
			vin,
			read,
			accepted,
			escaped: accepted && read === wrong,
			confidence,
			milliseconds,
		});
		progress.step(level);
	}
	progress.end();
	await pictures.close();
	await readers.close();
	return outcomes;
}

const percent = (count: number, of: number) => `${((100 * count) / Math.max(1, of)).toFixed(2)} %`;

export function command(): Command {
	return new Command("challenge")
		.description("hold rendered lines against right and wrong orders · 渲染图像挑战测试")
		.argument("<folder>", "lines.bin and lines.jsonl, from training/reader/challenge.py")
		.option("--seed <number>", "chooses the wrong characters", Number, 1)
		.option("--json", "print the result as JSON")
		.action(async (folder: string, options: { seed: number; json?: true }) => {
			const outcomes = await run(folder, options.seed);
			const groups = [...new Set(outcomes.map(({ level }) => level))].map(
				(level) => [level, outcomes.filter((each) => each.level === level)] as const,
			);
			const summaries = [...groups, ["all 合计", outcomes] as const].map(([name, members]) => {
				const times = members.map(({ milliseconds }) => milliseconds);
				return {
					name,
					...summaryOfChallenge(members),
					medianMilliseconds: quantileOf(times, 0.5),
					p95Milliseconds: quantileOf(times, 0.95),
				};
			});
			const total = summaryOfChallenge(outcomes);
			if (options.json) {
				const missed = outcomes.filter(({ accepted, read, vin }) => accepted && read !== vin);
				process.stdout.write(`${JSON.stringify({ summaries, acceptedWrong: missed })}\n`);
			} else
				process.stdout.write(
					`${table([
						[
							"",
							"lines 行",
							"exact 全对",
							"accepted 采信",
							"accepted wrong 误采信",
							"escapes 漏检",
							"false calls 误报",
							"median ms",
							"p95 ms",
						],
						...summaries.map((each) => [
							each.name,
							String(each.lines),
							`${each.exact} (${percent(each.exact, each.lines)})`,
							String(each.accepted),
							String(each.acceptedWrong),
							`${each.escapes} (< ${(100 * upperBound(each.escapes, each.lines)).toFixed(3)} %)`,
							`${each.falseCalls} (${percent(each.falseCalls, each.lines)})`,
							each.medianMilliseconds.toFixed(1),
							each.p95Milliseconds.toFixed(1),
						]),
					])}\n`,
				);
			process.exitCode = total.escapes > 0 ? 1 : 0;
		});
}
