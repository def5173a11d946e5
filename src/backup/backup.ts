import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "../config/settings.js";
import type { BackupManifest } from "../contracts/backup.js";
import { VinspectError } from "../domain/errors.js";
import { startMongo } from "../embedded/mongo-server.js";
import type { Progress } from "../embedded/progress.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { findRunningService, holdDataFolder } from "../supervision/data-folder.js";
import { pauseService } from "../supervision/pause.js";
import { packageManifest } from "../temporal/build-id.js";
import { sealKeys } from "./sealed-keys.js";
import { SMALL_FILES, type Snapshot, takeSnapshot } from "./snapshot.js";
import { writeBackup } from "./write-backup.js";

interface Taken extends Snapshot {
	readonly pausedMs: number | null;
}

/** Of the service that runs here, while it stands still. */
async function ofRunning(
	service: { readonly mongoUri: string; readonly pauseSocket?: string | undefined },
	settings: Settings,
	into: string,
): Promise<Taken> {
	if (service.pauseSocket === undefined)
		throw new VinspectError("data_folder_in_use", "The service is still starting: try again once it runs.");
	const resume = await pauseService(service.pauseSocket);
	const since = Date.now();
	let snapshot: Snapshot;
	try {
		snapshot = await takeSnapshot({ ...wishOf(settings), mongoUri: service.mongoUri, into });
	} finally {
		await resume();
	}
	return { ...snapshot, pausedMs: Date.now() - since };
}

function wishOf({ dataDir, temporalAddress }: Settings) {
	return { dataDir, withTemporal: temporalAddress === null };
}

/** Of a service that does not run; the embedded store runs for as long as it takes. */
async function ofStopped(settings: Settings, progress: Progress, into: string): Promise<Taken> {
	const held = await holdDataFolder(settings.dataDir);
	try {
		const { serversDir, downloads, mongoUri, dataDir } = settings;
		const server =
			mongoUri === null
				? await startMongo(dataDir, { serversDir, downloads, progress })
				: { uri: mongoUri, stop: async () => {} };
		try {
			return { ...(await takeSnapshot({ ...wishOf(settings), mongoUri: server.uri, into })), pausedMs: null };
		} finally {
			await server.stop();
		}
	} finally {
		await held.release();
	}
}

/** Where both servers are the plant's own, nothing here can stop what runs on other machines. */
function refuseUnstopped(settings: Settings, workersStopped: boolean): void {
	if (workersStopped || settings.mongoUri === null || settings.temporalAddress === null) return;
	throw new VinspectError(
		"configuration_invalid",
		"MONGODB_URI and TEMPORAL_ADDRESS name servers of the plant: stop web and workers everywhere, back up Temporal's database with its own tools, then repeat this with --workers-stopped.",
	);
}

/**
 * Backs up everything this installation keeps: the store, the embedded Temporal with its open inspections,
 * captures, reports, imports, and the keys, encrypted with BACKUP_PASSPHRASE or left out. A running service
 * stands still while what changes is copied. Errors: `configuration_invalid`, `data_folder_in_use`,
 * `capture_missing` where a stored picture was changed.
 */
export async function backUp(
	settings: Settings,
	file: string,
	progress: Progress,
	{ workersStopped = false }: { readonly workersStopped?: boolean } = {},
): Promise<BackupManifest> {
	if (
		await stat(file).then(
			() => true,
			() => false,
		)
	)
		throw new VinspectError("configuration_invalid", `${file} is there already: name a new file.`);
	const running = await findRunningService(settings.dataDir);
	if (running === null) refuseUnstopped(settings, workersStopped);
	const into = await mkdtemp(join(settings.dataDir, "backup-"));
	try {
		const { documents, files, pausedMs } = await progress.step("Copying what changes", () =>
			running ? ofRunning(running, settings, into) : ofStopped(settings, progress, into),
		);
		const buffers = new Map<string, Buffer>();
		for (const name of (await readdir(settings.dataDir)).filter((one) => SMALL_FILES.test(one)))
			buffers.set(name, await readFile(join(settings.dataDir, name)));
		const keys = join(settings.dataDir, "keys");
		const own = existsSync(keys);
		if (own && settings.backupPassphrase !== null)
			buffers.set("keys.sealed", await sealKeys(keys, settings.backupPassphrase));
		const contents = await openContentStores(settings);
		const software = packageManifest();
		return await progress.step("Writing the backup", () =>
			writeBackup(file, {
				files,
				buffers,
				contents,
				about: {
					software: `${software.name} ${software.version}`,
					plant: settings.plant,
					createdAt: new Date().toISOString(),
					pausedMs,
					temporal: settings.temporalAddress === null ? "included" : "elsewhere",
					keys: own ? (settings.backupPassphrase === null ? "left_out" : "encrypted") : "elsewhere",
					documents,
				},
			}),
		);
	} finally {
		await rm(into, { recursive: true, force: true });
	}
}
