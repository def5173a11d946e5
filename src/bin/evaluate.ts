import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { Command } from "commander";
import { table } from "../terminal/table.js";
import { createInspector } from "../vision/create-inspector.js";
import {
	emptyTally,
	quantileOf,
	readLabels,
	type Tally,
	tallyPicture,
	witnessKindOf,
} from "../vision/labelled-pictures.js";
import { inspectFile } from "../vision/picture-files.js";

function rowOf(name: string, tally: Tally): string[] {
	const { pictures, withVin, exact, accepted, acceptedWrong, unreadable, unreadableRefused } = tally;
	const { gears, gearsAccepted, gearsAcceptedWrong, failed, milliseconds } = tally;
	const { damaged, damagedFlagged, sound, soundFlagged } = tally;
	return [
		...[name, String(pictures), `${exact}/${withVin}`, String(accepted), String(acceptedWrong)],
		...[
			`${unreadableRefused}/${unreadable}`,
			`${gearsAccepted}/${gears}`,
			String(gearsAcceptedWrong),
			`${damagedFlagged}/${damaged}`,
			`${soundFlagged}/${sound}`,
			String(failed),
		],
		milliseconds.length === 0 ? "" : String(Math.round(quantileOf(milliseconds, 0.5))),
	];
}

const HEAD = ["", "pictures", "VIN exact", "accepted", "accepted wrong", "unreadable refused"].concat(
	...["gears accepted", "gears wrong", "damage flagged", "sound flagged", "failed", "median ms"],
);

export function command(): Command {
	return new Command("evaluate")
		.description("read labelled pictures and compare with their labels · 用带标注图像评估识别")
		.requiredOption("--data <folder>", "folder with labels.jsonl")
		.option("--out <file>", "write every picture's result as JSON lines")
		.option("--json", "print the tables as JSON")
		.action(async (options: { data: string; out?: string; json?: true }) => {
			const labels = await readLabels(options.data);
			const inspector = await createInspector({ threads: availableParallelism() });
			const tables: Record<"photographs" | "rendered", Record<string, Tally>> = {
				photographs: {},
				rendered: {},
			};
			const lines: string[] = [];
			for (const [index, label] of labels.entries()) {
				const result = await inspectFile(inspector, join(options.data, label.file), witnessKindOf(label));
				const observation = "observation" in result ? result.observation : null;
				const groups = tables[label.synthetic ? "rendered" : "photographs"];
				const [source, ...rest] = basename(label.file).split("_");
				for (const group of [rest.length > 0 ? `${label.kind} ${source}` : label.kind, "all"]) {
					groups[group] ??= emptyTally();
					tallyPicture(groups[group], label, observation);
				}
				lines.push(
					JSON.stringify({
						label,
						result: observation
							? { readings: observation.readings, quality: observation.quality, ms: observation.ms }
							: result,
					}),
				);
				if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${index + 1} of ${labels.length}`);
			}
			if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
			await inspector.close();
			if (options.out !== undefined) await writeFile(options.out, `${lines.join("\n")}\n`);
			for (const [name, groups] of Object.entries(tables)) {
				const entries = Object.entries(groups).sort(
					([a], [b]) => Number(a === "all") - Number(b === "all") || a.localeCompare(b),
				);
				if (entries.length === 0 || options.json) continue;
				process.stdout.write(
					`${name}\n${table([HEAD, ...entries.map(([group, tally]) => rowOf(group, tally))])}\n\n`,
				);
			}
			if (options.json)
				process.stdout.write(`${JSON.stringify({ readers: inspector.readers, ...tables })}\n`);
			const wrong = Object.values(tables).reduce((sum, { all }) => sum + (all?.acceptedWrong ?? 0), 0);
			process.exitCode = wrong > 0 ? 1 : 0;
		});
}
