import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { VinspectError } from "../../src/domain/errors.js";
import type { ContentStore } from "../../src/storage/content-store.js";

export interface MemoryContentStore extends ContentStore {
	readonly contents: Map<string, Buffer>;
	/** Bytes it still takes; more is `storage_full`. */
	space: number;
	/** Puts that have begun and not ended. */
	writing: number;
}

/** Bytes by digest in memory, with the limits of a disk. */
export function createMemoryContentStore(): MemoryContentStore {
	const contents = new Map<string, Buffer>();
	return {
		contents,
		space: Number.POSITIVE_INFINITY,
		writing: 0,
		async put(content, limitBytes = Number.POSITIVE_INFINITY) {
			this.writing += 1;
			try {
				const chunks: Buffer[] = [];
				let bytes = 0;
				const source = content instanceof Uint8Array ? Readable.from([content]) : content;
				for await (const chunk of source) {
					chunks.push(chunk as Buffer);
					bytes += (chunk as Buffer).length;
					if (bytes > limitBytes) throw new VinspectError("upload_too_large", "Too many bytes.");
					if (bytes > this.space) throw new VinspectError("storage_full", "The disk is full.");
				}
				const whole = Buffer.concat(chunks);
				const sha256 = createHash("sha256").update(whole).digest("hex");
				const created = !contents.has(sha256);
				contents.set(sha256, whole);
				return { sha256, bytes, created };
			} finally {
				this.writing -= 1;
			}
		},
		async get(sha256) {
			const found = contents.get(sha256);
			if (!found) throw new VinspectError("capture_missing", `Nothing is stored as ${sha256}.`);
			return found;
		},
		has: async (sha256) => contents.has(sha256),
	};
}
