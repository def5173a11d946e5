import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { VinspectError } from "../domain/errors.js";
import { createPausing, type Resume } from "./pausing.js";
import { end, identify, isAlive, readIdentity } from "./process-identity.js";

const STOP_GRACE_MS = 6_000;
const RESTART_PAUSE_MS = 5_000;

/** Makes the kernel end the server when its parent dies, however that happens; part of util-linux. */
const SETPRIV = "/usr/bin/setpriv";

export interface ServerCommand {
	/** File name of its log and of the note of its process. */
	readonly name: string;
	readonly command: string;
	readonly args: readonly string[];
	/** Resolves when it answers; called again and again until then. */
	readonly ready: () => Promise<void>;
	readonly readyWithinMs: number;
}

interface RunningServer {
	/** Resolves when the server ends, for whatever reason. */
	readonly ended: Promise<void>;
	stop(): Promise<void>;
}

export interface OwnedServer {
	stop(): Promise<void>;
	/** Ends the server, its files whole and closed, until it is resumed at the same address. */
	pause(): Promise<Resume>;
}

const noteOf = (dataFolder: string, name: string) => join(dataFolder, "run", `${name}.json`);

/** Ends a server that a killed former run left behind: two servers on one file would spoil it. */
async function endLeftOver(note: string): Promise<void> {
	const left = await readIdentity(note);
	if (left) await end(left, STOP_GRACE_MS);
	await rm(note, { force: true });
}

async function lastLines(log: string, since: number): Promise<string> {
	const text = await readFile(log, "utf8").catch(() => "");
	return text.slice(since).trim().split("\n").slice(-3).join(" | ");
}

async function launch(dataFolder: string, wanted: ServerCommand): Promise<RunningServer> {
	const note = noteOf(dataFolder, wanted.name);
	await Promise.all(["run", "logs"].map((folder) => mkdir(join(dataFolder, folder), { recursive: true })));
	await endLeftOver(note);

	const logFile = join(dataFolder, "logs", `${wanted.name}.log`);
	const log = await open(logFile, "a");
	const logStart = (await log.stat()).size;
	const direct = [wanted.command, ...wanted.args];
	const [command, ...args] = existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "TERM", "--", ...direct] : direct;
	// Its own process group, so that Ctrl-C reaches the supervisor alone, which then stops things in order.
	// Standard input stays open as long as this process lives: servers that watch it see its end.
	const child = spawn(command ?? wanted.command, args, {
		stdio: ["pipe", log.fd, log.fd],
		detached: true,
	});
	let failure: Error | null = null;
	let gone = false;
	const ended = new Promise<void>((resolve) => {
		child.once("error", (error) => {
			failure = error;
			gone = true;
			resolve();
		});
		child.once("exit", () => {
			gone = true;
			resolve();
		});
	});
	await log.close();
	const identity = child.pid === undefined ? null : await identify(child.pid);
	try {
		if (identity) await writeFile(note, JSON.stringify(identity));
	} catch (error) {
		// No space, say. A server that nobody could find again may not run: the next one needs its file and its port.
		child.kill("SIGKILL");
		await ended;
		throw error;
	}

	const stop = async () => {
		if (identity && (await isAlive(identity))) await end(identity, STOP_GRACE_MS);
		if (child.pid !== undefined) await ended;
		await rm(note, { force: true });
	};

	const deadline = Date.now() + wanted.readyWithinMs;
	let reason: unknown;
	while (!gone) {
		try {
			await wanted.ready();
			return { ended, stop };
		} catch (error) {
			reason = error;
		}
		if (Date.now() > deadline) break;
		await Promise.race([delay(100), ended]);
	}
	await stop();
	const said = await lastLines(logFile, logStart);
	throw new VinspectError(
		"server_unstartable",
		`The embedded ${wanted.name} server (${wanted.command}) ${gone ? "ended at once" : `did not answer within ${wanted.readyWithinMs / 1000} s`}: ${said || String(failure ?? reason)}. Its log is ${logFile}.`,
	);
}

/**
 * Starts a server that lives only as long as this process, and starts it again, at the same address, when it
 * ends by itself. Its output goes to `logs/<name>.log` below the data folder. Errors: `server_unstartable`
 * with the end of that log.
 */
export async function startOwnedServer(
	dataFolder: string,
	wanted: ServerCommand,
	say: (sentence: string) => void,
): Promise<OwnedServer> {
	let stopping = false;
	const pausing = createPausing();
	let running = await launch(dataFolder, wanted);
	const watch = async () => {
		for (;;) {
			await running.ended;
			if (stopping) return;
			if (pausing.resting !== null) {
				await pausing.resting;
				continue;
			}
			say(`The embedded ${wanted.name} server ended by itself; it is started again.`);
			const again = await launch(dataFolder, wanted).catch((error: unknown) => {
				say(error instanceof Error ? error.message : String(error));
				return null;
			});
			if (again) running = again;
			else await delay(RESTART_PAUSE_MS, undefined, { ref: false });
			if (stopping) await running.stop();
		}
	};
	void watch();
	return {
		async stop() {
			stopping = true;
			await running.stop();
		},
		pause: () =>
			pausing.pause(
				() => running.stop(),
				async () => {
					if (!stopping) running = await launch(dataFolder, wanted);
				},
			),
	};
}
