import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { runLoad } from "../faults/load.js";
import { loadTables } from "../faults/load-tables.js";
import { raceTables, runRace } from "../faults/race.js";
import { runTrial } from "../faults/trial.js";
import { trialTables } from "../faults/trial-tables.js";

function whole(text: string): number {
	if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("expected a number from 1 to 9999999");
	return Number(text);
}

function share(text: string): number {
	const value = Number(text);
	if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("expected a number from 0 to 1");
	return value;
}

function span(text: string): [number, number] {
	const [from = Number.NaN, to = from] = text.split("-").map(Number);
	if (!(from >= 0 && to >= from)) throw new InvalidArgumentError("expected seconds, such as 5-20");
	return [from, to];
}

const say = (sentence: string): void => {
	process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${sentence}\n`);
};

/** Prints the result for people, and writes it as JSON where a file is named. */
async function tell(result: unknown, tables: string, out: string | undefined): Promise<void> {
	process.stdout.write(`${tables}\n`);
	if (out === undefined) return;
	await mkdir(dirname(out), { recursive: true });
	await writeFile(out, `${JSON.stringify(result, null, "\t")}\n`);
}

interface TrialOptions {
	readonly vehicles: number;
	readonly minutes?: number;
	readonly atOnce: number;
	readonly readShare: number;
	readonly seed: string;
	readonly between: [number, number];
	readonly volume: number;
	readonly calm?: boolean;
	readonly out?: string;
}

function trial(): Command {
	return new Command("trial")
		.description("kill, cut and fill while vehicles run through; then prove that nothing was lost or doubled")
		.option("--vehicles <number>", "vehicles", whole, 50)
		.option("--minutes <number>", "no vehicle is taken on after so many; all of them where left out", Number)
		.option("--at-once <number>", "vehicles on the line at once", whole, 12)
		.option(
			"--read-share <share>",
			"vehicles whose picture the readers read; the others' fixture is empty",
			share,
			0.1,
		)
		.option("--seed <text>", "same seed, same vehicles and faults", "faults")
		.option("--between <seconds>", "between two faults", span, [3, 12] as [number, number])
		.option("--volume <megabytes>", "size of the volume that is filled", whole, 4096)
		.option("--calm", "break nothing")
		.option("--out <file>", "write the result as JSON")
		.action(async ({ volume, calm = false, out, ...wishes }: TrialOptions) => {
			const result = await runTrial({ ...wishes, calm, volumeMegabytes: volume }, say);
			await tell(result, trialTables(result), out);
			if (!result.proved || result.defectCount > 0) process.exitCode = 1;
		});
}

interface RaceOptions {
	readonly exceptions: number;
	readonly contenders: number;
	readonly atOnce: number;
	readonly out?: string;
}

function race(): Command {
	return new Command("race")
		.description("let many people claim and decide the same exceptions at once, over two web processes")
		.option("--exceptions <number>", "exceptions", whole, 1000)
		.option(
			"--contenders <number>",
			"people who want each of them, once to claim and once to decide",
			whole,
			50,
		)
		.option("--at-once <number>", "exceptions raced for at once", whole, 4)
		.option("--out <file>", "write the result as JSON")
		.action(async ({ out, ...wishes }: RaceOptions) => {
			const result = await runRace(wishes, say);
			await tell(result, raceTables(result), out);
			if (!result.proved) process.exitCode = 1;
		});
}

interface LoadOptions {
	readonly rate: number;
	readonly witnesses: number;
	readonly minutes: number;
	readonly readShare: number;
	readonly overload: number;
	readonly overloadMinutes: number;
	readonly burst: number;
	readonly out?: string;
}

function load(): Command {
	return new Command("load")
		.description("ask for a rate, then for many times as much, then for all at once, and measure")
		.option("--rate <number>", "checks an hour: captures, each read and judged", whole, 7200)
		.option("--witnesses <number>", "captures of a vehicle", whole, 4)
		.option("--minutes <number>", "how long", Number, 10)
		.option(
			"--read-share <share>",
			"vehicles whose picture the readers read; the others' fixture is empty",
			share,
			1,
		)
		.option("--overload <factor>", "times the rate afterwards; 0 leaves it out", Number, 10)
		.option("--overload-minutes <number>", "how long", Number, 1)
		.option("--burst <number>", "captures at once at the end; 0 leaves it out", Number, 500)
		.option("--out <file>", "write the result as JSON")
		.action(async ({ out, ...wishes }: LoadOptions) => {
			const result = await runLoad(wishes, say);
			await tell(result, loadTables(result), out);
			if (result.defectCount > 0) process.exitCode = 1;
		});
}

export function command(): Command {
	return new Command("faults")
		.description("prove on a plant of its own what survives faults and load · 故障与负载试验")
		.addCommand(trial(), { isDefault: true })
		.addCommand(race())
		.addCommand(load());
}
