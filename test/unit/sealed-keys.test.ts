import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openKeys, sealKeys, writeKeys } from "../../src/backup/sealed-keys.js";

const PASSPHRASE = "correct horse battery staple";
let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-keys-"));
	await mkdir(join(folder, "keys", "retired"), { recursive: true });
	await writeFile(join(folder, "keys", "signer.key"), "secret of the signer");
	await writeFile(join(folder, "keys", "retired", "signer-1.pem"), "an older certificate");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keys come back as they were, retired ones too, for their owner alone", async () => {
	const sealed = await sealKeys(join(folder, "keys"), PASSPHRASE);
	expect(sealed.toString()).not.toContain(Buffer.from("secret of the signer").toString("base64"));
	await writeKeys(join(folder, "back"), openKeys(sealed, PASSPHRASE));
	expect((await readdir(join(folder, "back"))).sort()).toEqual(["retired", "signer.key"]);
	expect(await readFile(join(folder, "back", "retired", "signer-1.pem"), "utf8")).toBe(
		"an older certificate",
	);
	expect((await stat(join(folder, "back", "signer.key"))).mode & 0o077).toBe(0);
	expect((await stat(join(folder, "back"))).mode & 0o077).toBe(0);
});

it("another passphrase, or a changed byte anywhere, opens nothing", async () => {
	const sealed = await sealKeys(join(folder, "keys"), PASSPHRASE);
	const refused = expect.objectContaining({ code: "backup_invalid" });
	expect(() => openKeys(sealed, `${PASSPHRASE}!`)).toThrow(refused);
	const { data, ...rest } = JSON.parse(sealed.toString()) as { data: string; tag: string };
	const bytes = Buffer.from(data, "base64");
	bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3);
	const changed = Buffer.from(JSON.stringify({ ...rest, data: bytes.toString("base64") }));
	expect(() => openKeys(changed, PASSPHRASE)).toThrow(refused);
	expect(() => openKeys(Buffer.from("{}"), PASSPHRASE)).toThrow(refused);
});
