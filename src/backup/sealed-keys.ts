import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { VinspectError } from "../domain/errors.js";

/** scrypt (RFC 7914) as OWASP's password storage cheat sheet asks for: N = 2^17, r = 8, p = 1. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
const SCRYPT_MEMORY = 256 * 1024 * 1024;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** NIST SP 800-38D: 96 bits, never used twice with one key; the key is of a salt of its own each time. */
const IV_BYTES = 12;
const CIPHER = "aes-256-gcm";

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const Sealed = z.strictObject({
	cipher: z.literal(CIPHER),
	scrypt: z.strictObject({ N: z.literal(SCRYPT.N), r: z.literal(SCRYPT.r), p: z.literal(SCRYPT.p) }),
	salt: base64,
	iv: base64,
	tag: base64,
	data: base64,
});
/** A file of the folder, or of a folder in it, such as that of the retired; never one above. */
const NAME = /^([A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
const Files = z.record(z.string().regex(NAME), base64);

function keyFrom(passphrase: string, salt: Uint8Array): Buffer {
	return scryptSync(passphrase.normalize("NFKC"), salt, KEY_BYTES, { ...SCRYPT, maxmem: SCRYPT_MEMORY });
}

/** The files of the folder of keys, encrypted and authenticated with a passphrase (AES-256-GCM). */
export async function sealKeys(folder: string, passphrase: string): Promise<Buffer> {
	const files: Record<string, string> = {};
	for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		files[relative(folder, path)] = (await readFile(path)).toString("base64");
	}
	const [salt, iv] = [randomBytes(SALT_BYTES), randomBytes(IV_BYTES)];
	const cipher = createCipheriv(CIPHER, keyFrom(passphrase, salt), iv);
	const data = Buffer.concat([cipher.update(JSON.stringify(files)), cipher.final()]);
	const sealed: z.infer<typeof Sealed> = {
		cipher: CIPHER,
		scrypt: SCRYPT,
		salt: salt.toString("base64"),
		iv: iv.toString("base64"),
		tag: cipher.getAuthTag().toString("base64"),
		data: data.toString("base64"),
	};
	return Buffer.from(JSON.stringify(sealed));
}

/** The files by name. Errors: `backup_invalid` for another passphrase or changed bytes, which look the same. */
export function openKeys(sealed: Uint8Array, passphrase: string): ReadonlyMap<string, Buffer> {
	try {
		const { salt, iv, tag, data } = Sealed.parse(JSON.parse(Buffer.from(sealed).toString("utf8")));
		const key = keyFrom(passphrase, Buffer.from(salt, "base64"));
		const cipher = createDecipheriv(CIPHER, key, Buffer.from(iv, "base64"), { authTagLength: 16 });
		cipher.setAuthTag(Buffer.from(tag, "base64"));
		const plain = Buffer.concat([cipher.update(Buffer.from(data, "base64")), cipher.final()]);
		const files = Files.parse(JSON.parse(plain.toString("utf8")));
		return new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content, "base64")]));
	} catch (cause) {
		throw new VinspectError(
			"backup_invalid",
			"The keys in the backup can't be opened: BACKUP_PASSPHRASE is not the one they were encrypted with, or they were changed.",
			[],
			{ cause },
		);
	}
}

/** Writes keys into a folder for their owner alone. */
export async function writeKeys(folder: string, keys: ReadonlyMap<string, Buffer>): Promise<void> {
	for (const [name, content] of keys) {
		const path = join(folder, name);
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		await writeFile(path, content, { mode: 0o600, flag: "wx" });
	}
}
