import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "../config/settings.js";
import { loadDemonstration } from "../demonstration/load.js";
import type { Progress } from "../embedded/progress.js";
import type { Accounts, Store } from "../persistence/store.js";
import { hashToken, newStationKey } from "../web/access/secrets.js";

async function isEmpty(store: Store, plant: string): Promise<boolean> {
	const [records, inspections] = await Promise.all([
		store.records.list(plant, null, 1),
		store.inspections.list({}, null, 1),
	]);
	return records.items.length === 0 && inspections.items.length === 0;
}

/** Loads the demonstration, and is disabled once that is done; nobody can sign in as it. */
const LOADER = "demonstration";

/** A key for the loader that lives as long as the loading: whatever key there was before ends. */
async function openLoader(accounts: Accounts): Promise<string> {
	const key = newStationKey();
	const account = { name: LOADER, displayName: "Demonstration 演示", role: "administrator" } as const;
	const secretHash = hashToken(key);
	if (!(await accounts.create({ ...account, secretHash, disabled: false }))) {
		await accounts.setPassword(LOADER, secretHash, false);
		await accounts.setDisabled(LOADER, false);
	}
	return key;
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
	await writeFile(unfinished, "");
	try {
		const administrator = { key: await openLoader(store.accounts) };
		await loadDemonstration({ baseUrl: context.address, administrator, progress: progress.say, signal });
		await rm(unfinished, { force: true });
	} catch (error) {
		if (signal.aborted) return;
		progress.say(
			`The demonstration plant is not loaded whole: ${error instanceof Error ? error.message : String(error)}. The next start tries again.`,
		);
	} finally {
		await store.accounts.setDisabled(LOADER, true).catch(() => undefined);
	}
}
