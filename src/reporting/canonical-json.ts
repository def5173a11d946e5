import canonicalize from "canonicalize";

/** The value as canonical JSON (RFC 8785), UTF-8: equal values give equal bytes. Throws on what JSON cannot say (NaN, Infinity). */
export function canonicalBytes(value: unknown): Buffer {
	const text = canonicalize(value);
	if (text === undefined) throw new TypeError("there is no JSON for this value");
	return Buffer.from(text, "utf8");
}

/** RFC 8785 has no form for half of a surrogate pair; what a broken source sends becomes U+FFFD, visibly. */
export function wellFormed(value: unknown): unknown {
	if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
	if (Array.isArray(value)) return value.map(wellFormed);
	if (value !== null && typeof value === "object")
		return Object.fromEntries(
			Object.entries(value).map(([key, held]) => [wellFormed(key), wellFormed(held)]),
		);
	return value;
}
