// How much memory the processes of a plant hold, and whether they are the ones that were there before.
import { execFileSync } from "node:child_process";

/** Descendants of a process: their id, resident KiB and command line. */
function descendantsOf(root) {
	const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,args="], {
		encoding: "utf8",
		maxBuffer: 1 << 24,
	})
		.split("\n")
		.map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line))
		.filter(Boolean)
		.map(([, pid, parent, kib, command]) => ({ pid: +pid, parent: +parent, kib: +kib, command }));
	const found = [];
	for (const queue = [root]; queue.length > 0; ) {
		const parent = queue.shift();
		for (const one of table.filter((row) => row.parent === parent)) {
			found.push(one);
			queue.push(one.pid);
		}
	}
	return found;
}

/** The web and worker below a supervisor: process id and resident MiB, by name. */
export function servicesOf(supervisor) {
	const found = {};
	for (const { pid, kib, command } of descendantsOf(supervisor)) {
		const name = /[\\/]bin[\\/](web|worker)\.js/.exec(command)?.[1];
		if (name) found[name] = { pid, mib: Math.round(kib / 1024) };
	}
	return found;
}
