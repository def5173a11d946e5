import { mkdir } from "node:fs/promises";
import { withoutPassword } from "../config/settings.js";
import { VinspectError } from "../domain/errors.js";
import { checkMongo, startMongo } from "./mongo-server.js";
import type { OwnedServer } from "./owned-server.js";
import type { Resume } from "./pausing.js";
import { checkTemporal, startTemporal } from "./temporal-server.js";
import type { ServerSource, WayKind } from "./way.js";

const GIVEN_WITHIN_MS = 5_000;

export interface ServerWishes {
	/** An address given is used; otherwise an embedded server is started. */
	readonly mongoUri: string | null;
	readonly temporalAddress: string | null;
	readonly temporalNamespace: string;
	readonly dataDir: string;
}

export interface Servers {
	readonly mongoUri: string;
	readonly temporalAddress: string;
	/** How each was come by, for people. */
	readonly mongoWay: WayKind | "given";
	readonly temporalWay: WayKind | "given";
	stop(): Promise<void>;
	/** Ends the embedded Temporal for a while; changes nothing about one that somebody else runs. */
	pauseTemporal(): Promise<Resume>;
}

function reasonOf(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	return text.split("\n")[0] ?? text;
}

/** A server somebody else runs: not ours to stop. */
const SOMEBODY_ELSES: OwnedServer = {
	stop: async () => undefined,
	pause: async () => async () => undefined,
};

async function useMongo(uri: string) {
	await checkMongo(uri, GIVEN_WITHIN_MS).catch((error: unknown) => {
		throw new VinspectError(
			"store_unavailable",
			`MONGODB_URI is ${withoutPassword(uri)}, where no MongoDB answers (${reasonOf(error)}): start that server, mend the address, or leave MONGODB_URI out to use the embedded one.`,
		);
	});
	return { ...SOMEBODY_ELSES, uri, way: "given" } as const;
}

async function useTemporal(address: string, namespace: string) {
	await checkTemporal(address, namespace, GIVEN_WITHIN_MS).catch((error: unknown) => {
		throw new VinspectError(
			"workflow_unavailable",
			`TEMPORAL_ADDRESS is ${address}, where no Temporal with the namespace "${namespace}" answers (${reasonOf(error)}): start that server, create the namespace, mend the address, or leave TEMPORAL_ADDRESS out to use the embedded one.`,
		);
	});
	return { ...SOMEBODY_ELSES, address, way: "given" } as const;
}

/**
 * The document store and Temporal: those given, or embedded ones that end with this process. Errors:
 * `store_unavailable`, `workflow_unavailable` for a given address; `tool_missing`, `server_unstartable`.
 */
export async function startServers(wishes: ServerWishes, source: ServerSource): Promise<Servers> {
	await mkdir(wishes.dataDir, { recursive: true });
	const { mongoUri, temporalAddress, temporalNamespace, dataDir } = wishes;
	const starting = [
		mongoUri === null ? startMongo(dataDir, source) : useMongo(mongoUri),
		temporalAddress === null
			? startTemporal(dataDir, temporalNamespace, source)
			: useTemporal(temporalAddress, temporalNamespace),
	] as const;
	// Both are waited for, so that one that fails never leaves the other running.
	const starts = await Promise.allSettled(starting);
	const stop = async () => {
		await Promise.all(starts.map((start) => start.status === "fulfilled" && start.value.stop()));
	};
	const failed = starts.find((start) => start.status === "rejected");
	if (failed) {
		await stop();
		throw failed.reason;
	}
	const [mongo, temporal] = await Promise.all(starting);
	return {
		mongoUri: mongo.uri,
		temporalAddress: temporal.address,
		mongoWay: mongo.way,
		temporalWay: temporal.way,
		stop,
		pauseTemporal: () => temporal.pause(),
	};
}
