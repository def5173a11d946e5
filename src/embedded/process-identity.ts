import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

/** A process that can be told from a later one that was given the same number. */
export const ProcessIdentity = z.object({ pid: z.int().positive(), started: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** When the process started, in the system's own words; null where no such process lives. */
async function startOf(pid: number): Promise<string | null> {
	if (process.platform === "linux") {
		const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
		if (stat === null) return null;
		// The command in parentheses may hold blanks; the fields after it are the 3rd and on: state is the 3rd, start time the 22nd.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return fields[0] === "Z" ? null : (fields[19] ?? null);
	}
	const told = await run("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => null);
	return told?.stdout.trim() || null;
}

/** The process a note names; null where there is no note, or half of one, as a full disk leaves it. */
export async function readIdentity(note: string): Promise<ProcessIdentity | null> {
	const text = await readFile(note, "utf8").catch(() => null);
	if (text === null) return null;
	try {
		return ProcessIdentity.parse(JSON.parse(text));
	} catch {
		return null;
	}
}

/** Null where the process is gone already. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
	const started = await startOf(pid);
	return started === null ? null : { pid, started };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
	return (await startOf(identity.pid)) === identity.started;
}

/** Asks the very process to end, and makes it end when it has not after the grace; resolves when it is gone. */
export async function end(identity: ProcessIdentity, graceMs: number): Promise<void> {
	const deadline = Date.now() + graceMs;
	let signal: NodeJS.Signals = "SIGTERM";
	while (await isAlive(identity)) {
		try {
			process.kill(identity.pid, signal);
		} catch {
			return;
		}
		while ((await isAlive(identity)) && Date.now() < deadline) await delay(50);
		if (signal === "SIGKILL") await delay(50);
		signal = "SIGKILL";
	}
}
