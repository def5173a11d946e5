import { type FaultPlant, PARTS } from "./plant.js";
import { readProcesses, takenByTree } from "./process-tree.js";

/** Counts the processor time of the plant's parts, each with the processes it started, until stopped. Linux only. */
export function watchProcessors(plant: FaultPlant): { stop(): Promise<Record<string, number>> } {
	const now = async () => {
		const table = await readProcesses();
		const seconds: Record<string, number> = {};
		for (const part of PARTS) {
			const pid = await plant.pidOf(part);
			if (pid !== null) seconds[part] = takenByTree(pid, table).seconds;
		}
		return seconds;
	};
	const before = now();
	return {
		async stop() {
			const [first, last] = [await before, await now()];
			return Object.fromEntries(
				Object.entries(last).map(([part, seconds]) => [part, seconds - (first[part] ?? 0)]),
			);
		},
	};
}
