import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { auditDraft } from "../../audit/draft.js";
import { VinspectError } from "../../domain/errors.js";
import type { Account } from "../../persistence/store.js";
import { nowOf, type WebDeps } from "../deps.js";
import { contextOf, type Identity } from "../request-context.js";
import { CSRF_COOKIE, cookieOf, SESSION_COOKIE } from "./cookies.js";
import { hashToken, newSessionToken, verifyPassword } from "./secrets.js";
import { SignInThrottle } from "./throttle.js";

const SESSION_MS = 12 * 60 * 60_000;

function identityFrom(account: Account, via: Identity["via"]): Identity {
	return { name: account.name, role: account.role, displayName: account.displayName, via };
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

async function sessionIdentity(deps: WebDeps, token: string): Promise<Identity | null> {
	const session = await deps.store.sessions.get(hashToken(token));
	if (!session || session.expiresAt <= nowOf(deps)) return null;
	const account = await deps.store.accounts.get(session.account);
	return account && !account.disabled ? identityFrom(account, "session") : null;
}

async function keyIdentity(deps: WebDeps, key: string): Promise<Identity | null> {
	const account = await deps.store.accounts.bySecretHash(hashToken(key));
	return account && !account.disabled ? identityFrom(account, "key") : null;
}

/** Finds out who asks: a Bearer key before a session cookie. Refuses nobody; that is the route table's task. */
export function authenticate(deps: WebDeps): RequestHandler {
	return async (request, _response, next) => {
		const context = contextOf(request);
		const key = /^Bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
		if (key !== undefined) {
			context.identity = await keyIdentity(deps, key);
		} else {
			const token = cookieOf(request, SESSION_COOKIE);
			if (token) {
				context.identity = await sessionIdentity(deps, token);
				if (context.identity) context.sessionToken = token;
			}
		}
		next();
	};
}

/** One per application: pages and API count wrong passwords together. */
const throttles = new WeakMap<WebDeps, SignInThrottle>();

function throttleOf(deps: WebDeps): SignInThrottle {
	const throttle = throttles.get(deps) ?? new SignInThrottle();
	throttles.set(deps, throttle);
	return throttle;
}

/**
 * Tells the audit chain of a refused sign-in. A name that no account has is not written down: people type passwords
 * into the wrong field.
 */
async function noteRefusedSignIn(deps: WebDeps, request: Request, account: Account | null): Promise<void> {
	const why = account === null ? "unknown name" : account.disabled ? "account disabled" : "wrong password";
	const detail = { address: request.ip ?? "" };
	const subject = account?.name ?? "unknown";
	await deps.audit.append([
		auditDraft({ name: "nobody", role: "public" }, "sign_in_refused", subject, { why, detail }),
	]);
}

/** Signs a person in and sets the session's cookies. Errors: `unauthenticated`, `too_many_requests`. */
export async function signIn(
	deps: WebDeps,
	request: Request,
	response: Response,
	credentials: { readonly name: string; readonly password: string },
): Promise<{ readonly identity: Identity; readonly csrfToken: string }> {
	const now = nowOf(deps);
	const throttle = throttleOf(deps);
	const key = `${credentials.name}\n${request.ip ?? ""}`;
	const wait = throttle.waitFor(key, now.getTime());
	if (wait > 0) {
		const seconds = Math.ceil(wait / 1000);
		response.setHeader("Retry-After", String(seconds));
		throw new VinspectError("too_many_requests", `Too many wrong passwords; wait ${seconds} s.`);
	}
	// counted before the hash is checked, so that parallel guesses don't slip past the limit together
	throttle.failed(key, now.getTime());
	const account = await deps.store.accounts.get(credentials.name);
	const right = await verifyPassword(account?.secretHash ?? null, credentials.password);
	if (!account || !right || account.disabled) {
		await noteRefusedSignIn(deps, request, account);
		throw new VinspectError("unauthenticated", "Name or password is wrong.");
	}
	throttle.succeeded(key);

	const token = newSessionToken();
	const expiresAt = new Date(now.getTime() + SESSION_MS);
	await deps.store.sessions.create({ tokenHash: hashToken(token), account: account.name, expiresAt });
	const cookie = { sameSite: "lax", secure: deps.secureCookies, path: "/", maxAge: SESSION_MS } as const;
	response.cookie(SESSION_COOKIE, token, { ...cookie, httpOnly: true });
	const csrfToken = csrfTokenFor(token);
	response.cookie(CSRF_COOKIE, csrfToken, cookie);
	return { identity: identityFrom(account, "session"), csrfToken };
}

/** Ends this request's session. */
export async function signOut(deps: WebDeps, request: Request, response: Response): Promise<void> {
	const { sessionToken } = contextOf(request);
	if (sessionToken !== null) await deps.store.sessions.delete(hashToken(sessionToken));
	const cookie = { sameSite: "lax", secure: deps.secureCookies, path: "/" } as const;
	response.clearCookie(SESSION_COOKIE, { ...cookie, httpOnly: true });
	response.clearCookie(CSRF_COOKIE, cookie);
}
