import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { VinspectError } from "../../domain/errors.js";
import { nowOf, type WebDeps } from "../deps.js";
import type { Identity } from "../request-context.js";
import { tellAccess } from "./access-events.js";
import { takeAttempt } from "./attempts.js";
import { cookieName, cookieOf, cookieOptions, DEVICE_COOKIE } from "./cookies.js";
import { accessOf } from "./policy.js";
import { takeSignIn } from "./rate-limit.js";
import { hashToken, verifyPassword } from "./secrets.js";
import { openSession } from "./sessions.js";

/** How long a browser is known that somebody signed in from. */
const DEVICE_MS = 180 * 24 * 60 * 60_000;

/** What wrong passwords are counted under, for a name as strangers try it. */
export const strangersKey = (name: string): string => `name:${name}`;

/**
 * A browser this person signed in from before has a count of its own: strangers who guess make each other wait, and
 * lock nobody out of the place where they work. After the OWASP Authentication Cheat Sheet and "Slow Down Online
 * Guessing Attacks with Device Cookies".
 */
async function attemptKey(deps: WebDeps, request: Request, name: string): Promise<string> {
	const device = cookieOf(request, cookieName(deps.secureCookies, DEVICE_COOKIE));
	const known = device !== null && (await deps.store.signInAttempts.deviceOf(hashToken(device))) === name;
	return known ? `device:${hashToken(device)}` : strangersKey(name);
}

async function knowDevice(deps: WebDeps, response: Response, name: string): Promise<void> {
	const token = randomBytes(32).toString("base64url");
	const expiresAt = new Date(nowOf(deps).getTime() + DEVICE_MS);
	await deps.store.signInAttempts.keepDevice(hashToken(token), name, expiresAt);
	const options = { ...cookieOptions(deps.secureCookies, DEVICE_MS), httpOnly: true };
	response.cookie(cookieName(deps.secureCookies, DEVICE_COOKIE), token, options);
}

/**
 * Signs a person in by password and sets the session's cookies. Errors: `unauthenticated` whatever of it was wrong;
 * `too_many_requests`; `forbidden` where only single sign-on lets in.
 */
export async function signIn(
	deps: WebDeps,
	request: Request,
	response: Response,
	{ name, password }: { readonly name: string; readonly password: string },
): Promise<{ readonly identity: Identity; readonly csrfToken: string }> {
	if (!accessOf(deps).localSignIn) {
		throw new VinspectError("forbidden", "Passwords are turned off here; use single sign-on.");
	}
	const address = request.ip ?? "";
	await takeSignIn(deps, address);
	const key = await attemptKey(deps, request, name);
	await takeAttempt(deps.store.signInAttempts, key, nowOf(deps));
	const account = await deps.store.accounts.get(name);
	const right = await verifyPassword(account?.secretHash ?? null, password);
	if (!account || !right || account.disabled) {
		const why = !account ? "no such account" : !right ? "wrong password" : "disabled";
		await tellAccess(deps, {
			action: "sign_in_refused",
			subject: account?.name ?? null,
			by: null,
			why,
			address,
		});
		throw new VinspectError("unauthenticated", "Name or password is wrong.");
	}
	await deps.store.signInAttempts.forget(key);
	if (key === strangersKey(name)) await knowDevice(deps, response, name);
	return openSession(deps, request, response, account, "password");
}
