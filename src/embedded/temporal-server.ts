import { access, constants, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Connection } from "@temporalio/client";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { findFreePort } from "./free-port.js";
import { type OwnedServer, startOwnedServer } from "./owned-server.js";
import { findOnPath, runTool } from "./tool.js";
import {
	digestOf,
	fillFolder,
	findProgram,
	isFile,
	isReachable,
	type ServerSource,
	type Way,
	type WayKind,
	within,
} from "./way.js";

const READY_WITHIN_MS = 60_000;
const DOWNLOAD_WITHIN_MS = 5 * 60_000;
const DOWNLOAD_SITE = "https://temporal.download/";
const GO_MODULE = join(PACKAGE_ROOT, "embedded", "temporal");
const GO_PACKAGE = "github.com/temporalio/cli/cmd/temporal";

function onPath(): Way<string> {
	return {
		kind: "path",
		present: () => findOnPath("temporal"),
		obtain: async () => null,
		mend: "put the temporal command on PATH",
	};
}

function downloaded(source: ServerSource): Way<string> {
	const folder = join(source.serversDir, "temporal-downloaded");
	const present = async () => {
		for (const name of await readdir(folder).catch(() => [])) {
			const file = join(folder, name);
			const runs = await access(file, constants.X_OK).then(
				() => isFile(file),
				() => false,
			);
			if (runs) return file;
		}
		return null;
	};
	return {
		kind: "downloaded",
		present,
		async obtain() {
			if (!source.downloads || !(await isReachable(DOWNLOAD_SITE))) return null;
			await source.progress.step("Downloading the Temporal server (once)", () =>
				fillFolder(folder, async (into) => {
					// The SDK downloads the release that fits it as part of starting one.
					const { TestWorkflowEnvironment } = await import("@temporalio/testing");
					const environment = await within(
						DOWNLOAD_WITHIN_MS,
						"the download of Temporal",
						TestWorkflowEnvironment.createLocal({
							server: { executable: { type: "cached-download", downloadDir: into } },
						}),
					);
					await environment.teardown();
				}),
			);
			return present();
		},
		mend: "open a network way to temporal.download",
	};
}

function built(source: ServerSource): Way<string> {
	const place = async () => {
		const digest = await digestOf(["go.mod", "go.sum"].map((name) => join(GO_MODULE, name)));
		return join(source.serversDir, `temporal-${digest}`);
	};
	const present = async () => {
		const program = join(await place(), "temporal");
		return (await isFile(program)) ? program : null;
	};
	return {
		kind: "built",
		present,
		async obtain() {
			const go = await findOnPath("go");
			if (go === null) return null;
			await source.progress.step("Building the Temporal server with Go (once, some minutes)", async () =>
				fillFolder(await place(), (into) =>
					runTool(
						go,
						["build", "-trimpath", "-ldflags=-s -w", "-o", join(into, "temporal"), GO_PACKAGE],
						GO_MODULE,
						source.signal,
					),
				),
			);
			return present();
		},
		mend: "install Go 1.25 or newer (https://go.dev/dl), or set TEMPORAL_ADDRESS to a running Temporal",
	};
}

/** Ways to a Temporal development server, in order of preference. */
export function temporalWays(source: ServerSource): readonly Way<string>[] {
	return [onPath(), downloaded(source), built(source)];
}

/** Resolves when Temporal answers at the address and has the namespace; rejects with the reason otherwise. */
export async function checkTemporal(
	address: string,
	namespace: string,
	connectTimeoutMs = 2_000,
): Promise<void> {
	const connection = await Connection.connect({ address, connectTimeout: connectTimeoutMs });
	try {
		await connection.withDeadline(Date.now() + connectTimeoutMs, () =>
			connection.workflowService.describeNamespace({ namespace }),
		);
	} finally {
		await connection.close();
	}
}

export interface TemporalServer extends OwnedServer {
	readonly address: string;
	readonly way: WayKind;
}

/** Starts a Temporal server on a free port, its state in one SQLite file of the data folder. Errors: `tool_missing`, `server_unstartable`. */
export async function startTemporal(
	dataFolder: string,
	namespace: string,
	source: ServerSource,
): Promise<TemporalServer> {
	const { program, kind } = await findProgram("Temporal", temporalWays(source), source.progress);
	const port = await findFreePort();
	const address = `127.0.0.1:${port}`;
	const server = await source.progress.step("Starting Temporal", () =>
		startOwnedServer(
			dataFolder,
			{
				name: "temporal",
				command: program,
				args: [
					...["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", String(port)],
					...["--namespace", namespace, "--db-filename", join(dataFolder, "temporal.sqlite")],
					...["--log-level", "error", "--disable-config-file", "--disable-config-env"],
				],
				ready: () => checkTemporal(address, namespace),
				readyWithinMs: READY_WITHIN_MS,
			},
			source.progress.say,
		),
	);
	return { ...server, address, way: kind };
}
