import type { CookieOptions, Request } from "express";

export const SESSION_COOKIE = "vinspect_session";
export const CSRF_COOKIE = "vinspect_csrf";
/** Tells a browser somebody has signed in from before; lets nobody in. */
export const DEVICE_COOKIE = "vinspect_device";
/** What a single sign-on that was begun must come back with. */
export const SINGLE_SIGN_ON_COOKIE = "vinspect_sso";

/**
 * A cookie's name as it is sent. Over HTTPS it carries the prefix `__Host-`, which browsers take only from this very
 * host, for every path, secure (RFC 6265bis section 4.1.3): no neighbour in the domain can plant one.
 */
export function cookieName(secure: boolean, name: string): string {
	return secure ? `__Host-${name}` : name;
}

/** What our own cookies have in common. `Lax`, for whoever follows a link to an exception is to be signed in. */
export function cookieOptions(secure: boolean, maxAge?: number): CookieOptions {
	return { sameSite: "lax", secure, path: "/", ...(maxAge === undefined ? {} : { maxAge }) };
}

/** One cookie's value as sent, or null. Our own values need no decoding: they are base64url. */
export function cookieOf(request: Request, name: string): string | null {
	for (const pair of (request.headers.cookie ?? "").split(";")) {
		const at = pair.indexOf("=");
		if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
	}
	return null;
}
