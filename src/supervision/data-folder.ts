import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { VinspectError } from "../domain/errors.js";
import { end, identify, isAlive, type ProcessIdentity, readIdentity } from "../embedded/process-identity.js";

const LEFT_OVER_GRACE_MS = 6_000;
/** A removal that takes longer was killed in the middle. */
const REMOVAL_WITHIN_MS = 10_000;

/** Where a running service can be reached, for commands beside it. */
const RunningService = z.object({
	mongoUri: z.string(),
	temporalAddress: z.string(),
	/** Where a pause is asked for; not there until everything runs. */
	pauseSocket: z.string().optional(),
});
export type RunningService = z.infer<typeof RunningService>;

const lockFile = (folder: string) => join(folder, "supervisor.lock");
const serviceFile = (folder: string) => join(folder, "service.json");
const notesFolder = (folder: string) => join(folder, "run");

/** The process that holds the data folder, where it lives. */
async function holderOf(folder: string): Promise<ProcessIdentity | null> {
	const holder = await readIdentity(lockFile(folder));
	return holder && (await isAlive(holder)) ? holder : null;
}

function inUse(folder: string, holder: ProcessIdentity): VinspectError {
	return new VinspectError(
		"data_folder_in_use",
		`Process ${holder.pid} already runs on ${folder}: stop it (kill ${holder.pid}), or choose another folder and port (DATA_DIR=… PORT=… npm start).`,
	);
}

export interface HeldFolder {
	/** Lets commands beside this process find its servers. */
	announce(service: RunningService): Promise<void>;
	release(): Promise<void>;
}

/**
 * Takes the data folder for this process alone, and ends what a killed former holder left running in it.
 * Errors: `data_folder_in_use`; `configuration_invalid` where the folder can't be written.
 */
export async function holdDataFolder(folder: string): Promise<HeldFolder> {
	const self = await identify(process.pid);
	if (self === null) throw new VinspectError("internal", "this process can't be found in the process table");
	const lock = lockFile(folder);
	const mine = `${lock}.${randomUUID()}`;
	try {
		await mkdir(notesFolder(folder), { recursive: true });
		await writeFile(mine, JSON.stringify(self));
	} catch (error) {
		throw new VinspectError(
			"configuration_invalid",
			`DATA_DIR is ${folder}, which can't be written (${error instanceof Error ? error.message : error}): make it writable, or set DATA_DIR to another folder.`,
		);
	}
	try {
		// A link to a whole file: the lock is never there without its holder's name in it.
		const taken = () =>
			link(mine, lock).then(
				() => true,
				() => false,
			);
		if (!(await taken())) {
			await removeDeadLock(folder);
			if (!(await taken())) throw inUse(folder, (await holderOf(folder)) ?? self);
		}
	} finally {
		await rm(mine, { force: true });
	}
	await rm(serviceFile(folder), { force: true });
	await endLeftOvers(folder);
	return {
		announce: (service) => writeFile(serviceFile(folder), JSON.stringify(service), { mode: 0o600 }),
		async release() {
			await Promise.all([serviceFile(folder), lock].map((file) => rm(file, { force: true })));
		},
	};
}

/** Of several that find a dead holder's lock, one removes it, so that none removes the lock of a new holder. */
async function removeDeadLock(folder: string): Promise<void> {
	const guard = `${lockFile(folder)}.removal`;
	const left = await stat(guard).catch(() => null);
	if (left && Date.now() - left.mtimeMs > REMOVAL_WITHIN_MS)
		await rm(guard, { recursive: true, force: true });
	const alone = await mkdir(guard).then(
		() => true,
		() => false,
	);
	if (!alone) return;
	try {
		if ((await holderOf(folder)) === null) await rm(lockFile(folder), { force: true });
	} finally {
		await rm(guard, { recursive: true, force: true });
	}
}

/** Servers, worker and web of a killed start: two of them on the same files would spoil these. */
async function endLeftOvers(folder: string): Promise<void> {
	const notes = (await readdir(notesFolder(folder))).filter((name) => name.endsWith(".json"));
	await Promise.all(
		notes.map(async (name) => {
			const note = join(notesFolder(folder), name);
			const left = await readIdentity(note);
			if (left) await end(left, LEFT_OVER_GRACE_MS);
			await rm(note, { force: true });
		}),
	);
}

/** The service that runs on this data folder now, or null. */
export async function findRunningService(folder: string): Promise<RunningService | null> {
	if ((await holderOf(folder)) === null) return null;
	const text = await readFile(serviceFile(folder), "utf8").catch(() => null);
	return text === null ? null : RunningService.parse(JSON.parse(text));
}
