import { Command, InvalidArgumentError } from "commander";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings } from "../config/settings.js";
import { generateInspections } from "../demonstration/generate/generate.js";
import { createProgress } from "../embedded/progress.js";
import { connectStore } from "../persistence/mongo-store.js";
import { rebuildStatistics } from "../statistics/roll-up.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { withStore } from "../supervision/with-store.js";

function whole(text: string): number {
	if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("expected a number from 1 to 9999999");
	return Number(text);
}

function instant(text: string): Date {
	const at = new Date(text);
	if (Number.isNaN(at.getTime()))
		throw new InvalidArgumentError("expected an instant such as 2026-03-14T08:00Z");
	return at;
}

interface Options {
	readonly count: number;
	readonly days: number;
	readonly seed: string;
	readonly first: number;
	readonly until?: Date;
}

export function command(): Command {
	return new Command("generate")
		.description(
			"fill the store with invented inspections, to try it at scale; reports are not archived · 生成大量检验数据",
		)
		.option("--count <number>", "inspections", whole, 10_000)
		.option("--days <number>", "days over which they began", whole, 120)
		.option("--seed <text>", "same seed and end, same inspections", "plant")
		.option("--first <number>", "serial number of the first vehicle", whole, 100_000)
		.option("--until <instant>", "when the last one began; now where left out", instant)
		.action(async ({ count, days, seed, first, until = new Date() }: Options) => {
			const settings = loadSettings(process.env);
			const began = performance.now();
			let shown = 0;
			const progress = (done: number) => {
				const rate = Math.round(done / ((performance.now() - began) / 1000));
				if (done < count && performance.now() - shown < 250) return;
				shown = performance.now();
				if (process.stderr.isTTY || done === count || done % 1000 === 0) {
					process.stderr.write(
						`${process.stderr.isTTY ? "\r\u001B[K" : ""}${done} of ${count}, ${rate} a second`,
					);
					if (!process.stderr.isTTY) process.stderr.write("\n");
				}
			};
			await withStore(
				settings,
				createProgress(),
				async (store) => {
					const { captures } = await openContentStores(settings);
					const generation = {
						count,
						days,
						seed,
						until,
						plant: settings.plant,
						firstSerial: first,
						progress,
					};
					await generateInspections(store, captures, generation);
					process.stderr.write("\ncounting the statistics anew");
					await rebuildStatistics(store, plantCalendar(settings));
					// Nothing of this happened: the plant's audit chain is not told.
				},
				connectStore,
			);
			const seconds = ((performance.now() - began) / 1000).toFixed(1);
			process.stderr.write(`\n${count} inspections in ${seconds} s\n`);
			process.exit(0);
		});
}
