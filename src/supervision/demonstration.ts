import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "../config/settings.js";
import { loadDemonstration } from "../demonstration/load.js";
import type { Progress } from "../embedded/progress.js";
import type { Store } from "../persistence/store.js";
import { FIRST_SIGN_IN_FILE, readFirstSignIns } from "./first-accounts.js";

async function isEmpty(store: Store, plant: string): Promise<boolean> {
	const [records, inspections] = await Promise.all([
		store.records.list(plant, null, 1),
		store.inspections.list({}, null, 1),
	]);
	return records.items.length === 0 && inspections.items.length === 0;
}

/**
 * Loads the demonstration plant into an empty store, through the public API as stations would; one whose
 * loading was interrupted is loaded again from its beginning, which changes nothing that is there. A failure
 * is told and stops nothing.
 */
export async function loadDemonstrationIfWanted(context: {
	readonly settings: Settings;
	readonly store: Store;
	readonly address: string;
	readonly progress: Progress;
	readonly signal: AbortSignal;
}): Promise<void> {
	const { settings, store, progress, signal } = context;
	if (settings.demonstration === "off") return;
	const unfinished = join(settings.dataDir, "demonstration-unfinished");
	const wanted =
		settings.demonstration === "on" || existsSync(unfinished) || (await isEmpty(store, settings.plant));
	if (!wanted) return;
	const administrator = (await readFirstSignIns(settings.dataDir)).find((s) => s.name === "administrator");
	if (administrator === undefined) {
		progress.say(
			`The demonstration plant is not loaded: it signs in with the first password, and ${join(settings.dataDir, FIRST_SIGN_IN_FILE)} is gone.`,
		);
		return;
	}
	await writeFile(unfinished, "");
	try {
		await loadDemonstration({ baseUrl: context.address, administrator, progress: progress.say, signal });
		await rm(unfinished, { force: true });
	} catch (error) {
		if (signal.aborted) return;
		progress.say(
			`The demonstration plant is not loaded whole: ${error instanceof Error ? error.message : String(error)}. The next start tries again.`,
		);
	}
}
