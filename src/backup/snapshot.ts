import { constants, copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { openRawStore } from "../persistence/mongo/dump.js";

/** The embedded Temporal's file, and what SQLite keeps beside it. */
export const TEMPORAL_FILES = /^temporal\.sqlite(-wal|-shm|-journal)?$/;

/** Public files beside those of servers and keys: certificates, what was revoked, the signed heads of the audit chain. */
export const SMALL_FILES = /^[a-z][a-z-]{0,40}\.(pem|crl|jsonl)$/;

export interface Snapshot {
	/** Documents by collection. */
	readonly documents: Readonly<Record<string, number>>;
	/** Entries of the backup, by the files that hold them. */
	readonly files: ReadonlyMap<string, string>;
}

/**
 * Copies what changes while the service runs into a folder: the store's documents and the embedded Temporal's
 * file. Nothing may write meanwhile: inspections are in both, and a workflow that is older than what it showed
 * in the store would never be seen to catch up.
 */
export async function takeSnapshot(wish: {
	readonly mongoUri: string;
	readonly dataDir: string;
	readonly withTemporal: boolean;
	readonly into: string;
}): Promise<Snapshot> {
	const { mongoUri, dataDir, withTemporal, into } = wish;
	const files = new Map<string, string>();
	const documents: Record<string, number> = {};
	await Promise.all(["store", "temporal"].map((folder) => mkdir(join(into, folder))));
	const store = await openRawStore(mongoUri);
	try {
		for (const collection of await store.collections()) {
			const file = join(into, "store", `${collection}.bson`);
			documents[collection] = await store.dump(collection, file);
			files.set(`store/${collection}.bson`, file);
		}
	} finally {
		await store.close();
	}
	if (withTemporal)
		for (const name of (await readdir(dataDir)).filter((one) => TEMPORAL_FILES.test(one))) {
			const file = join(into, "temporal", name);
			await copyFile(join(dataDir, name), file, constants.COPYFILE_FICLONE);
			files.set(`temporal/${name}`, file);
		}
	return { documents, files };
}
