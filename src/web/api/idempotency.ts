import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { VinspectError } from "../../domain/errors.js";
import type { IdempotentAnswers } from "../../persistence/store.js";
import type { Identity, RequestContext } from "../request-context.js";

export interface KeptReply {
	readonly status: number;
	readonly body: unknown;
	readonly replayed: boolean;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** The request's Idempotency-Key, or null. Errors: `request_invalid`. */
export function idempotencyKeyOf(header: string | undefined): string | null {
	if (header === undefined) return null;
	if (KEY.test(header)) return header;
	const message = "expected 1 to 200 printable ASCII characters without spaces";
	throw new VinspectError("request_invalid", "The Idempotency-Key is not as described: see errors.", [
		{ path: "header.Idempotency-Key", message },
	]);
}

function digest(value: unknown): string {
	return createHash("sha256")
		.update(canonicalize(value) ?? "")
		.digest("hex");
}

/** Name of a request that holds wherever it is repeated; undefined where the client gave none. */
export function requestIdOf(header: string | undefined, actor: Identity): string | undefined {
	const key = idempotencyKeyOf(header);
	return key === null ? undefined : digest([actor.name, key]);
}

/**
 * Answers a repeated request with what the first was answered (after the IETF draft "The Idempotency-Key HTTP
 * Header Field"). A key counts per actor and operation. A request that failed changed nothing and may be
 * repeated, so failures are not kept. Errors: `idempotency_mismatch`, `idempotency_in_progress`, and what
 * `work` throws.
 */
export async function answerOnce(
	answers: IdempotentAnswers,
	scope: {
		readonly key: string;
		readonly actor: Identity;
		readonly operationId: string;
		readonly input: unknown;
	},
	context: RequestContext,
	work: () => Promise<{ readonly status: number; readonly body: unknown }>,
): Promise<KeptReply> {
	const key = digest([scope.actor.name, scope.operationId, scope.key]);
	const requestHash = digest(scope.input);
	const kept = await answers.begin(key, requestHash);
	if (kept !== "begun") {
		if (kept.requestHash !== requestHash) {
			throw new VinspectError(
				"idempotency_mismatch",
				"Another request was sent with this Idempotency-Key within a day; choose a new one.",
			);
		}
		if (kept.answer === null) {
			throw new VinspectError(
				"idempotency_in_progress",
				"The first request with this Idempotency-Key is still being answered; repeat it shortly.",
			);
		}
		return { ...kept.answer, replayed: true };
	}
	let reply: { readonly status: number; readonly body: unknown };
	try {
		reply = await work();
	} catch (error) {
		await answers.abandon(key).catch((cause: unknown) => {
			context.logger.warn({ err: cause }, "an Idempotency-Key could not be given back");
		});
		throw error;
	}
	// the work is done: that its answer can't be kept must not make the caller believe it failed
	await answers.finish(key, reply.status, reply.body).catch((cause: unknown) => {
		context.logger.warn({ err: cause }, "an answer could not be kept under its Idempotency-Key");
	});
	return { ...reply, replayed: false };
}
