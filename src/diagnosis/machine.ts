import { access, constants, readFile, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { findOnPath, versionOf } from "../embedded/tool.js";
import type { Diagnosis } from "./diagnosis.js";

const GIB = 1024 ** 3;
const LEAST_FREE_GIB = 2;

/** Tools that build the embedded servers or serve the tests. */
const TOOLS: readonly {
	name: string;
	commands: readonly string[];
	version: readonly string[];
	use: string;
}[] = [
	{ name: "npm", commands: ["npm"], version: ["--version"], use: "installs packages" },
	{ name: "go", commands: ["go"], version: ["version"], use: "builds the embedded Temporal" },
	{ name: "java", commands: ["java"], version: ["-version"], use: "runs the embedded document store" },
	{ name: "mvn", commands: ["mvn"], version: ["--version"], use: "builds the embedded document store" },
	{
		name: "chromium",
		commands: ["chromium", "chromium-browser", "google-chrome"],
		version: ["--version"],
		use: "browser tests only",
	},
];

export async function diagnoseNode(): Promise<readonly Diagnosis[]> {
	const { engines } = JSON.parse(await readFile(join(PACKAGE_ROOT, "package.json"), "utf8"));
	// The start script refuses a Node that does not fit before anything of this can run.
	return [{ name: "node", state: "ok", found: `${process.version} (needs ${engines.node})` }];
}

export async function diagnoseMachine(): Promise<readonly Diagnosis[]> {
	return Promise.all(
		TOOLS.map(async ({ name, commands, version, use }): Promise<Diagnosis> => {
			for (const command of commands) {
				const path = await findOnPath(command);
				if (path === null) continue;
				return { name, state: "ok", found: `${(await versionOf(path, version)) ?? path} (${use})` };
			}
			return { name, state: "optional", found: `not found (${use})` };
		}),
	);
}

/** The nearest folder above that exists. */
async function existing(folder: string): Promise<string> {
	const there = await access(folder).then(
		() => true,
		() => false,
	);
	return there || dirname(folder) === folder ? folder : existing(dirname(folder));
}

export async function diagnoseDataFolder(folder: string): Promise<readonly Diagnosis[]> {
	const place = await existing(folder);
	const writable = await access(place, constants.W_OK).then(
		() => true,
		() => false,
	);
	if (!writable)
		return [
			{
				name: "data folder",
				state: "missing",
				found: `${folder} can't be written`,
				mend: "make it writable, or set DATA_DIR to another folder",
			},
		];
	const { bavail, bsize } = await statfs(place);
	const free = (bavail * bsize) / GIB;
	const found = `${folder}, ${free.toFixed(1)} GiB free`;
	if (free >= LEAST_FREE_GIB) return [{ name: "data folder", state: "ok", found }];
	return [
		{ name: "data folder", state: "missing", found, mend: `free ${LEAST_FREE_GIB} GiB, or move DATA_DIR` },
	];
}
