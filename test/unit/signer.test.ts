import "reflect-metadata";
import { execFile } from "node:child_process";
import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { X509Crl } from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasLowS } from "../../src/signing/ecdsa.js";
import { openSigner } from "../../src/signing/signer.js";

const run = promisify(execFile);
const hasOpenssl = await run("openssl", ["version"]).then(
	() => true,
	() => false,
);

let base: string;
let keys: string;

beforeAll(async () => {
	base = await mkdtemp(join(tmpdir(), "vinspect-signer-"));
	keys = join(base, "keys");
	await openSigner({ folder: keys, plant: "north" });
});
afterAll(() => rm(base, { recursive: true, force: true }));

const unavailable = (reason: RegExp) => ({
	code: "signing_key_unavailable",
	message: expect.stringMatching(reason),
});

describe("the plant's own signer", () => {
	it("is made once, and opened again after that", async () => {
		const first = await openSigner({ folder: keys, plant: "north" });
		const second = await openSigner({ folder: keys, plant: "north" });
		expect(first.name).toBe("Inspector north");
		expect(second.certificates).toEqual(first.certificates);
		expect(first.certificates).toHaveLength(2);
	});

	it("signs what its certificate verifies", async () => {
		const signer = await openSigner({ folder: keys, plant: "north" });
		const data = Buffer.from("a record");
		const signature = await signer.sign(data);
		const [own] = signer.certificates;
		if (!own) throw new Error("a signer has a certificate");
		const key = createPublicKey(new X509Certificate(own).publicKey.export({ format: "pem", type: "spki" }));
		expect(hasLowS(signature)).toBe(true);
		expect(verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
	});

	it("keeps its keys to its own account", async () => {
		for (const name of ["plant-ca.key", "signer.key"])
			expect((await stat(join(keys, name))).mode & 0o777).toBe(0o600);
		expect((await stat(keys)).mode & 0o777).toBe(0o700);
	});

	it("has a current revocation list of its authority", async () => {
		const crl = new X509Crl(await readFile(join(keys, "plant-ca.crl")));
		const authority = new X509Certificate(await readFile(join(keys, "plant-ca.pem")));
		expect(crl.nextUpdate?.getTime()).toBeGreaterThan(Date.now());
		const publicKey = await crypto.subtle.importKey(
			"spki",
			new Uint8Array(authority.publicKey.export({ format: "der", type: "spki" })),
			{ name: "ECDSA", namedCurve: "P-256" },
			true,
			["verify"],
		);
		expect(await crl.verify({ publicKey })).toBe(true);
	});

	it("renews a revocation list that runs out", async () => {
		const folder = join(base, "renewed");
		await cp(keys, folder, { recursive: true });
		const before = new X509Crl(await readFile(join(folder, "plant-ca.crl")));
		await openSigner({ folder, plant: "north" }, () => new Date(Date.now() + 300 * 24 * 3600 * 1000));
		const after = new X509Crl(await readFile(join(folder, "plant-ca.crl")));
		expect(after.nextUpdate?.getTime()).toBeGreaterThan(before.nextUpdate?.getTime() ?? 0);
	});

	it("is refused when its certificate has run out, saying how to mend it", async () => {
		const later = () => new Date(Date.now() + 6 * 365 * 24 * 3600 * 1000);
		await expect(openSigner({ folder: keys, plant: "north" }, later)).rejects.toMatchObject({
			code: "signing_key_expired",
			message: expect.stringMatching(/valid from .* make a new one: vinspect keys rotate/s),
		});
	});

	it("is refused when key and certificate don't belong together", async () => {
		const mixed = join(base, "mixed");
		const other = join(base, "other");
		await openSigner({ folder: mixed, plant: "north" });
		await openSigner({ folder: other, plant: "north" });
		await cp(join(other, "signer.key"), join(mixed, "signer.key"));
		await expect(openSigner({ folder: mixed, plant: "north" })).rejects.toMatchObject(
			unavailable(/belongs to another key/),
		);
	});

	it("is refused when its file is no key", async () => {
		const broken = join(base, "broken");
		await cp(keys, broken, { recursive: true });
		await writeFile(join(broken, "signer.key"), "not a key");
		await expect(openSigner({ folder: broken, plant: "north" })).rejects.toMatchObject(
			unavailable(/can't be opened/),
		);
	});
});

describe("a signer from PEM files", () => {
	const pem = (key: string, certificates: string) => ({
		key: join(keys, key),
		certificates: join(keys, certificates),
	});

	it("opens with a certificate and its key", async () => {
		expect((await openSigner(pem("signer.key", "signer.pem"))).certificates).toHaveLength(1);
	});

	it("is refused when the certificate is not made for signing documents", async () => {
		await expect(openSigner(pem("plant-ca.key", "plant-ca.pem"))).rejects.toMatchObject(
			unavailable(/digitalSignature is missing/),
		);
	});

	it("is refused when a file is missing", async () => {
		await expect(openSigner(pem("signer.key", "nothing.pem"))).rejects.toMatchObject(unavailable(/ENOENT/));
	});

	it("is refused when the chain is in the wrong order", async () => {
		const chain = join(base, "chain.pem");
		const own = await readFile(join(keys, "signer.pem"), "utf8");
		await writeFile(chain, `${own}\n${own}`);
		await expect(openSigner({ key: join(keys, "signer.key"), certificates: chain })).rejects.toMatchObject(
			unavailable(/did not issue/),
		);
	});
});

describe.skipIf(!hasOpenssl)("a signer from PKCS#12 (made with openssl)", () => {
	const p12 = () => join(base, "signer.p12");

	beforeAll(() =>
		run("openssl", [
			"pkcs12",
			"-export",
			"-inkey",
			join(keys, "signer.key"),
			"-in",
			join(keys, "signer.pem"),
			"-certfile",
			join(keys, "plant-ca.pem"),
			"-passout",
			"pass:se cret é",
			"-out",
			p12(),
		]),
	);

	it("opens with its passphrase, chain in order", async () => {
		const own = await openSigner({ folder: keys, plant: "north" });
		const signer = await openSigner({ p12: p12(), passphrase: "se cret é" });
		expect(signer.certificates).toEqual(own.certificates);
	});

	it("is refused with another passphrase", async () => {
		await expect(openSigner({ p12: p12(), passphrase: "wrong" })).rejects.toMatchObject(
			unavailable(/can't be opened.*passphrase/),
		);
	});

	it("is refused where the key is RSA", async () => {
		const key = join(base, "rsa.key");
		const certificate = join(base, "rsa.pem");
		await run("openssl", [
			"req",
			"-x509",
			"-newkey",
			"rsa:2048",
			"-nodes",
			"-days",
			"10",
			"-subj",
			"/CN=rsa",
			"-keyout",
			key,
			"-out",
			certificate,
		]);
		await expect(openSigner({ key, certificates: certificate })).rejects.toMatchObject(
			unavailable(/no ECDSA key on P-256/),
		);
	});
});
