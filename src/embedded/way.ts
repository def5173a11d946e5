import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { VinspectError } from "../domain/errors.js";
import type { Progress } from "./progress.js";

const PROBE_WITHIN_MS = 4_000;

/** Where embedded servers come from and where they are kept. */
export interface ServerSource {
	/** Folder of downloaded and built servers, shared by all data folders. */
	readonly serversDir: string;
	/** False where nothing may be fetched over the network. */
	readonly downloads: boolean;
	readonly progress: Progress;
	/** Ends a build that nobody waits for any more. */
	readonly signal?: AbortSignal;
}

/** How a server program was come by. */
export type WayKind = "path" | "downloaded" | "built";

/** One way to a server program, in the order in which they are tried. */
export interface Way<Program> {
	readonly kind: WayKind;
	/** The program where this way leads to one without fetching or building anything. */
	present(): Promise<Program | null>;
	/** Fetches or builds it; null where this way is closed here (no network, nothing of it on this machine). */
	obtain(): Promise<Program | null>;
	/** What to do to open this way, for the sentence that is said when all of them are closed. */
	readonly mend: string;
}

/**
 * First program any way leads to, what is present before what must be fetched or built. Errors:
 * `server_unstartable`, `tool_missing` naming every way to mend it.
 */
export async function findProgram<Program>(
	server: string,
	ways: readonly Way<Program>[],
	progress: Progress,
): Promise<{ program: Program; kind: WayKind }> {
	for (const way of ways) {
		const program = await way.present();
		if (program !== null) return { program, kind: way.kind };
	}
	for (const way of ways) {
		try {
			const program = await way.obtain();
			if (program !== null) return { program, kind: way.kind };
		} catch (error) {
			progress.say(`${server}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	throw new VinspectError(
		"tool_missing",
		`No ${server} server can be had here: ${ways.map((way) => way.mend).join(", or ")}.`,
	);
}

export async function isFile(path: string): Promise<boolean> {
	return stat(path).then(
		(found) => found.isFile(),
		() => false,
	);
}

/** Whether a download server answers at all; a machine without a network finds out in seconds. */
export async function isReachable(url: string): Promise<boolean> {
	return fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PROBE_WITHIN_MS) }).then(
		() => true,
		() => false,
	);
}

/** Rejects after the given time; the work itself goes on unheard. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** Short digest of the files something is built from: a changed pin is built again, beside the old one. */
export async function digestOf(files: readonly string[]): Promise<string> {
	const hash = createHash("sha256");
	for (const file of files) hash.update(await readFile(file));
	return hash.digest("hex").slice(0, 12);
}

/** Fills a folder so that it is there whole or not at all, also when two processes build it at once. */
export async function fillFolder(folder: string, fill: (into: string) => Promise<void>): Promise<void> {
	await mkdir(dirname(folder), { recursive: true });
	const into = await mkdtemp(`${folder}.`);
	try {
		await fill(into);
		await rename(into, folder).catch(async (error: NodeJS.ErrnoException) => {
			// The other process was first; its build is as good.
			if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
		});
	} finally {
		await rm(into, { recursive: true, force: true });
	}
}
