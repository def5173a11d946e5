import type { Readable } from "node:stream";
import type { Sha256 } from "../contracts/primitives.js";

export interface StoredContent {
	readonly sha256: Sha256;
	readonly bytes: number;
	/** False where the same bytes were there already. */
	readonly created: boolean;
}

/** Bytes by the SHA-256 of what they are: written once, never changed. Errors: `storage_full`, `storage_unavailable`, `upload_too_large`, `capture_missing`. */
export interface ContentStore {
	/** Stores the stream durably (synced) before it resolves; on any error nothing stays behind. */
	put(content: Readable | Uint8Array, limitBytes?: number): Promise<StoredContent>;
	get(sha256: Sha256): Promise<Buffer>;
	has(sha256: Sha256): Promise<boolean>;
}

/** A store of this service itself, which can be asked whether it works and what it holds. */
export interface OwnContentStore extends ContentStore {
	/** Resolves where contents can be written and read; rejects otherwise. */
	ping(): Promise<void>;
	/** Takes a content out; one that is not there is no error. For retention alone. */
	remove(sha256: Sha256): Promise<void>;
	/** Digests of everything stored, in no order. */
	list(): AsyncIterable<Sha256>;
}
