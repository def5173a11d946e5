import { readdir, readFile } from "node:fs/promises";

/** Clock ticks a second in which Linux counts processor time (`getconf CLK_TCK`, 100 on every platform Node runs on). */
const TICKS = 100;
const PAGE_MEGABYTES = 4096 / 1024 ** 2;

/** What a process, or several together, have taken. */
export interface Taken {
	/** Processor seconds, with those of children that have ended. */
	readonly seconds: number;
	/** Resident memory; pages that processes share are counted in each. */
	readonly megabytes: number;
}

interface Process extends Taken {
	readonly parent: number;
}

export type ProcessTable = ReadonlyMap<number, Process>;

/** All processes of this moment. Linux only. */
export async function readProcesses(): Promise<ProcessTable> {
	const found = new Map<number, Process>();
	for (const name of await readdir("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
		// proc(5): the name of the program stands in parentheses and may hold blanks
		const fields = stat
			.slice(stat.lastIndexOf(")") + 2)
			.split(" ")
			.map(Number);
		const [, parent] = fields;
		const rss = fields[21];
		if (parent === undefined || rss === undefined) continue;
		const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
		found.set(Number(name), { parent, seconds: ticks / TICKS, megabytes: rss * PAGE_MEGABYTES });
	}
	return found;
}

/** What a process and all it started have taken. */
export function takenByTree(pid: number, table: ProcessTable): Taken {
	let { seconds, megabytes } = table.get(pid) ?? { seconds: 0, megabytes: 0 };
	for (const [child, { parent }] of table) {
		if (parent !== pid) continue;
		const own = takenByTree(child, table);
		seconds += own.seconds;
		megabytes += own.megabytes;
	}
	return { seconds, megabytes };
}
