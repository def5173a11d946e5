import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Settings } from "../config/settings.js";
import type { BackupManifest } from "../contracts/backup.js";
import { VinspectError } from "../domain/errors.js";
import { startMongo } from "../embedded/mongo-server.js";
import type { Progress } from "../embedded/progress.js";
import { openRawStore } from "../persistence/mongo/dump.js";
import { connectStore } from "../persistence/mongo-store.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { holdDataFolder } from "../supervision/data-folder.js";
import { type ReadBackup, readBackup } from "./read-backup.js";
import { openKeys, writeKeys } from "./sealed-keys.js";
import { SMALL_FILES } from "./snapshot.js";

/** What an installation that has run leaves in its folder. */
const STATE = ["mongo", "mongo.h2", "temporal.sqlite", "keys", "captures", "reports", "imports"];

async function refuseUsed(settings: Settings): Promise<void> {
	const used = [];
	for (const name of STATE) {
		const path = join(settings.dataDir, name);
		if (!existsSync(path)) continue;
		if (name.includes(".") || (await readdir(path)).some((one) => one !== "arriving")) used.push(name);
	}
	if (used.length === 0) return;
	throw new VinspectError(
		"configuration_invalid",
		`DATA_DIR is ${settings.dataDir}, which holds ${used.join(", ")} already: restore into an empty folder.`,
	);
}

async function loadStore(uri: string, { manifest, folder }: ReadBackup): Promise<void> {
	const raw = await openRawStore(uri);
	try {
		const there = await raw.collections();
		if (there.length > 0)
			throw new VinspectError(
				"configuration_invalid",
				`The store holds ${there.join(", ")} already: restore into an empty database.`,
			);
		for (const [collection, documents] of Object.entries(manifest.documents)) {
			const loaded = await raw.load(collection, join(folder, "store", `${collection}.bson`));
			if (loaded !== documents)
				throw new VinspectError(
					"backup_invalid",
					`The backup says that ${collection} has ${documents} documents, and it has ${loaded}.`,
				);
		}
	} finally {
		await raw.close();
	}
	// Connecting makes the indexes.
	await (await connectStore(uri)).close();
}

async function restoreStore(settings: Settings, progress: Progress, backup: ReadBackup): Promise<void> {
	if (settings.mongoUri !== null) return loadStore(settings.mongoUri, backup);
	const { dataDir, serversDir, downloads } = settings;
	const server = await startMongo(dataDir, { serversDir, downloads, progress });
	try {
		await loadStore(server.uri, backup);
	} finally {
		await server.stop();
	}
}

async function placeFiles(settings: Settings, { manifest, folder }: ReadBackup): Promise<void> {
	for (const name of Object.keys(manifest.files)) {
		if (name.startsWith("temporal/") || SMALL_FILES.test(name))
			await copyFile(join(folder, name), join(settings.dataDir, basename(name)));
	}
}

/** Opened before anything is written, so that a wrong passphrase is told while all can still be repeated. */
async function keysOf(settings: Settings, { manifest, folder }: ReadBackup) {
	if (manifest.keys !== "encrypted") return null;
	if (settings.backupPassphrase === null)
		throw new VinspectError(
			"configuration_invalid",
			"The backup holds encrypted keys: set BACKUP_PASSPHRASE to what they were encrypted with.",
		);
	return openKeys(await readFile(join(folder, "keys.sealed")), settings.backupPassphrase);
}

/**
 * Restores a backup into an empty data folder and an empty store; the next start goes on with every open
 * inspection. Errors: `configuration_invalid` where something is there already, `backup_invalid`.
 */
export async function restore(settings: Settings, file: string, progress: Progress): Promise<BackupManifest> {
	await mkdir(settings.dataDir, { recursive: true });
	const held = await holdDataFolder(settings.dataDir);
	try {
		await refuseUsed(settings);
		const folder = await mkdtemp(join(settings.dataDir, "restoring-"));
		try {
			const contents = await openContentStores(settings);
			const backup = await progress.step("Reading the backup", () => readBackup(file, folder, contents));
			const keys = await keysOf(settings, backup);
			await progress.step("Filling the store", () => restoreStore(settings, progress, backup));
			await placeFiles(settings, backup);
			if (keys) await writeKeys(join(settings.dataDir, "keys"), keys);
			return backup.manifest;
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	} finally {
		await held.release();
	}
}
