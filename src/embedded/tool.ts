import { execFile, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { VinspectError } from "../domain/errors.js";

const run = promisify(execFile);
const VERSION_WITHIN_MS = 10_000;
const SAID_BYTES = 4_000;

/** Full path of a command on PATH, or null. */
export async function findOnPath(command: string): Promise<string | null> {
	for (const folder of (process.env.PATH ?? "").split(delimiter)) {
		if (folder === "") continue;
		const candidate = join(folder, command);
		const found = await access(candidate, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (found) return candidate;
	}
	return null;
}

/** First line a command says about its version, or null where it is missing or does not run. */
export async function versionOf(command: string, args: readonly string[]): Promise<string | null> {
	const told = await run(command, [...args], { timeout: VERSION_WITHIN_MS }).catch(() => null);
	if (told === null) return null;
	// Java tells its version on standard error, Maven tells it in colour.
	const lines = stripVTControlCharacters(`${told.stdout}\n${told.stderr}`).split("\n");
	return lines.map((line) => line.trim()).find((line) => line !== "") ?? null;
}

/** Runs a build tool to its end. Errors: `server_unstartable` with the end of what it said. */
export function runTool(
	command: string,
	args: readonly string[],
	folder: string,
	signal?: AbortSignal,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], signal });
		let said = "";
		const hear = (chunk: Buffer) => {
			said = (said + chunk.toString()).slice(-SAID_BYTES);
		};
		child.stdout.on("data", hear);
		child.stderr.on("data", hear);
		const failed = (why: string) =>
			reject(new VinspectError("server_unstartable", `${command} ${args.join(" ")} failed: ${why}`));
		child.once("error", (error) => failed(error.message));
		child.once("close", (code) => {
			if (code === 0) resolve();
			else failed(said.trim().split("\n").slice(-4).join(" | ") || `exit code ${code}`);
		});
	});
}
