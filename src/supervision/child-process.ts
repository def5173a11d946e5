import { fork } from "node:child_process";
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { VinspectError } from "../domain/errors.js";
import { createPausing, type Resume } from "../embedded/pausing.js";
import { identify } from "../embedded/process-identity.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Having run this long, a child counts as healthy and its next crash as its first. */
const HEALTHY_AFTER_MS = 60_000;

/** What a child tells its supervisor: that it works, or why it never will. */
export const ChildReport = z.discriminatedUnion("state", [
	z.object({ state: z.literal("ready"), address: z.string().optional() }),
	z.object({ state: z.literal("refused"), message: z.string() }),
]);
export type ChildReport = z.infer<typeof ChildReport>;

export interface KeptChild {
	/** Address of the child that listens, undefined for others. */
	readonly address: string | undefined;
	stop(): Promise<void>;
	/** Stops it until it is resumed; that rejects where it does not come up, and it is tried again by itself. */
	pause(): Promise<Resume>;
	/** Ends it at once. */
	kill(): void;
}

export interface ChildWish {
	readonly name: string;
	readonly module: string;
	readonly environment: NodeJS.ProcessEnv;
	readonly dataFolder: string;
	/** How long it may take to finish what it does; then it is ended. */
	readonly stopWithinMs: number;
	readonly say: (sentence: string) => void;
}

interface RunningChild {
	readonly report: Promise<ChildReport>;
	readonly ended: Promise<string>;
	stop(): Promise<void>;
	kill(): void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function launch(wish: ChildWish): Promise<RunningChild> {
	const note = join(wish.dataFolder, "run", `${wish.name}.json`);
	await mkdir(join(wish.dataFolder, "logs"), { recursive: true });
	const log = await open(join(wish.dataFolder, "logs", `${wish.name}.log`), "a");
	// A process group of its own: Ctrl-C reaches the supervisor alone, which stops things in order.
	const child = fork(wish.module, {
		env: wish.environment,
		stdio: ["ignore", log.fd, log.fd, "ipc"],
		detached: true,
	});
	const ended = new Promise<string>((resolve) => {
		child.once("error", (error) => resolve(error.message));
		child.once("exit", (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
	});
	await log.close();
	const identity = child.pid === undefined ? null : await identify(child.pid);
	try {
		if (identity) await writeFile(note, JSON.stringify(identity));
	} catch (error) {
		// No space, say. Without the note a later start could not end it: then it may not run.
		child.kill("SIGKILL");
		throw error;
	}
	const report = new Promise<ChildReport>((resolve) => {
		child.on("message", (message) => {
			const parsed = ChildReport.safeParse(message);
			if (parsed.success) resolve(parsed.data);
		});
	});
	return {
		report,
		ended,
		async stop() {
			child.kill("SIGTERM");
			const forced = setTimeout(() => child.kill("SIGKILL"), wish.stopWithinMs);
			await ended;
			clearTimeout(forced);
			await rm(note, { force: true });
		},
		kill: () => {
			child.kill("SIGKILL");
		},
	};
}

/**
 * Runs a module as a child process and starts it again, later and later, when it ends by itself. Resolves when
 * it first works. Errors: `internal` where it does not come up at all.
 */
export async function keepChild(wish: ChildWish): Promise<KeptChild> {
	let stopping = false;
	const pausing = createPausing();
	let running = await launch(wish);
	const first = await Promise.race([running.report, running.ended]);
	if (typeof first === "string" || first.state === "refused") {
		await running.stop();
		const why = typeof first === "string" ? first : first.message;
		throw new VinspectError(
			"internal",
			`The ${wish.name} process did not start (${why}): see ${join(wish.dataFolder, "logs", `${wish.name}.log`)}.`,
		);
	}

	const watch = async () => {
		let pause = FIRST_PAUSE_MS;
		let since = Date.now();
		for (;;) {
			const why = await running.ended;
			if (stopping) return;
			if (pausing.resting !== null) {
				await pausing.resting;
				since = Date.now();
				continue;
			}
			if (Date.now() - since > HEALTHY_AFTER_MS) pause = FIRST_PAUSE_MS;
			wish.say(`The ${wish.name} process ended (${why}); it is started again in ${pause / 1000} s.`);
			await delay(pause, undefined, { ref: false });
			if (stopping) return;
			pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
			since = Date.now();
			try {
				running = await launch(wish);
			} catch (error) {
				// A full disk, or no process to be had: this passes, and the supervisor must outlive it.
				wish.say(`The ${wish.name} process can't be started (${reasonOf(error)}).`);
				continue;
			}
			const came = await Promise.race([running.report, running.ended]);
			if (typeof came !== "string" && came.state === "ready")
				wish.say(`The ${wish.name} process works again.`);
		}
	};
	const watching = watch();
	return {
		address: first.address,
		async stop() {
			stopping = true;
			await running.stop();
			await Promise.race([watching, delay(100)]);
		},
		pause: () =>
			pausing.pause(
				() => running.stop(),
				async () => {
					if (stopping) return;
					running = await launch(wish);
					await Promise.race([running.report, running.ended]);
				},
			),
		kill: () => running.kill(),
	};
}
