// Makes a bare checkout runnable with nothing but Node: installs what is missing, builds what is stale.
// Runs before any package is there, so it imports nothing but Node itself.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
	cpSync,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(ROOT, ...parts);

/** What went wrong in one sentence that also says how to mend it; needs no stack. */
export class BootstrapError extends Error {}

/** Refuses a Node that is too old, before its errors get hard to read. */
export function checkNode() {
	const { engines } = JSON.parse(readFileSync(at("package.json"), "utf8"));
	const least = engines.node.replace(">=", "").split(".").map(Number);
	const have = process.versions.node.split(".").map(Number);
	const newEnough = have[0] > least[0] || (have[0] === least[0] && have[1] >= least[1]);
	if (newEnough) return;
	throw new BootstrapError(
		`vinspect needs Node ${engines.node}, this is ${process.versions.node}: install Node 20 or 22 from https://nodejs.org and try again.`,
	);
}

/** Runs a command to its end, with the elapsed time where somebody watches; its output is told when it fails. */
async function step(what, command, args, environment = {}) {
	const since = Date.now();
	const elapsed = () => `${Math.round((Date.now() - since) / 1000)} s`;
	const terminal = process.stderr.isTTY;
	process.stderr.write(terminal ? `… ${what}` : `… ${what}\n`);
	const clock = setInterval(
		() =>
			process.stderr.write(terminal ? `\r\u001B[K… ${what} (${elapsed()})` : `… ${what} (${elapsed()})\n`),
		terminal ? 1_000 : 15_000,
	);
	const child = spawn(command, args, {
		cwd: ROOT,
		env: { ...process.env, ...environment },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const interrupt = (signal) => {
		child.kill(signal);
		process.exit(130);
	};
	process.once("SIGINT", interrupt);
	process.once("SIGTERM", interrupt);
	let said = "";
	const hear = (chunk) => {
		said = (said + chunk).slice(-8_000);
	};
	child.stdout.on("data", hear);
	child.stderr.on("data", hear);
	const code = await new Promise((resolve) => {
		child.once("error", (error) => {
			said += error.message;
			resolve(1);
		});
		child.once("close", resolve);
	});
	clearInterval(clock);
	process.off("SIGINT", interrupt);
	process.off("SIGTERM", interrupt);
	process.stderr.write(`${terminal ? "\r\u001B[K" : ""}${code === 0 ? "✓" : "✗"} ${what} (${elapsed()})\n`);
	if (code !== 0) throw new BootstrapError(`${what} failed:\n${said.trim()}`);
}

/** Whether every package of the lock file is there in its version; packages for other machines may be absent. */
function packagesFit() {
	const installed = at("node_modules", ".package-lock.json");
	if (!existsSync(installed)) return false;
	const wanted = JSON.parse(readFileSync(at("package-lock.json"), "utf8")).packages;
	const have = JSON.parse(readFileSync(installed, "utf8")).packages;
	return Object.entries(wanted).every(([name, { version, optional, devOptional }]) => {
		if (name === "") return true;
		return have[name] ? have[name].version === version : Boolean(optional || devOptional);
	});
}

/** Installs the packages of the lock file where they are missing or others. */
export async function install() {
	if (packagesFit()) return;
	// A linked node_modules belongs to another checkout: a clean install would empty it for that one too.
	if (existsSync(at("node_modules")) && lstatSync(at("node_modules")).isSymbolicLink()) {
		process.stderr.write("node_modules is a link and does not fit package-lock.json: left as it is.\n");
		return;
	}
	// Not `npm ci`: it refuses a lock file made where a registry lacks packages for other machines. This too takes
	// exactly the versions and digests of the lock file, and writes neither file.
	await step(
		"Installing packages",
		"npm",
		["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
		{
			// The readers run on the processor; the files for GPUs, some hundred megabytes, are fetched on request only.
			ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL ?? "skip",
		},
	);
}

const SOURCES = ["src", "workflows", "activities", "models", "scripts"];
const BUILD_FILES = ["package-lock.json", "tsconfig.json", "tsconfig.build.json"];

/** Digest of everything the build reads. */
function sourcesDigest() {
	const hash = createHash("sha256");
	const add = (file) =>
		hash
			.update(file)
			.update("\0")
			.update(readFileSync(at(file)))
			.update("\0");
	for (const folder of SOURCES) {
		if (!existsSync(at(folder))) continue;
		const files = readdirSync(at(folder), { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && /\.(ts|mjs|json)$/.test(entry.name))
			.map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
		for (const file of files.sort()) add(file);
	}
	for (const file of BUILD_FILES) add(file);
	return hash.digest("hex");
}

const MARKER = ".sources";

function buildFits(digest) {
	const marker = at("dist", MARKER);
	return existsSync(marker) && readFileSync(marker, "utf8") === digest;
}

/** Compiles and bundles into a folder of its own, which then takes the place of `dist`: nobody sees half a build. */
export async function build({ always = false } = {}) {
	// An installed package brings its build along and has no sources.
	if (!existsSync(at("tsconfig.build.json"))) return;
	const digest = sourcesDigest();
	if (!always && buildFits(digest)) return;
	const next = `dist-${process.pid}`;
	try {
		const node = process.execPath;
		await step("Compiling", node, [
			at("node_modules", "typescript", "bin", "tsc"),
			...["-p", "tsconfig.build.json", "--outDir", next],
		]);
		await step("Bundling the workflows", node, [at("scripts", "bundle-workflows.mjs"), next]);
		writeFileSync(at(next, MARKER), digest);
		// Files that run as they are: workers of threads, which Node loads without a build.
		for (const folder of ["src", "activities"]) {
			if (existsSync(at(folder)))
				cpSync(at(folder), at(next, folder), {
					recursive: true,
					filter: (file) => lstatSync(file).isDirectory() || file.endsWith(".mjs"),
				});
		}
		const old = `dist-${process.pid}-old`;
		if (existsSync(at("dist"))) renameSync(at("dist"), at(old));
		renameSync(at(next), at("dist"));
		rmSync(at(old), { recursive: true, force: true });
	} finally {
		rmSync(at(next), { recursive: true, force: true });
	}
}

/** Runs the work; a `BootstrapError` becomes its sentence and exit code 1. */
export async function orSay(work) {
	try {
		await work();
	} catch (error) {
		if (!(error instanceof BootstrapError)) throw error;
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 1;
	}
}
