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

/** Names the request and logs its answer. Bodies, cookies, keys and query values are never logged. */
export function openContext(logger: Logger): RequestHandler {
	return (request, response, next) => {
		const given = request.get("x-request-id");
		const id = given && SAFE_ID.test(given) ? given : randomUUID();
		const context: RequestContext = {
			id,
			logger: logger.child({ requestId: id }),
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
					...(response.writableFinished ? {} : { aborted: true }),
				},
				"answered",
			);
		});
		next();
	};
}
