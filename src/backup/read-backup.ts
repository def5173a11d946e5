import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { BackupManifest } from "../contracts/backup.js";
import { VinspectError } from "../domain/errors.js";
import type { OwnContentStore } from "../storage/content-store.js";
import { CONTENT_KINDS, type ContentKind } from "../storage/open-content-stores.js";

/** The only names there are; any other would be a path into somewhere else. */
const FILES =
	/^(store\/[A-Za-z0-9_-]{1,64}\.bson|temporal\/temporal\.sqlite(-wal|-shm|-journal)?|keys\.sealed|[a-z][a-z-]{0,40}\.(pem|crl|jsonl)|manifest\.json)$/;
const CONTENTS = /^(captures|reports|imports)\/([0-9a-f]{64})$/;
/** Larger than any picture or report that is taken in. */
const CONTENT_BYTES = 256 * 1024 * 1024;
const MANIFEST_BYTES = 16 * 1024 * 1024;

function invalid(file: string, why: string, cause?: unknown): VinspectError {
	return new VinspectError("backup_invalid", `${file} is no whole backup (${why}): take another one.`, [], {
		cause,
	});
}

const isKind = (name: string | undefined): name is ContentKind => CONTENT_KINDS.some((kind) => kind === name);

/** The reader of tar files promises nothing about what it hands out. */
function bytesOf(chunk: unknown): Buffer {
	if (Buffer.isBuffer(chunk)) return chunk;
	throw new Error("an entry is no bytes");
}

async function wholeOf(chunks: AsyncIterable<unknown>): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const chunk of chunks) parts.push(bytesOf(chunk));
	return Buffer.concat(parts);
}

export interface ReadBackup {
	readonly manifest: BackupManifest;
	/** Folder that holds every entry but the contents, under its name. */
	readonly folder: string;
}

/**
 * Reads a backup: contents go into their stores, each proved to be what it is named; everything else into the
 * folder, proved against the manifest. Nothing is to be believed before this resolves. Errors: `backup_invalid`.
 */
export async function readBackup(
	file: string,
	folder: string,
	contents: Readonly<Record<ContentKind, OwnContentStore>>,
): Promise<ReadBackup> {
	const found = new Map<string, { bytes: number; sha256: string }>();
	const counts = { captures: 0, reports: 0, imports: 0 };
	let manifest: BackupManifest | null = null;
	const tar = extract();
	const reading = pipeline(createReadStream(file), tar);
	// What goes wrong in reading ends the loop below as well, which tells it.
	reading.catch(() => undefined);
	try {
		for await (const entry of tar) {
			const { name, size = 0, type } = entry.header;
			if (manifest) throw invalid(file, "something follows its manifest");
			if (type !== "file") throw invalid(file, `${name} is no file`);
			const [, kind, sha256] = CONTENTS.exec(name) ?? [];
			if (isKind(kind)) {
				if (size > CONTENT_BYTES) throw invalid(file, `${name} is too large`);
				const stored = await contents[kind].put(await wholeOf(entry));
				if (stored.sha256 !== sha256) throw invalid(file, `${name} was changed`);
				counts[kind] += 1;
			} else if (name === "manifest.json" && size <= MANIFEST_BYTES) {
				manifest = BackupManifest.parse(JSON.parse((await wholeOf(entry)).toString("utf8")));
			} else if (FILES.test(name) && !found.has(name)) {
				found.set(name, await writeHashed(join(folder, name), entry));
			} else throw invalid(file, `it holds ${JSON.stringify(name.slice(0, 80))}`);
		}
		await reading;
	} catch (error) {
		if (error instanceof VinspectError) throw error;
		throw invalid(file, error instanceof Error ? error.message : String(error), error);
	}
	if (!manifest) throw invalid(file, "it has no manifest, so its end is missing");
	holdAgainst(file, manifest, found, counts);
	return { manifest, folder };
}

async function writeHashed(path: string, chunks: AsyncIterable<unknown>) {
	await mkdir(dirname(path), { recursive: true });
	const hash = createHash("sha256");
	let bytes = 0;
	await pipeline(
		chunks,
		async function* (source: AsyncIterable<unknown>) {
			for await (const one of source) {
				const chunk = bytesOf(one);
				hash.update(chunk);
				bytes += chunk.length;
				yield chunk;
			}
		},
		createWriteStream(path, { mode: 0o600, flags: "wx" }),
	);
	return { bytes, sha256: hash.digest("hex") };
}

function holdAgainst(
	file: string,
	manifest: BackupManifest,
	found: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>,
	counts: BackupManifest["contents"],
): void {
	const names = new Set([...Object.keys(manifest.files), ...found.keys()]);
	for (const name of names)
		if (manifest.files[name]?.sha256 !== found.get(name)?.sha256) throw invalid(file, `${name} was changed`);
	for (const kind of CONTENT_KINDS)
		if (counts[kind] !== manifest.contents[kind])
			throw invalid(file, `it holds ${counts[kind]} of ${manifest.contents[kind]} ${kind}`);
}
