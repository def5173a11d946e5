import { X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { X509Crl } from "@peculiar/x509";
import { certificatesFromPem } from "../signing/certificate-chain.js";
import { crlsFrom } from "../signing/judge-revocation.js";

// What processes without the keys need to verify reports lies beside the data, and not in the store: whoever
// writes there must not be able to name a root.
const ROOTS = "trusted-root.pem";
const TIME_STAMP_ROOTS = "trusted-time-stamp-root.pem";
const REVOKED = "revoked.crl";
const SIGNING = "signing-certificates.pem";

async function certificatesOf(path: string): Promise<readonly X509Certificate[]> {
	return certificatesFromPem(await readFile(path, "utf8").catch(() => ""));
}

const pemOf = (certificates: readonly X509Certificate[]): string =>
	certificates.map((certificate) => certificate.toString()).join("");

/** Adds certificates to those that lie there: reports of earlier roots go on being verified. */
async function addTo(path: string, added: readonly X509Certificate[]): Promise<void> {
	const known = await certificatesOf(path);
	const fresh = added.filter(
		(one, i) =>
			![...known, ...added.slice(0, i)].some(({ fingerprint256 }) => fingerprint256 === one.fingerprint256),
	);
	if (fresh.length > 0) await writeFile(path, pemOf([...known, ...fresh]));
}

/** Lays the signers' roots beside the data, with those of earlier signers. */
export async function publishTrustedRoots(dataDir: string, roots: readonly Uint8Array[]): Promise<void> {
	await addTo(
		join(dataDir, ROOTS),
		roots.map((root) => new X509Certificate(root)),
	);
}

/** The roots this plant's reports lead to; none where no worker has run here yet. */
export async function readTrustedRoots(dataDir: string): Promise<readonly X509Certificate[]> {
	return certificatesOf(join(dataDir, ROOTS));
}

/** Lays the roots of time-stamp authorities there, with those of earlier ones. */
export async function publishTimeStampRoots(
	dataDir: string,
	roots: readonly X509Certificate[],
): Promise<void> {
	await addTo(join(dataDir, TIME_STAMP_ROOTS), roots);
}

export async function readTimeStampRoots(dataDir: string): Promise<readonly X509Certificate[]> {
	return certificatesOf(join(dataDir, TIME_STAMP_ROOTS));
}

/** Lays the revocation list of the plant's authority there. */
export async function publishRevocations(dataDir: string, list: Uint8Array): Promise<void> {
	await writeFile(join(dataDir, REVOKED), list);
}

/** The published revocation lists; none where the plant signs with keys from elsewhere. */
export async function readRevocations(dataDir: string): Promise<readonly X509Crl[]> {
	const list = await readFile(join(dataDir, REVOKED)).catch(() => null);
	return list ? crlsFrom(list) : [];
}

/** Lays the certificates that sign now there, so that pages can tell when they run out. */
export async function publishSigningCertificates(
	dataDir: string,
	certificates: readonly Uint8Array[],
): Promise<void> {
	await writeFile(join(dataDir, SIGNING), pemOf(certificates.map((one) => new X509Certificate(one))));
}

export async function readSigningCertificates(dataDir: string): Promise<readonly X509Certificate[]> {
	return certificatesOf(join(dataDir, SIGNING));
}
