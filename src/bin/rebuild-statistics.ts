import { Command } from "commander";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings } from "../config/settings.js";
import { createProgress } from "../embedded/progress.js";
import { rebuildStatistics } from "../statistics/roll-up.js";
import { withStore } from "../supervision/with-store.js";

export function command(): Command {
	return new Command("rebuild-statistics")
		.description(
			"count the statistics anew from the stored inspections, as after a change of SHIFTS · 重建统计",
		)
		.option("--json", "print the result as JSON")
		.action(async (options: { json?: true }) => {
			const settings = loadSettings(process.env);
			const inspections = await withStore(settings, createProgress(), (store) =>
				rebuildStatistics(store, plantCalendar(settings)),
			);
			process.stdout.write(
				options.json
					? `${JSON.stringify({ inspections })}\n`
					: `${inspections} sealed inspections counted anew\n`,
			);
			process.exit(0);
		});
}
