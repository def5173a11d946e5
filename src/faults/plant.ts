import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { loadSettings } from "../config/settings.js";
import { findFreePort } from "../embedded/free-port.js";
import { ProcessIdentity } from "../embedded/process-identity.js";
import { createProgress } from "../embedded/progress.js";
import { type Servers, startServers } from "../embedded/servers.js";
import { CuttableProxy } from "./cuttable-proxy.js";
import { openSmallVolume, type SmallVolume } from "./small-volume.js";

export const PARTS = ["worker", "web", "temporal", "mongo"] as const;
export type Part = (typeof PARTS)[number];
export const LINKS = ["client", "temporal", "mongo"] as const;
export type Link = (typeof LINKS)[number];

const START_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 60_000;
export const FAULTS_PLANT = "FAULTS";
/** What the plant under test keeps of its volume for work begun. */
export const RESERVE_MEGABYTES = 128;

export interface PlantWishes {
	/** Size of the volume all data lies on; null leaves it on the disk, which then can't be filled. */
	readonly volumeMegabytes: number | null;
	/** Web processes; the first is the supervisor's, the others are started beside it. */
	readonly webs: number;
	readonly environment?: NodeJS.ProcessEnv;
	readonly say: (sentence: string) => void;
}

/**
 * A real plant in processes of its own: the embedded servers, and `vinspect start` with worker and web, on data
 * of their own. Between the parts lie proxies, so that the network can break too.
 */
export class FaultPlant {
	readonly #output: string[] = [];
	readonly #webs: ChildProcess[] = [];
	#stopping = false;

	private constructor(
		readonly dataDir: string,
		private readonly serversDir: string,
		private readonly root: string,
		readonly volume: SmallVolume | null,
		private readonly servers: Servers,
		readonly links: Readonly<Record<Link, CuttableProxy>>,
		private readonly service: ChildProcess,
		/** Addresses clients call, one a web process. */
		readonly addresses: string[],
		private readonly say: (sentence: string) => void,
	) {}

	static async start(wishes: PlantWishes): Promise<FaultPlant> {
		const volume = wishes.volumeMegabytes === null ? null : await openSmallVolume(wishes.volumeMegabytes);
		const root = volume?.folder ?? (await mkdtemp(join(tmpdir(), "vinspect-faults-")));
		const [dataDir, serversDir] = [join(root, "plant"), join(root, "servers")];
		await Promise.all([dataDir, serversDir].map((folder) => mkdir(folder, { recursive: true })));
		const settings = loadSettings(process.env);
		const servers = await startServers(
			{ mongoUri: null, temporalAddress: null, temporalNamespace: "default", dataDir: serversDir },
			{ serversDir: settings.serversDir, downloads: settings.downloads, progress: createProgress() },
		);
		const mongo = new URL(servers.mongoUri);
		const temporal = new URL(`tcp://${servers.temporalAddress}`);
		const port = await findFreePort();
		const links = {
			client: await CuttableProxy.open(port),
			temporal: await CuttableProxy.open(Number(temporal.port)),
			mongo: await CuttableProxy.open(Number(mongo.port)),
		};
		mongo.port = String(links.mongo.port);
		const environment = {
			...process.env,
			LOG_LEVEL: "warn",
			DISK_RESERVE_MB: String(RESERVE_MEGABYTES),
			...wishes.environment,
			MONGODB_URI: mongo.toString(),
			TEMPORAL_ADDRESS: `127.0.0.1:${links.temporal.port}`,
			DATA_DIR: dataDir,
			SERVERS_DIR: settings.serversDir,
			PLANT: FAULTS_PLANT,
			VINSPECT_DEMO: "off",
		};
		const service = spawn(process.execPath, [join(PACKAGE_ROOT, "dist/src/bin/vinspect.js"), "start"], {
			env: { ...environment, PORT: String(port) },
			stdio: ["ignore", "pipe", "pipe"],
		});
		const addresses = [`http://127.0.0.1:${links.client.port}`];
		const plant = new FaultPlant(
			dataDir,
			serversDir,
			root,
			volume,
			servers,
			links,
			service,
			addresses,
			wishes.say,
		);
		for (const stream of [service.stdout, service.stderr]) {
			stream?.on("data", (chunk: Buffer) => plant.#hear(chunk.toString()));
		}
		service.once("exit", (code, signal) => {
			if (!plant.#stopping) plant.say(`THE SUPERVISOR ENDED (${signal ?? code}): nothing is started again`);
		});
		for (const signal of ["SIGINT", "SIGTERM"] as const) {
			process.once(signal, () => void plant.stop().finally(() => process.exit(130)));
		}
		try {
			await plant.untilReady(START_WITHIN_MS);
			for (let beside = 1; beside < wishes.webs; beside++) await plant.#startWeb(environment);
		} catch (error) {
			await plant.stop();
			throw error;
		}
		return plant;
	}

	/** Address of the store without a proxy in between, for the proof. */
	get mongoUri(): string {
		return this.servers.mongoUri;
	}

	get temporalAddress(): string {
		return this.servers.temporalAddress;
	}

	/** What supervisor and children said on the terminal. */
	get output(): string {
		return this.#output.join("");
	}

	get supervisorLives(): boolean {
		return this.service.exitCode === null && this.service.signalCode === null;
	}

	/** Number of the part's process now; null while none is noted. */
	async pidOf(part: Part): Promise<number | null> {
		const folder = part === "worker" || part === "web" ? this.dataDir : this.serversDir;
		const note = await readFile(join(folder, "run", `${part}.json`), "utf8").catch(() => "");
		try {
			return ProcessIdentity.parse(JSON.parse(note)).pid;
		} catch {
			return null;
		}
	}

	get supervisorPid(): number | null {
		return this.service.pid ?? null;
	}

	/** SIGKILL. False where the part is not there to be killed. */
	async kill(part: Part): Promise<boolean> {
		const pid = await this.pidOf(part);
		if (pid === null) return false;
		try {
			return process.kill(pid, "SIGKILL");
		} catch {
			return false;
		}
	}

	/** Whether the web says that it, the store and the workflow service answer. */
	async isReady(): Promise<boolean> {
		const answer = await fetch(`${this.addresses[0]}/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
			() => null,
		);
		return answer?.status === 200;
	}

	async untilReady(withinMs: number): Promise<void> {
		for (const end = Date.now() + withinMs; Date.now() < end; await pause(250)) {
			if (await this.isReady()) return;
			if (!this.supervisorLives) throw new Error(`the service ended by itself:\n${this.output.slice(-2000)}`);
		}
		throw new Error(`the service did not become ready:\n${this.output.slice(-2000)}`);
	}

	async stop(): Promise<void> {
		this.#stopping = true;
		for (const web of this.#webs) web.kill("SIGTERM");
		if (this.supervisorLives) {
			const ended = once(this.service, "exit");
			this.service.kill("SIGTERM");
			const forced = setTimeout(() => this.service.kill("SIGKILL"), STOP_WITHIN_MS);
			await ended;
			clearTimeout(forced);
		}
		await this.servers.stop();
		await Promise.all(Object.values(this.links).map((link) => link.close()));
		if (this.volume) await this.volume.remove();
		else await rm(this.root, { recursive: true, force: true });
	}

	#hear(text: string): void {
		this.#output.push(text);
	}

	async #startWeb(environment: NodeJS.ProcessEnv): Promise<void> {
		const port = await findFreePort();
		const web = spawn(process.execPath, [join(PACKAGE_ROOT, "dist/src/bin/web.js")], {
			env: { ...environment, PORT: String(port) },
			stdio: ["ignore", "ignore", "inherit"],
		});
		this.#webs.push(web);
		const address = `http://127.0.0.1:${port}`;
		for (const end = Date.now() + START_WITHIN_MS; Date.now() < end; await pause(250)) {
			const ready = await fetch(`${address}/ready`).catch(() => null);
			if (ready?.status === 200) {
				this.addresses.push(address);
				return;
			}
			if (web.exitCode !== null) break;
		}
		throw new Error("a second web did not start");
	}
}
