import type { Readable } from "node:stream";
import type { Request, Response } from "express";
import multer, { MulterError, type StorageEngine } from "multer";
import type { StoredFile } from "../../contracts/api.js";
import { VinspectError } from "../../domain/errors.js";
import type { ContentStore } from "../../storage/content-store.js";

export interface UploadTarget {
	readonly store: ContentStore;
	readonly limitBytes: number;
	/** What is uploaded and what one of it is, for the words of a refusal; a picture and a capture where left out. */
	readonly what?: { readonly whole: string; readonly one: string };
	/** Hears what the sender calls the file. */
	readonly named?: (fileName: string) => void;
}

/** Boundaries, part headers and the few text parts, beyond the file itself. */
const ENVELOPE_BYTES = 64 * 1024;

function explained(error: unknown, stored: StoredFile | null): unknown {
	const kept = stored === null ? "" : ` The first file is kept as ${stored.sha256}.`;
	if (error instanceof MulterError) {
		const part = error.field === undefined ? "" : ` (part ${error.field})`;
		return new VinspectError("request_invalid", `The upload is refused: ${error.message}${part}.${kept}`);
	}
	// a failing disk is not the client's fault
	if (error instanceof VinspectError || (error instanceof Error && "syscall" in error)) return error;
	// what is left are broken multipart bodies and clients that went away
	const reason = error instanceof Error ? error.message : "unknown reason";
	return new VinspectError("request_invalid", `The multipart body is broken: ${reason}.${kept}`, [], {
		cause: error,
	});
}

/**
 * Streams part `file` into the store and collects the text parts: `{ file: StoredFile, …text }`. Resolves
 * when the file is durable and the body has ended; rejects as soon as the file can't be taken in, without
 * waiting for the rest of the body. Errors: `upload_too_large`, `storage_full`, `request_invalid`.
 */
export function receiveUpload(request: Request, response: Response, target: UploadTarget): Promise<unknown> {
	const { whole, one } = target.what ?? { whole: "picture", one: "one capture" };
	const declared = Number(request.get("content-length") ?? 0);
	const tooLarge = new VinspectError(
		"upload_too_large",
		`The ${whole} is larger than ${target.limitBytes} bytes, the most ${one} may have.`,
	);
	if (declared > target.limitBytes + ENVELOPE_BYTES) {
		return Promise.reject(tooLarge);
	}
	return new Promise((resolve, reject) => {
		let stored: StoredFile | null = null;
		const storage: StorageEngine = {
			_handleFile(_request, file, done) {
				const stream: Readable = file.stream;
				target.named?.(file.originalname);
				// a client that goes away ends no stream by itself: without this the store would wait for ever
				const gone = () => {
					if (!request.complete) stream.destroy(new Error("the client went away"));
				};
				request.once("close", gone);
				target.store
					.put(stream, target.limitBytes)
					.finally(() => request.off("close", gone))
					.then(
						({ sha256, bytes }) => {
							stored = { sha256, bytes };
							done(null, {});
						},
						(error: unknown) => {
							// multer reads the whole body before it reports an error; the client is told now
							if (error instanceof VinspectError) {
								reject(error.code === "upload_too_large" ? tooLarge : error);
							}
							stream.resume();
							done(error);
						},
					);
			},
			_removeFile(_request, _file, done) {
				// what is stored under its digest stays: it may be another upload's too
				done(null);
			},
		};
		let files = 0;
		const receive = multer({
			storage,
			defParamCharset: "utf8",
			limits: { fields: 8, fieldSize: 2_000, fieldNameSize: 100, parts: 10 },
			fileFilter(_request, file, accept) {
				files += 1;
				if (file.fieldname === "file" && files === 1) return accept(null, true);
				const message =
					file.fieldname === "file"
						? "Send one file in part file, not several: each capture is a request of its own."
						: `Part ${file.fieldname} is unknown; the picture belongs in part file.`;
				const error = new VinspectError("request_invalid", message, [{ path: file.fieldname, message }]);
				reject(error);
				accept(error);
			},
		}).any();
		receive(request, response, (error?: unknown) => {
			if (error !== undefined && error !== null) return reject(explained(error, stored));
			if (stored === null) {
				return reject(
					new VinspectError("request_invalid", `Part file is missing: send the ${whole} as a file.`),
				);
			}
			resolve({ ...(request.body as Record<string, unknown>), file: stored });
		});
	});
}
