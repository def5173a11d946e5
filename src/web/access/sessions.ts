import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { VinspectError } from "../../domain/errors.js";
import type { Account, Session } from "../../persistence/store.js";
import { nowOf, type WebDeps } from "../deps.js";
import { contextOf, type Identity } from "../request-context.js";
import { tellAccess } from "./access-events.js";
import { CSRF_COOKIE, cookieName, cookieOf, cookieOptions, SESSION_COOKIE } from "./cookies.js";
import { accessOf } from "./policy.js";
import { hashToken, newSessionToken } from "./secrets.js";

/** How exactly it is known when a session or key was last used: each use is no write. */
const NOTED_EVERY_MS = 60_000;
const LONGEST_AGENT = 200;
const MOST_NOTED_KEYS = 10_000;

function identityFrom(account: Account, via: Identity["via"]): Identity {
	const { name, role, displayName } = account;
	const mustChange = via === "session" && account.mustChangePassword === true;
	return { name, role, displayName, via, ...(mustChange ? { mustChangePassword: true } : {}) };
}

/** The token that cookie-authenticated writes repeat in `X-CSRF-Token`; bound to the session, so it can't be planted. */
function csrfTokenFor(sessionToken: string): string {
	return createHash("sha256").update(`vinspect-csrf:${sessionToken}`).digest("base64url");
}

/** The CSRF token of this request's session, for pages' forms; null without a session. */
export function csrfTokenOf(request: Request): string | null {
	const { sessionToken } = contextOf(request);
	return sessionToken === null ? null : csrfTokenFor(sessionToken);
}

/**
 * Refuses a cookie-authenticated write whose CSRF token is not its session's (double submit). A key in the
 * Authorization header is sent by no browser by itself and needs none.
 */
export function checkCsrf(request: Request, given: string | undefined = request.get("x-csrf-token")): void {
	const expected = csrfTokenOf(request);
	if (expected === null) return;
	const a = Buffer.from(expected);
	const b = Buffer.from(given ?? "");
	if (a.length !== b.length || !timingSafeEqual(a, b)) {
		throw new VinspectError(
			"forbidden",
			`Send the value of the cookie ${CSRF_COOKIE} in the header X-CSRF-Token with every write.`,
		);
	}
}

/**
 * Refuses writes that a browser says another site caused (Fetch Metadata), the sign-in form's too, which has no
 * session to hold a token. Whoever sends no such header is no browser and has no cookies that could be misused.
 */
export const refuseOtherSites: RequestHandler = (request, _response, next) => {
	const site = request.get("sec-fetch-site");
	const reads = request.method === "GET" || request.method === "HEAD";
	if (reads || site === undefined || site === "same-origin" || site === "none") next();
	else next(new VinspectError("forbidden", "This request was sent by a page of another site."));
};

/** When a session ends if nobody does anything from now on. */
export function endOf(deps: WebDeps, session: Session): Date {
	const idle = (session.seenAt ?? session.createdAt ?? nowOf(deps)).getTime() + accessOf(deps).idleMs;
	return new Date(Math.min(idle, session.expiresAt.getTime()));
}

/** What a page asks for by itself keeps no session alive: its regular looks, and its live events. */
function isPersonsDoing(request: Request): boolean {
	if (request.method !== "GET") return true;
	return request.get("hx-request") !== "true" && request.get("accept") !== "text/event-stream";
}

async function sessionIdentity(deps: WebDeps, token: string, request: Request): Promise<Identity | null> {
	const tokenHash = hashToken(token);
	const session = await deps.store.sessions.get(tokenHash);
	const now = nowOf(deps);
	if (!session || endOf(deps, session) <= now) return null;
	const account = await deps.store.accounts.get(session.account);
	if (!account || account.disabled) return null;
	const noted = session.seenAt ?? session.createdAt;
	if (isPersonsDoing(request) && now.getTime() - (noted?.getTime() ?? 0) >= NOTED_EVERY_MS) {
		await deps.store.sessions.seen(tokenHash, now);
	}
	return identityFrom(account, "session");
}

/** Hashes of keys by when their use was last noted. */
const keysNoted = new Map<string, number>();

async function keyIdentity(deps: WebDeps, key: string): Promise<Identity | null> {
	const secretHash = hashToken(key);
	const account = await deps.store.accounts.bySecretHash(secretHash);
	if (!account || account.disabled) return null;
	const now = nowOf(deps);
	if (now.getTime() - (keysNoted.get(secretHash) ?? 0) >= NOTED_EVERY_MS) {
		if (keysNoted.size >= MOST_NOTED_KEYS) keysNoted.clear();
		keysNoted.set(secretHash, now.getTime());
		// whoever sends a capture is not kept waiting for what only a page shows
		deps.store.accounts.keyUsed(secretHash, now).catch((error: unknown) => {
			keysNoted.delete(secretHash);
			deps.logger.warn({ err: error, by: account.name }, "the use of a key could not be noted");
		});
	}
	return identityFrom(account, "key");
}

/** Who asks, as things stand now: a Bearer key before a session cookie. */
async function whoAsks(
	deps: WebDeps,
	request: Request,
): Promise<{ readonly identity: Identity | null; readonly sessionToken: string | null }> {
	const key = /^Bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
	if (key !== undefined) return { identity: await keyIdentity(deps, key), sessionToken: null };
	const token = cookieOf(request, cookieName(deps.secureCookies, SESSION_COOKIE));
	const identity = token ? await sessionIdentity(deps, token, request) : null;
	return { identity, sessionToken: identity ? token : null };
}

/** Finds out who asks. Refuses nobody; that is the task of the tables of routes. */
export function authenticate(deps: WebDeps): RequestHandler {
	return async (request, _response, next) => {
		Object.assign(contextOf(request), await whoAsks(deps, request));
		next();
	};
}

/** Whether who asked once still may, for answers that stay open: not after a session ended or a key was revoked. */
export async function stillLetIn(deps: WebDeps, request: Request): Promise<boolean> {
	const before = contextOf(request).identity;
	const { identity } = await whoAsks(deps, request);
	return identity !== null && identity.name === before?.name && identity.role === before.role;
}

/** Opens a session under a fresh token and ends the one the browser came with, so that none can be fixed beforehand. */
export async function openSession(
	deps: WebDeps,
	request: Request,
	response: Response,
	account: Account,
	how: "password" | "single sign-on",
): Promise<{ readonly identity: Identity; readonly csrfToken: string }> {
	const now = nowOf(deps);
	const { sessionMs } = accessOf(deps);
	const before = contextOf(request).sessionToken;
	if (before !== null) await deps.store.sessions.delete(hashToken(before));
	const token = newSessionToken();
	const address = request.ip ?? "";
	await deps.store.sessions.create({
		tokenHash: hashToken(token),
		account: account.name,
		expiresAt: new Date(now.getTime() + sessionMs),
		createdAt: now,
		seenAt: now,
		address,
		agent: (request.get("user-agent") ?? "").slice(0, LONGEST_AGENT),
	});
	const options = cookieOptions(deps.secureCookies, sessionMs);
	response.cookie(cookieName(deps.secureCookies, SESSION_COOKIE), token, { ...options, httpOnly: true });
	const csrfToken = csrfTokenFor(token);
	response.cookie(cookieName(deps.secureCookies, CSRF_COOKIE), csrfToken, options);
	await tellAccess(deps, { action: "signed_in", subject: account.name, by: account.name, why: how, address });
	return { identity: identityFrom(account, "session"), csrfToken };
}

/** Ends this request's session. */
export async function signOut(deps: WebDeps, request: Request, response: Response): Promise<void> {
	const { sessionToken, identity } = contextOf(request);
	if (sessionToken !== null) {
		await deps.store.sessions.delete(hashToken(sessionToken));
		const who = identity?.name ?? null;
		await tellAccess(deps, { action: "signed_out", subject: who, by: who });
	}
	const options = cookieOptions(deps.secureCookies);
	response.clearCookie(cookieName(deps.secureCookies, SESSION_COOKIE), { ...options, httpOnly: true });
	response.clearCookie(cookieName(deps.secureCookies, CSRF_COOKIE), options);
}
