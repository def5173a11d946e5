import "reflect-metadata";
import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
	AuthorityKeyIdentifierExtension,
	BasicConstraintsExtension,
	KeyUsageFlags,
	KeyUsagesExtension,
	X509Certificate as ParsedCertificate,
	SubjectKeyIdentifierExtension,
	X509CertificateGenerator,
	X509Crl,
	X509CrlGenerator,
} from "@peculiar/x509";
import { VinspectError } from "../domain/errors.js";
import { revokedAt } from "./judge-revocation.js";
import type { KeyMaterial } from "./key-material.js";
import { assertPrivate } from "./key-privacy.js";

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 24 * 3600 * 1000;
const CA_DAYS = 20 * 365;
const SIGNER_DAYS = 5 * 365;
/** A revocation list is renewed at start when less than this is left of its year. */
const CRL_DAYS = 365;
const CRL_MARGIN_DAYS = 90;

/** Names of the authority's files in the folder. */
export const AUTHORITY_FILES = {
	caKey: "plant-ca.key",
	ca: "plant-ca.pem",
	crl: "plant-ca.crl",
};

/** The two who sign a report, each with a key and a certificate of its own. */
export type PlantSigner = "inspector" | "auditor";

/** Names of each signer and of its files. */
export const PLANT_SIGNERS: Readonly<
	Record<PlantSigner, { title: string; key: string; certificate: string }>
> = {
	inspector: { title: "Inspector", key: "signer.key", certificate: "signer.pem" },
	auditor: { title: "Auditor", key: "auditor.key", certificate: "auditor.pem" },
};

/** Common name of a plant's own authority. */
export const authorityNameOf = (plant: string): string => `Plant CA ${plant}`;

/** Common name of a signer whose certificate the plant's own authority issues. */
export const signerNameOf = (who: PlantSigner, plant: string): string =>
	`${PLANT_SIGNERS[who].title} ${plant}`;

/** Whether there is something at this path. */
export async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

/** Whole or not at all: a start that is interrupted leaves no half key. */
export async function writeWhole(path: string, content: string | Uint8Array, mode: number): Promise<void> {
	const pending = `${path}.${randomBytes(6).toString("hex")}`;
	const file = await open(pending, "wx", mode);
	try {
		await file.writeFile(content);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(pending, path);
}

async function exportKey(key: CryptoKey): Promise<string> {
	const der = await crypto.subtle.exportKey("pkcs8", key);
	const lines = Buffer.from(der)
		.toString("base64")
		.replace(/(.{64})/g, "$1\n");
	return `-----BEGIN PRIVATE KEY-----\n${lines.trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

async function importKey(pem: string): Promise<CryptoKey> {
	const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
	return crypto.subtle.importKey("pkcs8", der, ECDSA, false, ["sign"]);
}

/** A positive serial number of 16 random bytes (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
	const bytes = randomBytes(16);
	bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
	return bytes.toString("hex");
}

async function makeAuthority(folder: string, plant: string, now: Date): Promise<void> {
	const keys = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		serialNumber: serialNumber(),
		name: [{ CN: [authorityNameOf(plant)] }, { O: [plant] }],
		notBefore: now,
		notAfter: new Date(now.getTime() + CA_DAYS * DAY),
		signingAlgorithm: ECDSA,
		keys,
		extensions: [
			new BasicConstraintsExtension(true, 0, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	await writeWhole(join(folder, AUTHORITY_FILES.caKey), await exportKey(keys.privateKey), 0o600);
	await writeWhole(join(folder, AUTHORITY_FILES.ca), certificate.toString("pem"), 0o644);
}

/** A new key with a certificate of the plant's authority, both as PEM. */
export async function newSigner(
	folder: string,
	plant: string,
	who: PlantSigner,
	now: Date,
): Promise<{ readonly key: string; readonly certificate: string }> {
	const authority = new ParsedCertificate(await readFile(join(folder, AUTHORITY_FILES.ca), "utf8"));
	const authorityKey = await importKey(await readFile(join(folder, AUTHORITY_FILES.caKey), "utf8"));
	const keys = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
	const end = Math.min(now.getTime() + SIGNER_DAYS * DAY, authority.notAfter.getTime());
	const certificate = await X509CertificateGenerator.create({
		serialNumber: serialNumber(),
		subject: [{ CN: [signerNameOf(who, plant)] }, { O: [plant] }],
		issuer: authority.subjectName,
		notBefore: now,
		notAfter: new Date(end),
		signingAlgorithm: ECDSA,
		publicKey: keys.publicKey,
		signingKey: authorityKey,
		extensions: [
			new BasicConstraintsExtension(false, undefined, true),
			new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
			await AuthorityKeyIdentifierExtension.create(authority.publicKey),
		],
	});
	return { key: await exportKey(keys.privateKey), certificate: certificate.toString("pem") };
}

async function makeSigner(folder: string, plant: string, who: PlantSigner, now: Date): Promise<void> {
	const files = PLANT_SIGNERS[who];
	const { key, certificate } = await newSigner(folder, plant, who, now);
	await writeWhole(join(folder, files.key), key, 0o600);
	await writeWhole(join(folder, files.certificate), certificate, 0o644);
}

/** Where a rotation lays the new pair before it takes the old one's place. */
export const pendingOf = (path: string): string => `${path}.new`;

/**
 * Ends a rotation that was interrupted between putting in the key and putting in its certificate; one that had
 * put in neither is undone.
 */
async function finishRotation(folder: string, who: PlantSigner): Promise<void> {
	const files = PLANT_SIGNERS[who];
	const [key, certificate] = [join(folder, files.key), join(folder, files.certificate)];
	if (!(await exists(pendingOf(certificate)))) return;
	const fits = new X509Certificate(await readFile(pendingOf(certificate))).checkPrivateKey(
		createPrivateKey(await readFile(key)),
	);
	if (fits) return rename(pendingOf(certificate), certificate);
	await rm(pendingOf(key), { force: true });
	await rm(pendingOf(certificate), { force: true });
}

/** The revocation list as it stands; null where none was made yet. */
export async function readCrl(folder: string): Promise<X509Crl | null> {
	const path = join(folder, AUTHORITY_FILES.crl);
	return (await exists(path)) ? new X509Crl(await readFile(path)) : null;
}

/** Signs the revocation list anew, with the certificates that stand in it and one more where it is named. */
export async function writeCrl(folder: string, now: Date, revoked?: X509Certificate): Promise<void> {
	const current = await readCrl(folder);
	const authority = new ParsedCertificate(await readFile(join(folder, AUTHORITY_FILES.ca), "utf8"));
	const standing = (current?.entries ?? []).map(({ serialNumber, revocationDate }) => ({
		serialNumber,
		revocationDate,
	}));
	const crl = await X509CrlGenerator.create({
		issuer: authority.subjectName,
		thisUpdate: now,
		nextUpdate: new Date(now.getTime() + CRL_DAYS * DAY),
		signingAlgorithm: ECDSA,
		signingKey: await importKey(await readFile(join(folder, AUTHORITY_FILES.caKey), "utf8")),
		entries: [...standing, ...(revoked ? [{ serialNumber: revoked.serialNumber, revocationDate: now }] : [])],
		extensions: [await AuthorityKeyIdentifierExtension.create(authority.publicKey)],
	});
	await writeWhole(join(folder, AUTHORITY_FILES.crl), new Uint8Array(crl.rawData), 0o644);
}

/** Keeps the list of revoked certificates that goes out beside the reports current. */
export async function refreshCrl(folder: string, now: Date): Promise<void> {
	if (!(await exists(join(folder, AUTHORITY_FILES.caKey)))) return;
	const due = (await readCrl(folder))?.nextUpdate?.getTime() ?? 0;
	if (due - now.getTime() <= CRL_MARGIN_DAYS * DAY) await writeCrl(folder, now);
}

/**
 * The plant's own certificate authority, one of its signers and revocation list in a folder; made where they are
 * missing. Keys are readable by the service's account alone (mode 0600, folder 0700). Errors:
 * `signing_key_unavailable` where a key is open to others or the certificate was revoked.
 */
export async function openPlantKeys(
	folder: string,
	plant: string,
	now: Date,
	who: PlantSigner = "inspector",
): Promise<KeyMaterial> {
	const files = PLANT_SIGNERS[who];
	await mkdir(folder, { recursive: true, mode: 0o700 });
	if (!(await exists(join(folder, AUTHORITY_FILES.ca)))) await makeAuthority(folder, plant, now);
	await finishRotation(folder, who);
	if (!(await exists(join(folder, files.certificate)))) {
		await makeSigner(folder, plant, who, now);
		// A list that is older than a certificate says nothing of it, to verifiers that are strict.
		await writeCrl(folder, now);
	}
	for (const name of [AUTHORITY_FILES.caKey, files.key])
		if (await exists(join(folder, name))) await assertPrivate(join(folder, name));
	await refreshCrl(folder, now);
	const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
	const [key, signer, authority] = await Promise.all([
		read(files.key),
		read(files.certificate),
		read(AUTHORITY_FILES.ca),
	]);
	const own = new X509Certificate(signer);
	const crl = await readCrl(folder);
	const revoked = crl && revokedAt(crl, own);
	if (revoked)
		throw new VinspectError(
			"signing_key_unavailable",
			`The certificate of ${join(folder, files.certificate)} was revoked on ${revoked.toISOString()}; make a new one: vinspect keys rotate ${who}.`,
		);
	return {
		key: createPrivateKey(key),
		certificates: [own, new X509Certificate(authority)],
		origin: join(folder, files.certificate),
		remedy: `make a new one: vinspect keys rotate ${who}`,
	};
}
