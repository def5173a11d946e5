import type { Request } from "express";

/** Whether the client has this very representation already (RFC 9110, `If-None-Match`). */
export function unchanged(request: Request, etag: string): boolean {
	const known = request.get("if-none-match");
	if (known === undefined) return false;
	return known.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
