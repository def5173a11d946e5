import type { Request } from "express";

export const SESSION_COOKIE = "vinspect_session";
export const CSRF_COOKIE = "vinspect_csrf";

/** One cookie's value as sent, or null. Our own values need no decoding: they are base64url. */
export function cookieOf(request: Request, name: string): string | null {
	for (const pair of (request.headers.cookie ?? "").split(";")) {
		const at = pair.indexOf("=");
		if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
	}
	return null;
}
