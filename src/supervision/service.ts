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
	};
}

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

	const keep = (name: "worker" | "web") =>
		keepChild({
			name,
			module: moduleOf(name),
			environment: childEnvironment(settings, servers),
			dataFolder: settings.dataDir,
			say: progress.say,
		});
	const starting = Promise.allSettled([keep("worker"), keep("web")]);
	undoing.push(async () => {
		const children = await starting;
		await Promise.all(children.map((child) => child.status === "fulfilled" && child.value.stop()));
	});
	const [worker, web] = await progress.step("Starting readers, workflows and web", () => starting);
	if (worker.status === "rejected") throw worker.reason;
	if (web.status === "rejected") throw web.reason;
	signal.throwIfAborted();

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
