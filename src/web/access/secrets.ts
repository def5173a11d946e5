import { createHash, randomBytes, randomInt } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** The library's default variant is Argon2id; cost by the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * Argon2id hash of a password, with its salt and parameters in PHC form. However a keyboard composes a character, it
 * is the same one: NFC, as NIST SP 800-63B-4 section 3.1.1.2 has it.
 */
export function hashPassword(password: string): Promise<string> {
	return hash(password.normalize("NFC"), ARGON2);
}

let decoy: Promise<string> | null = null;

/**
 * Whether the password is the one that was hashed. Takes as long where there is no account (`null`), so that
 * the time of the answer does not tell which names exist.
 */
export async function verifyPassword(secretHash: string | null, password: string): Promise<boolean> {
	if (secretHash?.startsWith("$argon2id$")) return verify(secretHash, password.normalize("NFC"));
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

/** Letters and digits that nobody takes for one another; 20 of 31 are 99 bits. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** A password to be handed over on paper or screen, and changed by whoever gets it. */
export function newPassword(): string {
	const group = () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
	return [group(), group(), group(), group()].join("-");
}

/** A key for a station's Bearer header. The prefix lets secret scanners find leaked ones. */
export function newStationKey(): string {
	return `vsk_${randomBytes(32).toString("base64url")}`;
}
