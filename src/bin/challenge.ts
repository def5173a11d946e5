import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { loadSettings } from "../config/settings.js";
import { upperBound } from "../domain/binomial.js";
import { observedField } from "../domain/observation-summary.js";
import type { SeenCapture } from "../domain/statements.js";
import { VIN_LENGTH } from "../domain/vin.js";
import {
	type ChallengeOutcome,
	seededRandom,
	summaryOfChallenge,
	wrongOrder,
} from "../evaluation/challenge.js";
import { type FusionOutcome, fusionOutcomeOf, fusionTally } from "../evaluation/fusion.js";
import { escapeSentence, fusionRows, fusionSentences } from "../evaluation/fusion-table.js";
import { quantileOf } from "../evaluation/statistics.js";
import { progressLine } from "../terminal/progress-line.js";
import { table } from "../terminal/table.js";
import { createVinReaders } from "../vision/create-vin-readers.js";
import type { Picture } from "../vision/picture.js";
import { readVin, type VinResult } from "../vision/read-vin.js";

/** One line of `lines.jsonl`, in the order of the pictures in `lines.bin`. */
const ChallengeLine = z.object({
	vin: z.string().length(VIN_LENGTH),
	level: z.string(),
	width: z.int().positive(),
	height: z.int().positive(),
	/** Lines with the same number are captures of one vehicle. */
	vehicle: z.int().nonnegative().optional(),
});

/** Shares of a picture around its line; `training/reader/challenge.py` cuts lines out with about as much. */
const BESIDE = 0.025;
const ABOVE = 0.11;

function colourOf(grey: Uint8Array, width: number, height: number): Picture {
	const rgb = new Uint8Array(grey.length * 3);
	for (let at = 0; at < grey.length; at++) rgb.fill(grey[at] ?? 0, at * 3, at * 3 + 3);
	return { width, height, rgb };
}

/** A line as the judgement of a vehicle's captures sees it. */
const captureOf = (grey: Uint8Array, result: VinResult | null): SeenCapture => ({
	capture: createHash("sha256").update(grey).digest("hex"),
	retake: null,
	absent: result === null,
	fields: result ? { vin: observedField("vin", result.field) } : {},
});

/** What became of the lines, and, where they are captures of vehicles, of the vehicles. */
interface Run {
	readonly lines: readonly ChallengeOutcome[];
	readonly vehicles: readonly FusionOutcome[];
}

async function run(folder: string, seed: number): Promise<Run> {
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
	const orders = new Map<string, string>();
	const vehicles = new Map<string, { vin: string; order: string; captures: SeenCapture[] }>();
	let position = 0;
	for (const [index, { vin, level, width, height, vehicle }] of labels.entries()) {
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
		const carrier = vehicle === undefined ? `line ${index}` : `vehicle ${vehicle}`;
		// Every second wrong order differs by a character that no check digit sees.
		const wrong = orders.get(carrier) ?? wrongOrder(vin, orders.size % 2 === 0, random);
		orders.set(carrier, wrong);
		if (vehicle !== undefined) {
			const captures = vehicles.get(carrier)?.captures ?? [];
			vehicles.set(carrier, { vin, order: wrong, captures: [...captures, captureOf(grey, result)] });
		}
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
	return {
		lines: outcomes,
		vehicles: [...vehicles.values()].map(({ vin, order, captures }) => fusionOutcomeOf(vin, captures, order)),
	};
}

const percent = (count: number, of: number) => `${((100 * count) / Math.max(1, of)).toFixed(2)} %`;

export function command(): Command {
	return new Command("challenge")
		.description("hold rendered lines against right and wrong orders · 渲染图像挑战测试")
		.argument("<folder>", "lines.bin and lines.jsonl, from training/reader/challenge.py")
		.option("--seed <number>", "chooses the wrong characters", Number, 1)
		.option("--json", "print the result as JSON")
		.action(async (folder: string, options: { seed: number; json?: true }) => {
			const { lines: outcomes, vehicles } = await run(folder, options.seed);
			const fusion = vehicles.length > 0 ? fusionTally(vehicles) : null;
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
				process.stdout.write(
					`${JSON.stringify({ summaries, acceptedWrong: missed, ...(fusion && { fusion }) })}\n`,
				);
			} else {
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
				if (fusion)
					process.stdout.write(
						`\n${table(fusionRows(fusion, "both"))}\n\n${[...fusionSentences(fusion, "both"), escapeSentence(fusion, "both")].join("\n")}\n`,
					);
			}
			process.exitCode = total.escapes + (fusion?.escapes ?? 0) > 0 ? 1 : 0;
		});
}
