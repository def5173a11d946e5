import { type Settings, withoutPassword } from "../config/settings.js";
import { checkMongo, mongoWays } from "../embedded/mongo-server.js";
import { SILENT } from "../embedded/progress.js";
import { checkTemporal, temporalWays } from "../embedded/temporal-server.js";
import { findOnPath } from "../embedded/tool.js";
import type { ServerSource, Way, WayKind } from "../embedded/way.js";
import { findRunningService } from "../supervision/data-folder.js";
import type { Diagnosis } from "./diagnosis.js";

const PRESENT: Readonly<Record<WayKind, string>> = {
	path: "embedded, from PATH",
	downloaded: "embedded, downloaded before",
	built: "embedded, built before",
};

async function diagnoseWays(
	name: string,
	ways: readonly Way<unknown>[],
	tools: readonly string[],
	downloads: boolean,
): Promise<Diagnosis> {
	for (const way of ways) {
		if ((await way.present()) !== null) return { name, state: "ok", found: PRESENT[way.kind] };
	}
	const missing: string[] = [];
	for (const tool of tools) if ((await findOnPath(tool)) === null) missing.push(tool);
	const download = downloads ? "downloaded, or " : "";
	if (missing.length === 0)
		return {
			name,
			state: "ok",
			found: `not there yet: the first start has it ${download}built with ${tools.join(", ")}`,
		};
	return {
		name,
		state: "missing",
		found: `none, and ${missing.join(", ")} to build it ${missing.length === 1 ? "is" : "are"} missing`,
		mend: ways.map((way) => way.mend).join(", or "),
	};
}

async function diagnoseGiven(
	name: string,
	variable: string,
	shown: string,
	check: Promise<void>,
): Promise<Diagnosis> {
	return check.then(
		() => ({ name, state: "ok", found: `${shown} answers (${variable})` }),
		() => ({
			name,
			state: "missing",
			found: `${shown} does not answer (${variable})`,
			mend: `start that server, mend ${variable}, or leave it out for an embedded one`,
		}),
	);
}

export async function diagnoseServers(settings: Settings): Promise<readonly Diagnosis[]> {
	const { mongoUri, temporalAddress, temporalNamespace, serversDir, downloads } = settings;
	const source: ServerSource = { serversDir, downloads, progress: SILENT };
	const running = await findRunningService(settings.dataDir);
	return Promise.all([
		mongoUri === null
			? diagnoseWays("store", mongoWays(source), ["java", "mvn"], downloads)
			: diagnoseGiven("store", "MONGODB_URI", withoutPassword(mongoUri), checkMongo(mongoUri)),
		temporalAddress === null
			? diagnoseWays("temporal", temporalWays(source), ["go"], downloads)
			: diagnoseGiven(
					"temporal",
					"TEMPORAL_ADDRESS",
					temporalAddress,
					checkTemporal(temporalAddress, temporalNamespace),
				),
		{
			name: "service",
			state: "optional",
			found: running
				? `runs on this data folder: store ${withoutPassword(running.mongoUri)}, Temporal ${running.temporalAddress}`
				: "does not run on this data folder",
		} as const,
	]);
}
