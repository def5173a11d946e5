import { Command, InvalidArgumentError } from "commander";
import { loadSettings } from "../config/settings.js";
import { VinspectError } from "../domain/errors.js";
import { findRunningService } from "../supervision/data-folder.js";
import { ownBuildId } from "../temporal/build-id.js";
import { promote } from "../temporal/deployment.js";

function seconds(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 0 || value > 3_600)
		throw new InvalidArgumentError("Seconds from 0 to 3600.");
	return value;
}

export function command(): Command {
	return new Command("promote")
		.description("have Temporal give tasks to this build's workers (WORKER_VERSIONING=on) · 启用此版本")
		.option("--build <id>", "another build, as when going back")
		.option("--wait <seconds>", "how long its workers may take to come up", seconds, 120)
		.option("--print", "only print the id of this build")
		.action(async (options: { build?: string; wait: number; print?: true }) => {
			const buildId = options.build ?? (await ownBuildId());
			if (!options.print) {
				const settings = loadSettings(process.env);
				const address =
					settings.temporalAddress ?? (await findRunningService(settings.dataDir))?.temporalAddress;
				if (address === undefined)
					throw new VinspectError(
						"configuration_invalid",
						"TEMPORAL_ADDRESS is not set, and no service runs on DATA_DIR.",
					);
				await promote({ address, namespace: settings.temporalNamespace }, buildId, options.wait * 1000);
			}
			process.stdout.write(`${buildId}\n`);
			process.exit(0);
		});
}
