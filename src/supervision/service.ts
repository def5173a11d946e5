import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectAuditedStore } from "../audit/audited-store.js";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { Settings } from "../config/settings.js";
import type { Progress } from "../embedded/progress.js";
import { type Servers, startServers } from "../embedded/servers.js";
import { keepChild } from "./child-process.js";
import { holdDataFolder } from "./data-folder.js";
import { loadDemonstrationIfWanted } from "./demonstration.js";
import { createFirstAccounts, FIRST_SIGN_IN_FILE } from "./first-accounts.js";
import { offerPause } from "./pause.js";
import { checkPort } from "./port.js";
import { welcome } from "./welcome.js";

/** A start that is interrupted may finish its step for this long before everything is ended. */
const INTERRUPTED_GRACE_MS = 1_500;

const moduleOf = (name: string) => join(PACKAGE_ROOT, "dist", "src", "bin", `${name}.js`);

/** What must be undone, last first; several things that can end at once are one entry. */
type Undoing = (() => Promise<unknown>)[];

function childEnvironment(settings: Settings, servers: Servers): NodeJS.ProcessEnv {
	return {
		...process.env,
		MONGODB_URI: servers.mongoUri,
		TEMPORAL_ADDRESS: servers.temporalAddress,
		DATA_DIR: settings.dataDir,
		// Readers work on many threads with memory of every size: with a pool for each of them glibc never gives it back.
		MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "2",
	};
}

/** Two processes on one machine can't share a port: the worker takes the next one. */
function workerEnvironment({ metrics }: Settings, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	if (metrics === null || metrics.port === 0) return environment;
	return { ...environment, METRICS_PORT: String(metrics.port + 1) };
}

/** A reading takes seconds; what has not ended after this time is done again by the next worker. */
const WORKER_STOPS_WITHIN_MS = 55_000;
/** Beside the time it goes on serving: what the last answers take. */
const WEB_STOPS_WITHIN_MS = 15_000;

async function bringUp(
	settings: Settings,
	progress: Progress,
	signal: AbortSignal,
	undoing: Undoing,
): Promise<void> {
	const held = await holdDataFolder(settings.dataDir);
	undoing.push(() => held.release());
	await checkPort(settings.host, settings.port);

	const source = { serversDir: settings.serversDir, downloads: settings.downloads, progress, signal };
	const servers = await startServers(settings, source);
	undoing.push(() => servers.stop());
	await held.announce(servers);

	const { store } = await connectAuditedStore(servers.mongoUri, settings.plant);
	undoing.push(() => store.close());
	const created = await createFirstAccounts(
		store.accounts,
		settings.dataDir,
		settings.access.keepFirstPasswords,
	);
	signal.throwIfAborted();

	const environment = childEnvironment(settings, servers);
	const shared = { dataFolder: settings.dataDir, say: progress.say };
	const starting = Promise.allSettled([
		keepChild({
			...shared,
			name: "worker",
			module: moduleOf("worker"),
			environment: workerEnvironment(settings, environment),
			stopWithinMs: WORKER_STOPS_WITHIN_MS,
		}),
		keepChild({
			...shared,
			name: "web",
			module: moduleOf("web"),
			environment,
			stopWithinMs: WEB_STOPS_WITHIN_MS + settings.drainSeconds * 1000,
		}),
	]);
	undoing.push(async () => {
		// The web first: what it is answering may need the worker.
		const [worker, web] = await starting;
		if (web.status === "fulfilled") await web.value.stop();
		if (worker.status === "fulfilled") await worker.value.stop();
	});
	const [worker, web] = await progress.step("Starting readers, workflows and web", () => starting);
	if (worker.status === "rejected") throw worker.reason;
	if (web.status === "rejected") throw web.reason;
	signal.throwIfAborted();
	const pausing = await offerPause(
		[web.value.pause, worker.value.pause, servers.pauseTemporal],
		progress.say,
	);
	undoing.push(() => pausing.close());
	await held.announce({ ...servers, pauseSocket: pausing.path });

	const address = web.value.address ?? "";
	process.stdout.write(
		welcome({
			address,
			plant: settings.plant,
			dataDir: settings.dataDir,
			signIns: created,
			signInFile: join(settings.dataDir, FIRST_SIGN_IN_FILE),
			store: await store.describe(),
			servers,
		}),
	);
	await loadDemonstrationIfWanted({ settings, store, address, progress, signal });
}

/** Resolves at the first SIGINT or SIGTERM; from then on a later one ends the process at once. */
function firstSignal(): Promise<void> {
	/** npm passes on a signal that the terminal has sent already: the same key, pressed once. */
	const SAME_PRESS_MS = 1_000;
	return new Promise((resolve) => {
		let first = 0;
		const hear = () => {
			if (first === 0) {
				first = Date.now();
				resolve();
			} else if (Date.now() - first > SAME_PRESS_MS) process.exit(130);
		};
		process.on("SIGINT", hear);
		process.on("SIGTERM", hear);
	});
}

/**
 * Runs the whole service on this machine until it is asked to stop: servers, worker, web, demonstration plant.
 * Everything it started has ended when it resolves.
 */
export async function runService(settings: Settings, progress: Progress): Promise<void> {
	const undoing: Undoing = [];
	const abort = new AbortController();
	const asked = firstSignal();
	const up = bringUp(settings, progress, abort.signal, undoing);
	// What fails after the interruption is of no interest.
	const settled = up.then(
		() => undefined,
		() => undefined,
	);
	try {
		// A failed start ends here; a good one goes on until somebody asks.
		await Promise.race([asked, up.then(() => asked)]);
		progress.say("Stopping … 正在停止");
		abort.abort();
		await Promise.race([settled, delay(INTERRUPTED_GRACE_MS)]);
	} finally {
		abort.abort();
		for (const undo of undoing.reverse()) await undo();
	}
	progress.say("Stopped. 已停止");
}
