import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "pino";
import type { Role } from "../persistence/store.js";

/** Who a request comes from, proved by a session cookie or a key. */
export interface Identity {
	readonly name: string;
	readonly role: Role;
	readonly displayName: string;
	readonly via: "session" | "key";
	/** Somebody else knows this person's password. */
	readonly mustChangePassword?: boolean;
}

export interface RequestContext {
	/** Answered as `X-Request-Id`, named in problem documents and in the log. */
	readonly id: string;
	readonly logger: Logger;
	identity: Identity | null;
	/** The inspection it is about, for the log. */
	inspectionId: string | null;
	/** The session's secret, where the identity comes from a cookie. */
	sessionToken: string | null;
}

const contexts = new WeakMap<object, RequestContext>();

/** The context `openContext` made for this request. */
export function contextOf(request: Request): RequestContext {
	const context = contexts.get(request);
	if (!context) throw new Error("openContext has not run for this request");
	return context;
}

/** The signed-in person or station behind this request; null for nobody. */
export function identityOf(request: Request): Identity | null {
	return contextOf(request).identity;
}

const SAFE_ID = /^[A-Za-z0-9._-]{8,64}$/;
/** `traceparent` of W3C Trace Context, version 00: its trace id, which is not all zero. */
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Which inspection an address is about: its id, or that of the inspection an exception belongs to. */
export function inspectionIn(path: string): string | null {
	const named =
		/^(?:\/api\/v1)?\/(?:inspections|exceptions)\/([A-Za-z0-9][A-Za-z0-9._-]{0,79})(?:~[^/]*)?(?:\/|$)/;
	const id = named.exec(path)?.[1] ?? null;
	return id === "next" ? null : id;
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

/** Names the request and logs its answer. Bodies, cookies, keys and query values are never logged. */
export function openContext(logger: Logger): RequestHandler {
	return (request, response, next) => {
		const given = request.get("x-request-id");
		const id = given && SAFE_ID.test(given) ? given : randomUUID();
		const traceId = TRACE_PARENT.exec(request.get("traceparent") ?? "")?.[1];
		const inspectionId = inspectionIn(decoded(request.path));
		const context: RequestContext = {
			id,
			logger: logger.child({
				requestId: id,
				...(traceId ? { traceId } : {}),
				...(inspectionId ? { inspectionId } : {}),
			}),
			inspectionId,
			identity: null,
			sessionToken: null,
		};
		contexts.set(request, context);
		response.setHeader("X-Request-Id", id);
		const began = performance.now();
		const path = request.path;
		response.on("close", () => {
			context.logger.info(
				{
					method: request.method,
					path,
					status: response.statusCode,
					ms: Math.round(performance.now() - began),
					by: context.identity?.name,
					// one that a track-in began is not in the address
					...(context.inspectionId === inspectionId ? {} : { inspectionId: context.inspectionId }),
					...(response.writableFinished ? {} : { aborted: true }),
				},
				"answered",
			);
		});
		next();
	};
}
