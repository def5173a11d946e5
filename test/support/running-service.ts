import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { loadSettings } from "../../src/config/settings.js";
import { findFreePort } from "../../src/embedded/free-port.js";

const bin = (name: string) => join(PACKAGE_ROOT, "dist", "src", "bin", `${name}.js`);
const READY_WITHIN_MS = 240_000;

export interface Ended {
	readonly code: number | null;
	readonly output: string;
}

/** Runs a command of the built product to its end. */
export async function runCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
	const child = spawn(process.execPath, [bin("vinspect"), ...args], {
		cwd: PACKAGE_ROOT,
		env: { ...process.env, ...environment },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	child.stdout.on("data", (chunk: Buffer) => {
		output += chunk.toString();
	});
	let said = "";
	child.stderr.on("data", (chunk: Buffer) => {
		said += chunk.toString();
	});
	const [code] = (await once(child, "close")) as [number | null];
	return { code, output: code === 0 ? output : output + said };
}

/** A process of the built product: the whole service, or its web or worker alone. */
export class RunningService {
	private constructor(
		readonly child: ChildProcess,
		readonly url: string,
		readonly environment: NodeJS.ProcessEnv,
		private readonly said: { text: string },
	) {}

	/** Resolves when it is ready; `readyAt` is a port that answers `/ready`, the web's own where left out. */
	static async start(
		name: "vinspect" | "web" | "worker",
		given: NodeJS.ProcessEnv,
		readyAt?: number,
	): Promise<RunningService> {
		const port = await findFreePort();
		const environment = {
			SERVERS_DIR: loadSettings(process.env).serversDir,
			PORT: String(port),
			VINSPECT_DEMO: "off",
			LOG_LEVEL: "warn",
			...given,
		};
		const child = spawn(process.execPath, [bin(name), ...(name === "vinspect" ? ["start"] : [])], {
			cwd: PACKAGE_ROOT,
			env: { ...process.env, ...environment },
			stdio: ["ignore", "pipe", "pipe"],
		});
		const said = { text: "" };
		for (const stream of [child.stdout, child.stderr])
			stream?.on("data", (chunk: Buffer) => {
				said.text += chunk.toString();
			});
		const service = new RunningService(child, `http://127.0.0.1:${port}`, environment, said);
		const probe = readyAt === undefined ? `${service.url}/ready` : `http://127.0.0.1:${readyAt}/ready`;
		for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await pause(250)) {
			if (child.exitCode !== null) throw new Error(`it ended by itself:\n${said.text}`);
			if ((await fetch(probe).catch(() => null))?.ok) return service;
		}
		throw new Error(`it did not become ready:\n${said.text}`);
	}

	get output(): string {
		return this.said.text;
	}

	/** Asks it to stop; its exit code. */
	async stop(): Promise<number | null> {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
		const ended = once(this.child, "exit");
		this.child.kill("SIGTERM");
		const [code] = (await ended) as [number | null];
		return code;
	}

	/** Password of a first account. */
	async passwordOf(name: string): Promise<string> {
		const file = await readFile(join(String(this.environment.DATA_DIR), "first-sign-in.txt"), "utf8");
		const line = file.split("\n").find((one) => one.startsWith(`${name} `));
		return line?.trim().split(/\s+/)[1] ?? "";
	}
}

/** Value of a series in Prometheus' text format; NaN where it is not there. */
export function seriesOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
	for (const line of text.split("\n")) {
		if (!line.startsWith(name) || !/^[{ ]/.test(line.slice(name.length))) continue;
		if (Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
			return Number(line.slice(line.lastIndexOf(" ") + 1));
	}
	return Number.NaN;
}
