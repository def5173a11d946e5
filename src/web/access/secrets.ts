import { createHash, randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** The library's default variant is Argon2id; cost by the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Argon2id hash of a password, with its salt and parameters in PHC form. */
export function hashPassword(password: string): Promise<string> {
	return hash(password, ARGON2);
}

let decoy: Promise<string> | null = null;

/**
 * Whether the password is the one that was hashed. Takes as long where there is no account (`null`), so that
 * the time of the answer does not tell which names exist.
 */
export async function verifyPassword(secretHash: string | null, password: string): Promise<boolean> {
	if (secretHash?.startsWith("$argon2id$")) return verify(secretHash, password);
	decoy ??= hashPassword(randomBytes(16).toString("hex"));
	await verify(await decoy, password);
	return false;
}

/** SHA-256, hex: enough for secrets of 256 random bits, which nobody can guess. */
export function hashToken(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}

export function newSessionToken(): string {
	return randomBytes(32).toString("base64url");
}

/** A key for a station's Bearer header. The prefix lets secret scanners find leaked ones. */
export function newStationKey(): string {
	return `vsk_${randomBytes(32).toString("base64url")}`;
}
