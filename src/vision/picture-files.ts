import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Observation, WitnessKind } from "../contracts/reading.js";
import { VinspectError } from "../domain/errors.js";
import type { Inspector } from "./inspector.js";

const PICTURE_NAME = /\.(?:jpe?g|png|webp|tiff?|bmp)$/i;

/** What became of one file: seen, or refused with a code of the registry. */
export type FileResult =
	| { readonly file: string; readonly observation: Observation }
	| { readonly file: string; readonly error: { readonly code: string; readonly message: string } };

async function picturesIn(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && PICTURE_NAME.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}

/** Files of a folder that fit a name with `*` and `?`, as a shell would have found them. */
async function filesLike(pattern: string): Promise<string[]> {
	const like = basename(pattern)
		.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
		.replaceAll("*", ".*")
		.replaceAll("?", ".");
	const names = await readdir(dirname(pattern)).catch(() => []);
	return names
		.filter((name) => new RegExp(`^${like}$`).test(name))
		.sort()
		.map((name) => join(dirname(pattern), name));
}

/**
 * Files meant by the names given: a folder stands for every picture in it and below, `*` and `?` in a file
 * name for what they fit. A name that leads nowhere stays as it is, so that reading it says what is wrong.
 */
export async function pictureFiles(names: readonly string[]): Promise<string[]> {
	const files: string[] = [];
	for (const name of names) {
		const found = await stat(name).catch(() => null);
		if (found?.isDirectory()) files.push(...(await picturesIn(name)));
		else {
			const fitting = found === null && /[*?]/.test(basename(name)) ? await filesLike(name) : [];
			files.push(...(fitting.length > 0 ? fitting : [name]));
		}
	}
	return [...new Set(files)];
}

function refusalOf(error: unknown): { code: string; message: string } {
	if (error instanceof VinspectError) return { code: error.code, message: error.message };
	if (error instanceof Error && "code" in error) {
		if (error.code === "ENOENT") return { code: "not_found", message: "There is no such file." };
		if (error.code === "EACCES") return { code: "forbidden", message: "The file may not be read." };
	}
	return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** Reads one file. What is wrong with it is a result; only a reader that can't work at all is an error. */
export async function inspectFile(
	inspector: Inspector,
	file: string,
	kind: WitnessKind | "auto",
): Promise<FileResult> {
	try {
		return { file, observation: await inspector.inspect(await readFile(file), kind) };
	} catch (error) {
		if (error instanceof VinspectError && error.code === "reader_unavailable") throw error;
		return { file, error: refusalOf(error) };
	}
}

/** Reads files, `parallel` at a time; results come in the order of the files. */
export async function* inspectFiles(
	inspector: Inspector,
	files: readonly string[],
	kind: WitnessKind | "auto",
	parallel: number,
): AsyncGenerator<FileResult> {
	const running: Promise<FileResult>[] = [];
	let next = 0;
	const startOne = () => {
		const file = files[next++];
		if (file === undefined) return;
		const result = inspectFile(inspector, file, kind);
		// Awaited in order below; until then a failure must not count as unhandled.
		result.catch(() => undefined);
		running.push(result);
	};
	for (let slot = 0; slot < parallel; slot++) startOne();
	for (let result = running.shift(); result !== undefined; result = running.shift()) {
		yield await result;
		startOne();
	}
}
