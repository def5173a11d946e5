import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import mongoose from "mongoose";
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
const DOWNLOAD_SITE = "https://fastdl.mongodb.org/";
const MONGO_VERSION = "7.0.24";
const MAVEN_PROJECT = join(PACKAGE_ROOT, "embedded", "mongo");
const MAVEN_SOURCES = join(MAVEN_PROJECT, "src", "main", "java", "vinspect");

/** Command line of a document server for a port and a data folder. */
export type MongoProgram = (port: number, dataFolder: string) => Promise<readonly [string, ...string[]]>;

/** The official server keeps a folder of files. */
const official =
	(program: string): MongoProgram =>
	async (port, dataFolder) => {
		const folder = join(dataFolder, "mongo");
		await mkdir(folder, { recursive: true });
		return [program, "--bind_ip", "127.0.0.1", "--port", String(port), "--dbpath", folder, "--quiet"];
	};

/**
 * What it holds is small, what it throws away is much. The collector that Java chooses for two processors lets the heap
 * grow to make its pauses rarer; this one grows only for what is held.
 */
const HEAP = ["-XX:+UseSerialGC", "-Xms128m", "-Xmx1g"];

/** Ours keeps one file. */
const embedded =
	(java: string, jar: string): MongoProgram =>
	async (port, dataFolder) => [java, ...HEAP, "-jar", jar, String(port), join(dataFolder, "mongo.h2")];

function onPath(): Way<MongoProgram> {
	return {
		kind: "path",
		async present() {
			const program = await findOnPath("mongod");
			return program === null ? null : official(program);
		},
		obtain: async () => null,
		mend: "put mongod on PATH",
	};
}

function downloaded(source: ServerSource): Way<MongoProgram> {
	const folder = join(source.serversDir, "mongo-downloaded");
	const marker = join(folder, `mongod-${MONGO_VERSION}`);
	return {
		kind: "downloaded",
		present: async () => ((await isFile(marker)) ? official(marker) : null),
		async obtain() {
			if (!source.downloads || !(await isReachable(DOWNLOAD_SITE))) return null;
			await source.progress.step("Downloading MongoDB (once)", () =>
				fillFolder(folder, async (into) => {
					const { MongoBinary } = await import("mongodb-memory-server-core");
					const file = await within(
						DOWNLOAD_WITHIN_MS,
						"the download of MongoDB",
						MongoBinary.getPath({ version: MONGO_VERSION, downloadDir: into }),
					);
					await rename(file, join(into, `mongod-${MONGO_VERSION}`));
				}),
			);
			return (await isFile(marker)) ? official(marker) : null;
		},
		mend: "open a network way to fastdl.mongodb.org",
	};
}

function built(source: ServerSource): Way<MongoProgram> {
	const place = async () => {
		const programs = (await readdir(MAVEN_SOURCES)).sort().map((name) => join(MAVEN_SOURCES, name));
		const digest = await digestOf([join(MAVEN_PROJECT, "pom.xml"), ...programs]);
		return join(source.serversDir, `mongo-${digest}`);
	};
	const present = async () => {
		const java = await findOnPath("java");
		const jar = join(await place(), "embedded-mongo.jar");
		return java !== null && (await isFile(jar)) ? embedded(java, jar) : null;
	};
	return {
		kind: "built",
		present,
		async obtain() {
			const maven = await findOnPath("mvn");
			if (maven === null || (await findOnPath("java")) === null) return null;
			await source.progress.step("Building the embedded document store with Maven (once)", async () =>
				fillFolder(await place(), (into) =>
					runTool(maven, ["-q", "-B", "package", `-Doutput.folder=${into}`], MAVEN_PROJECT, source.signal),
				),
			);
			return present();
		},
		mend: "install a JDK 17 and Maven, or set MONGODB_URI to a running MongoDB",
	};
}

/** Ways to a MongoDB server or its stand-in, in order of preference. */
export function mongoWays(source: ServerSource): readonly Way<MongoProgram>[] {
	return [onPath(), downloaded(source), built(source)];
}

/** Resolves when a server that speaks MongoDB's protocol answers there; rejects with the reason otherwise. */
export async function checkMongo(uri: string, withinMs = 2_000): Promise<void> {
	const client = new mongoose.mongo.MongoClient(uri, {
		serverSelectionTimeoutMS: withinMs,
		connectTimeoutMS: withinMs,
	});
	try {
		await client.db().command({ ping: 1 });
	} finally {
		await client.close();
	}
}

export interface MongoServer extends OwnedServer {
	readonly uri: string;
	readonly way: WayKind;
}

/** Starts a document server on a free port, its state in the data folder. Errors: `tool_missing`, `server_unstartable`. */
export async function startMongo(dataFolder: string, source: ServerSource): Promise<MongoServer> {
	const { program, kind } = await findProgram("MongoDB", mongoWays(source), source.progress);
	const port = await findFreePort();
	const uri = `mongodb://127.0.0.1:${port}/vinspect`;
	const [command, ...args] = await program(port, dataFolder);
	const server = await source.progress.step("Starting the document store", () =>
		startOwnedServer(
			dataFolder,
			{
				name: "mongo",
				command,
				args,
				ready: () => checkMongo(uri),
				readyWithinMs: READY_WITHIN_MS,
			},
			source.progress.say,
		),
	);
	return { ...server, uri, way: kind };
}
