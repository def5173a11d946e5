import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { backUp } from "../backup/backup.js";
import { loadSettings } from "../config/settings.js";
import { createProgress } from "../embedded/progress.js";

async function fileFor(target: string): Promise<string> {
	const isFolder = await stat(target).then(
		(found) => found.isDirectory(),
		() => false,
	);
	const name = `vinspect-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.tar`;
	return resolve(isFolder ? join(target, name) : target);
}

export function command(): Command {
	return new Command("backup")
		.description("back up store, inspections under way, captures, reports and keys · 备份")
		.argument("<target>", "a new file, or a folder for one")
		.option("--workers-stopped", "web and workers of the plant's own servers are stopped everywhere")
		.option("--json", "print the manifest as JSON")
		.action(async (target: string, options: { workersStopped?: true; json?: true }) => {
			const file = await fileFor(target);
			const settings = loadSettings(process.env);
			const manifest = await backUp(settings, file, createProgress(), {
				workersStopped: options.workersStopped ?? false,
			});
			if (options.json) process.stdout.write(`${JSON.stringify({ file, ...manifest })}\n`);
			else {
				const documents = Object.values(manifest.documents).reduce((sum, n) => sum + n, 0);
				const { captures, reports } = manifest.contents;
				process.stdout.write(
					`${file}: ${documents} documents, ${captures} captures, ${reports} report files\n`,
				);
				if (manifest.pausedMs !== null)
					process.stdout.write(`The service stood still for ${(manifest.pausedMs / 1000).toFixed(1)} s\n`);
				if (manifest.keys === "left_out")
					process.stdout.write(
						"The plant's keys are NOT in it: set BACKUP_PASSPHRASE to have them encrypted, or keep a copy of the folder keys elsewhere.\n",
					);
				if (manifest.temporal === "elsewhere")
					process.stdout.write("Temporal's own database is NOT in it: back it up with its own tools.\n");
			}
			process.exit(0);
		});
}
