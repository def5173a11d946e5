import { Error as MongooseErrors, mongo } from "mongoose";
import { VinspectError } from "../../domain/errors.js";

/** The server's code for a document whose `_id` or unique key is taken. */
export const DUPLICATE_KEY = 11000;

/** Whether a write, or every write of several that failed, lost against a document with the same `_id` or unique key. */
export function isDuplicateKey(error: unknown): boolean {
	if (error instanceof mongo.MongoBulkWriteError) {
		const failed = [error.writeErrors].flat();
		return failed.length > 0 && failed.every(({ code }) => code === DUPLICATE_KEY);
	}
	return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** What the system says of a broken connection; the driver passes it on as it is where a write meets it. */
const BROKEN_CONNECTION: ReadonlySet<unknown> = new Set([
	"ECONNRESET",
	"EPIPE",
	"ECONNREFUSED",
	"ECONNABORTED",
	"ETIMEDOUT",
	"EHOSTUNREACH",
	"ENETUNREACH",
]);

function isOutage(error: unknown): boolean {
	return (
		(error instanceof Error && "syscall" in error && "code" in error && BROKEN_CONNECTION.has(error.code)) ||
		error instanceof mongo.MongoNetworkError ||
		error instanceof mongo.MongoServerSelectionError ||
		error instanceof mongo.MongoNotConnectedError ||
		error instanceof mongo.MongoTopologyClosedError ||
		error instanceof mongo.MongoExpiredSessionError ||
		error instanceof MongooseErrors.MongooseServerSelectionError ||
		// Raised by mongoose itself when a command is given while it is not connected.
		(error instanceof MongooseErrors && /initial connection|not connected|buffer/i.test(error.message)) ||
		(error instanceof mongo.MongoError && error.hasErrorLabel("RetryableWriteError"))
	);
}

/** Names a loss of the database `store_unavailable`; every other error passes through as it is. */
export function asStoreError(error: unknown): unknown {
	if (!isOutage(error)) return error;
	const reason = error instanceof Error ? error.message : String(error);
	return new VinspectError(
		"store_unavailable",
		`The database does not answer (${reason}). Check that MongoDB runs and MONGODB_URI names it.`,
		[],
		{ cause: error },
	);
}

/** A repository whose every method rejects with `store_unavailable` when the database is gone. */
export function namingOutages<Repository extends object>(repository: Repository): Repository {
	return new Proxy(repository, {
		get(target, name, receiver) {
			const member: unknown = Reflect.get(target, name, receiver);
			if (typeof member !== "function") return member;
			return async (...args: unknown[]): Promise<unknown> => {
				try {
					return await member.apply(target, args);
				} catch (error) {
					throw asStoreError(error);
				}
			};
		},
	});
}

/** Writes unless a newer version stands, in one atomic step; repeating it changes nothing. */
export async function unlessNewer(write: () => Promise<unknown>): Promise<void> {
	try {
		await write();
	} catch (error) {
		if (!isDuplicateKey(error)) throw error; // the upsert met the newer document
	}
}
