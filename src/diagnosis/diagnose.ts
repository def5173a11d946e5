import type { Settings } from "../config/settings.js";
import type { Diagnosis } from "./diagnosis.js";
import { diagnoseDataFolder, diagnoseMachine, diagnoseNode } from "./machine.js";
import { diagnoseModels, diagnoseReaders } from "./readers.js";
import { diagnoseServers } from "./servers.js";
import { diagnoseSigner } from "./signer.js";

/** Looks at everything the service needs; starts nothing and writes nothing that stays. */
export async function diagnose(settings: Settings): Promise<readonly Diagnosis[]> {
	const groups = await Promise.all([
		diagnoseNode(),
		diagnoseServers(settings),
		diagnoseReaders(),
		diagnoseModels(settings),
		diagnoseDataFolder(settings.dataDir),
		diagnoseSigner(settings),
		diagnoseMachine(),
	]);
	return groups.flat();
}
