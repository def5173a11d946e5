import { resolve } from "node:path";
import { Command } from "commander";
import { restore } from "../backup/restore.js";
import { loadSettings } from "../config/settings.js";
import { createProgress } from "../embedded/progress.js";

export function command(): Command {
	return new Command("restore")
		.description("restore a backup into an empty data folder and store · 恢复备份")
		.argument("<file>", "what vinspect backup wrote")
		.option("--json", "print the manifest as JSON")
		.action(async (file: string, options: { json?: true }) => {
			const settings = loadSettings(process.env);
			const manifest = await restore(settings, resolve(file), createProgress());
			if (options.json) process.stdout.write(`${JSON.stringify(manifest)}\n`);
			else {
				process.stdout.write(
					`Restored what plant ${manifest.plant} was at ${manifest.createdAt} into ${settings.dataDir}.\n`,
				);
				if (manifest.keys === "left_out")
					process.stdout.write(
						"The keys were left out of the backup: put the folder keys back before the first start, or reports will be signed by a new authority.\n",
					);
			}
			process.exit(0);
		});
}
