import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings } from "../../src/config/settings.js";
import { createProgress } from "../../src/embedded/progress.js";
import { startServers } from "../../src/embedded/servers.js";

export interface TestServers {
	readonly mongoUri: string;
	readonly temporalAddress: string;
	stop(): Promise<void>;
}

/**
 * Empty servers for tests: those of MONGODB_URI and TEMPORAL_ADDRESS where set, embedded ones otherwise. Take
 * a database of your own with `uniqueDatabase` and task queues or ids of your own, and nothing of another
 * test file meets yours.
 */
export async function startTestServers(): Promise<TestServers> {
	const dataDir = await mkdtemp(join(tmpdir(), "vinspect-test-"));
	const settings = loadSettings(process.env);
	const servers = await startServers(
		{ ...settings, dataDir },
		{ serversDir: settings.serversDir, downloads: settings.downloads, progress: createProgress() },
	);
	return {
		mongoUri: servers.mongoUri,
		temporalAddress: servers.temporalAddress,
		async stop() {
			await servers.stop();
			await rm(dataDir, { recursive: true, force: true });
		},
	};
}

/** The same server, another database. */
export function uniqueDatabase(mongoUri: string, prefix = "test"): string {
	const uri = new URL(mongoUri);
	uri.pathname = `/${prefix}-${crypto.randomUUID()}`;
	return uri.toString();
}
