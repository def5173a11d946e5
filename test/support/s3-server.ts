import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadSettings, type S3Settings } from "../../src/config/settings.js";
import { findFreePort } from "../../src/embedded/free-port.js";
import { findOnPath, runTool } from "../../src/embedded/tool.js";
import { digestOf, fillFolder, isFile } from "../../src/embedded/way.js";
import { createS3ContentStore } from "../../src/storage/s3-content-store.js";

const MODULE = join(import.meta.dirname, "..", "independent", "s3-server");
const PACKAGE = "github.com/versity/versitygw/cmd/versitygw";

/** Versity's S3 gateway over a folder, built once from its pinned Go module (some minutes). */
async function program(): Promise<string> {
	const digest = await digestOf(["go.mod", "go.sum"].map((name) => join(MODULE, name)));
	const folder = join(loadSettings(process.env).serversDir, `versitygw-${digest}`);
	const file = join(folder, "versitygw");
	if (await isFile(file)) return file;
	const go = await findOnPath("go");
	if (go === null) throw new Error("the S3 server is built with Go, which is not on PATH");
	await fillFolder(folder, (into) =>
		runTool(go, ["build", "-trimpath", "-o", join(into, "versitygw"), PACKAGE], MODULE),
	);
	return file;
}

export interface S3Server {
	readonly settings: S3Settings;
	/** Changes an object where the server keeps it. */
	spoil(prefix: string, sha256: string, bytes: Uint8Array): Promise<void>;
	stop(): Promise<void>;
	/** Starts it again at the same address, with what it had. */
	start(): Promise<void>;
	remove(): Promise<void>;
}

/** A real S3-compatible server of its own process with one empty bucket. */
export async function startS3Server(): Promise<S3Server> {
	const [file, folder, port] = [
		await program(),
		await mkdtemp(join(tmpdir(), "vinspect-s3-")),
		await findFreePort(),
	];
	const settings: S3Settings = {
		endpoint: `http://127.0.0.1:${port}`,
		bucket: "plant-pictures",
		region: "us-east-1",
		accessKeyId: "plant",
		secretAccessKey: "plant-secret",
	};
	// A folder of the gateway's is a bucket.
	await mkdir(join(folder, settings.bucket));
	let running: ReturnType<typeof spawn> | null = null;
	const server: S3Server = {
		settings,
		spoil: (prefix, sha256, bytes) =>
			writeFile(join(folder, settings.bucket, prefix, sha256.slice(0, 2), sha256), bytes),
		async start() {
			const { accessKeyId, secretAccessKey } = settings;
			running = spawn(
				file,
				[
					"--quiet",
					"--access",
					accessKeyId,
					"--secret",
					secretAccessKey,
					"--port",
					`127.0.0.1:${port}`,
				].concat(["posix", folder]),
				{ stdio: "ignore" },
			);
			const store = createS3ContentStore(settings, "probe");
			for (let tries = 0; ; tries += 1) {
				try {
					await store.ping();
					return;
				} catch (error) {
					if (tries > 100) throw error;
					await delay(100);
				}
			}
		},
		async stop() {
			if (running === null) return;
			const ended = once(running, "exit");
			running.kill("SIGTERM");
			await ended;
			running = null;
		},
		async remove() {
			await server.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
	await server.start();
	return server;
}
