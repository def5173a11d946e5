import type { Settings } from "../config/settings.js";
import { startMongo } from "../embedded/mongo-server.js";
import type { Progress } from "../embedded/progress.js";
import { connectStore } from "../persistence/mongo-store.js";
import type { Store } from "../persistence/store.js";
import { findRunningService, holdDataFolder } from "./data-folder.js";

/**
 * Does work on the plant's store: the one MONGODB_URI names, that of the service running on this data folder,
 * or the embedded one, started for as long as the work takes.
 */
export async function withStore<T>(
	settings: Settings,
	progress: Progress,
	work: (store: Store) => Promise<T>,
): Promise<T> {
	const uri = settings.mongoUri ?? (await findRunningService(settings.dataDir))?.mongoUri;
	if (uri !== undefined) return onStore(uri, work);
	const held = await holdDataFolder(settings.dataDir);
	try {
		const source = { serversDir: settings.serversDir, downloads: settings.downloads, progress };
		const server = await startMongo(settings.dataDir, source);
		try {
			return await onStore(server.uri, work);
		} finally {
			await server.stop();
		}
	} finally {
		await held.release();
	}
}

async function onStore<T>(uri: string, work: (store: Store) => Promise<T>): Promise<T> {
	const store = await connectStore(uri);
	try {
		return await work(store);
	} finally {
		await store.close();
	}
}
