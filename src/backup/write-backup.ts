import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { BackupManifest } from "../contracts/backup.js";
import type { OwnContentStore } from "../storage/content-store.js";
import { CONTENT_KINDS, type ContentKind } from "../storage/open-content-stores.js";

type Pack = ReturnType<typeof pack>;

export interface ToBackUp {
	/** Entry → file that holds it. */
	readonly files: ReadonlyMap<string, string>;
	/** Entry → bytes. */
	readonly buffers: ReadonlyMap<string, Buffer>;
	readonly contents: Readonly<Record<ContentKind, OwnContentStore>>;
	readonly about: Omit<BackupManifest, "schema" | "files" | "contents">;
}

function addBuffer(tar: Pack, name: string, content: Buffer): Promise<void> {
	return new Promise((resolve, reject) => {
		tar.entry({ name, mode: 0o600 }, content, (error) => (error ? reject(error) : resolve()));
	});
}

async function addFile(tar: Pack, name: string, file: string) {
	const { size } = await stat(file);
	const hash = createHash("sha256");
	const entry = tar.entry({ name, mode: 0o600, size });
	await pipeline(
		createReadStream(file),
		async function* (chunks: AsyncIterable<Buffer>) {
			for await (const chunk of chunks) {
				hash.update(chunk);
				yield chunk;
			}
		},
		entry,
	);
	return { bytes: size, sha256: hash.digest("hex") };
}

async function addEverything(
	tar: Pack,
	{ files, buffers, contents, about }: ToBackUp,
): Promise<BackupManifest> {
	const listed: BackupManifest["files"] = {};
	for (const [name, file] of files) listed[name] = await addFile(tar, name, file);
	for (const [name, content] of buffers) {
		await addBuffer(tar, name, content);
		listed[name] = { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
	}
	const counts = { captures: 0, reports: 0, imports: 0 };
	for (const kind of CONTENT_KINDS)
		for await (const sha256 of contents[kind].list()) {
			await addBuffer(tar, `${kind}/${sha256}`, await contents[kind].get(sha256));
			counts[kind] += 1;
		}
	const manifest: BackupManifest = { schema: "vinspect/backup/1", ...about, files: listed, contents: counts };
	await addBuffer(tar, "manifest.json", Buffer.from(`${JSON.stringify(manifest, null, "\t")}\n`));
	tar.finalize();
	return manifest;
}

/**
 * Writes a backup, whole or not at all: a tar file for its owner alone whose last entry, the manifest, names all
 * others. A content that was changed where it lies stops it (`capture_missing`): a backup must not hide that.
 */
export async function writeBackup(file: string, what: ToBackUp): Promise<BackupManifest> {
	const pending = `${file}.unfinished`;
	const tar = pack();
	try {
		const written = pipeline(tar, createWriteStream(pending, { mode: 0o600 }));
		const [manifest] = await Promise.all([
			addEverything(tar, what).catch((error: unknown) => {
				tar.destroy(error instanceof Error ? error : new Error(String(error)));
				throw error;
			}),
			written,
		]);
		const handle = await open(pending, "r");
		await handle.sync();
		await handle.close();
		await rename(pending, file);
		return manifest;
	} catch (error) {
		await rm(pending, { force: true });
		throw error;
	}
}
