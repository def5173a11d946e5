import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
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
	const dataFolder = await mkdtemp(join(tmpdir(), "vinspect-test-"));
	const servers = await startServers(
		{
			mongoUri: process.env.MONGODB_URI ?? null,
			temporalAddress: process.env.TEMPORAL_ADDRESS ?? null,
			temporalNamespace: process.env.TEMPORAL_NAMESPACE ?? "default",
			dataFolder,
		},
		{
			serversFolder: process.env.SERVERS_DIR ?? join(PACKAGE_ROOT, ".vinspect", "servers"),
			downloads: process.env.VINSPECT_DOWNLOADS !== "off",
			progress: createProgress(),
		},
	);
	return {
		mongoUri: servers.mongoUri,
		temporalAddress: servers.temporalAddress,
		async stop() {
			await servers.stop();
			await rm(dataFolder, { recursive: true, force: true });
		},
	};
}

/** The same server, another database. */
export function uniqueDatabase(mongoUri: string, prefix = "test"): string {
	const uri = new URL(mongoUri);
	uri.pathname = `/${prefix}-${crypto.randomUUID()}`;
	return uri.toString();
}
