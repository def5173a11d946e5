import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Sha256 } from "../contracts/primitives.js";
import { VinspectError } from "../domain/errors.js";

/** SHA-256 of bytes, in lower-case hexadecimal. */
export function sha256Of(content: Uint8Array): Sha256 {
	return createHash("sha256").update(content).digest("hex");
}

export function nothingStored(sha256: Sha256, cause?: unknown): VinspectError {
	return new VinspectError("capture_missing", `Nothing is stored under SHA-256 ${sha256}.`, [], { cause });
}

/** Bytes that are what they are named; others are never handed out. Errors: `capture_missing`. */
export function checkedContent<Content extends Uint8Array>(sha256: Sha256, content: Content): Content {
	if (sha256Of(content) === sha256) return content;
	throw new VinspectError(
		"capture_missing",
		`What is stored under SHA-256 ${sha256} has been changed where it lies; restore it from a backup.`,
	);
}

/** The chunks of a content, ended by `upload_too_large` once they are more than the limit. */
export async function* chunksWithin(
	content: Readable | Uint8Array,
	limitBytes: number,
): AsyncGenerator<Uint8Array> {
	const chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> =
		content instanceof Uint8Array ? [content] : content;
	let bytes = 0;
	for await (const chunk of chunks) {
		bytes += chunk.byteLength;
		if (bytes > limitBytes)
			throw new VinspectError("upload_too_large", `The upload is larger than ${limitBytes} bytes.`);
		yield chunk;
	}
}
