import { createHash, type Hash, randomUUID } from "node:crypto";
import {
	access,
	constants,
	type FileHandle,
	mkdir,
	open,
	readdir,
	readFile,
	rename,
	rm,
	stat,
	statfs,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { Sha256 } from "../contracts/primitives.js";
import { VinspectError } from "../domain/errors.js";
import { checkedContent, chunksWithin, nothingStored } from "./checked-content.js";
import type { OwnContentStore, StoredContent } from "./content-store.js";

/** Older than any upload takes: what an interrupted process left behind, not what another one is writing. */
const ABANDONED_MILLISECONDS = 60 * 60 * 1000;

/**
 * Opens the folder, made where it is missing, and clears what an interrupted write left in it. `reserveBytes` is
 * space on its volume that nothing new may take: what was taken in before still has to be read, judged, reported
 * and written down there.
 */
export async function createFileContentStore(folder: string, reserveBytes = 0): Promise<OwnContentStore> {
	const arriving = join(folder, "arriving");
	await mkdir(arriving, { recursive: true });
	await clearAbandoned(arriving);
	return new FileContentStore(folder, arriving, reserveBytes);
}

async function clearAbandoned(arriving: string): Promise<void> {
	for (const name of await readdir(arriving)) {
		const path = join(arriving, name);
		const { mtimeMs } = await stat(path);
		if (mtimeMs < Date.now() - ABANDONED_MILLISECONDS) await rm(path, { force: true });
	}
}

const MEGABYTE = 1024 * 1024;

/** One file a content, in 256 folders by the first two digits of its digest. */
class FileContentStore implements OwnContentStore {
	constructor(
		private readonly folder: string,
		private readonly arriving: string,
		private readonly reserveBytes: number,
	) {}

	async put(content: Readable | Uint8Array, limitBytes = Number.POSITIVE_INFINITY): Promise<StoredContent> {
		const temporary = join(this.arriving, randomUUID());
		try {
			await this.demandSpace();
			const { sha256, bytes } = await writeSynced(temporary, content, limitBytes);
			const created = !(await this.has(sha256));
			if (created) await this.moveIn(temporary, sha256);
			return { sha256, bytes, created };
		} catch (error) {
			throw namingFullDisk(error);
		} finally {
			await rm(temporary, { force: true });
		}
	}

	async get(sha256: Sha256): Promise<Buffer> {
		let content: Buffer;
		try {
			content = await readFile(this.pathOf(sha256));
		} catch (cause) {
			if (!hasCode(cause, "ENOENT")) throw cause;
			throw nothingStored(sha256, cause);
		}
		return checkedContent(sha256, content);
	}

	async has(sha256: Sha256): Promise<boolean> {
		return access(this.pathOf(sha256)).then(
			() => true,
			() => false,
		);
	}

	async remove(sha256: Sha256): Promise<void> {
		await rm(this.pathOf(sha256), { force: true });
	}

	async ping(): Promise<void> {
		await access(this.arriving, constants.W_OK | constants.R_OK);
	}

	async *list(): AsyncGenerator<Sha256> {
		for (const folder of await readdir(this.folder)) {
			if (!/^[0-9a-f]{2}$/.test(folder)) continue;
			for (const name of await readdir(join(this.folder, folder)))
				if (/^[0-9a-f]{64}$/.test(name)) yield name;
		}
	}

	private async demandSpace(): Promise<void> {
		if (this.reserveBytes === 0) return;
		const { bavail, bsize } = await statfs(this.folder);
		if (bavail * bsize >= this.reserveBytes) return;
		throw new VinspectError(
			"storage_full",
			`Less than ${Math.round(this.reserveBytes / MEGABYTE)} MB are left in the data directory, which are kept for what was taken in before: free some or enlarge the volume, then send it again.`,
		);
	}

	private pathOf(sha256: Sha256): string {
		return join(this.folder, sha256.slice(0, 2), sha256);
	}

	/** Two writers of the same bytes rename onto the same name: either wins, the content is the same. */
	private async moveIn(temporary: string, sha256: Sha256): Promise<void> {
		const target = this.pathOf(sha256);
		await mkdir(dirname(target), { recursive: true });
		await rename(temporary, target);
		await syncFolder(dirname(target));
		await syncFolder(this.folder);
	}
}

async function writeSynced(
	path: string,
	content: Readable | Uint8Array,
	limitBytes: number,
): Promise<{ sha256: Sha256; bytes: number }> {
	const hash = createHash("sha256");
	const file = await open(path, "wx");
	try {
		const bytes = await writeAll(file, hash, content, limitBytes);
		await file.sync();
		return { sha256: hash.digest("hex"), bytes };
	} finally {
		await file.close();
	}
}

async function writeAll(
	file: FileHandle,
	hash: Hash,
	content: Readable | Uint8Array,
	limitBytes: number,
): Promise<number> {
	let bytes = 0;
	for await (const chunk of chunksWithin(content, limitBytes)) {
		bytes += chunk.byteLength;
		hash.update(chunk);
		await file.writeFile(chunk);
	}
	return bytes;
}

/** A rename is lasting only when its folder has reached the disk. */
async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
	error instanceof Error && "code" in error && codes.includes(String(error.code));

function namingFullDisk(error: unknown): unknown {
	if (!hasCode(error, "ENOSPC", "EDQUOT")) return error;
	return new VinspectError(
		"storage_full",
		"There is no space left in the data directory: free some or enlarge the volume, then send the picture again.",
		[],
		{ cause: error },
	);
}
