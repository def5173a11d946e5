import canonicalize from "canonicalize";

/** The value as canonical JSON (RFC 8785), UTF-8: equal values give equal bytes. Throws on what JSON cannot say (NaN, Infinity). */
export function canonicalBytes(value: unknown): Buffer {
	const text = canonicalize(value);
	if (text === undefined) throw new TypeError("there is no JSON for this value");
	return Buffer.from(text, "utf8");
}
