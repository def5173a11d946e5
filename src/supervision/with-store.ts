import { userInfo } from "node:os";
import { actingAs } from "../audit/acting.js";
import { connectAuditedStore } from "../audit/audited-store.js";
import type { Settings } from "../config/settings.js";
import { startMongo } from "../embedded/mongo-server.js";
import type { Progress } from "../embedded/progress.js";
import type { Store } from "../persistence/store.js";
import { findRunningService, holdDataFolder } from "./data-folder.js";

type Connect = (uri: string) => Promise<Store>;

/**
 * Does work on the plant's store: the one MONGODB_URI names, that of the service running on this data folder,
 * or the embedded one, started for as long as the work takes. What it changes is told to the audit chain unless it is
 * connected to otherwise.
 */
export async function withStore<T>(
	settings: Settings,
	progress: Progress,
	work: (store: Store) => Promise<T>,
	connect: Connect = (uri) => connectAudited(uri, settings.plant),
): Promise<T> {
	const uri = settings.mongoUri ?? (await findRunningService(settings.dataDir))?.mongoUri;
	if (uri !== undefined) return onStore(uri, connect, work);
	const held = await holdDataFolder(settings.dataDir);
	try {
		const source = { serversDir: settings.serversDir, downloads: settings.downloads, progress };
		const server = await startMongo(settings.dataDir, source);
		try {
			return await onStore(server.uri, connect, work);
		} finally {
			await server.stop();
		}
	} finally {
		await held.release();
	}
}

async function connectAudited(uri: string, plant: string): Promise<Store> {
	return (await connectAuditedStore(uri, plant)).store;
}

async function onStore<T>(uri: string, connect: Connect, work: (store: Store) => Promise<T>): Promise<T> {
	const store = await connect(uri);
	try {
		return await actingAs({ name: `command by ${userInfo().username}`, role: "system" }, () => work(store));
	} finally {
		await store.close();
	}
}
