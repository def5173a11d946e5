import { readdir, readFile } from "node:fs/promises";
import { type FaultPlant, PARTS } from "./plant.js";

/** Clock ticks a second in which Linux counts processor time (`getconf CLK_TCK`, 100 on every platform Node runs on). */
const TICKS = 100;

interface Process {
	readonly parent: number;
	/** Processor seconds of the process and of its children that have ended. */
	readonly seconds: number;
}

async function processes(): Promise<Map<number, Process>> {
	const found = new Map<number, Process>();
	for (const name of await readdir("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
		// proc(5): the name of the program stands in parentheses and may hold blanks
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
		if (fields.length > 15) found.set(Number(name), { parent: Number(fields[1]), seconds: ticks / TICKS });
	}
	return found;
}

function treeSeconds(pid: number, all: ReadonlyMap<number, Process>): number {
	let seconds = all.get(pid)?.seconds ?? 0;
	for (const [child, { parent }] of all) if (parent === pid) seconds += treeSeconds(child, all);
	return seconds;
}

/** Counts the processor time of the plant's parts, each with the processes it started, until stopped. Linux only. */
export function watchProcessors(plant: FaultPlant): { stop(): Promise<Record<string, number>> } {
	const now = async () => {
		const all = await processes();
		const seconds: Record<string, number> = {};
		for (const part of PARTS) {
			const pid = await plant.pidOf(part);
			if (pid !== null) seconds[part] = treeSeconds(pid, all);
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
