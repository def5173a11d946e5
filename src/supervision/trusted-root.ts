import { X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Signer } from "../signing/signer.js";

const fileOf = (dataDir: string) => join(dataDir, "trusted-root.pem");

/** Lays the signer's root beside the data, so that processes without the key can verify reports. */
export async function publishTrustedRoot(dataDir: string, signer: Signer): Promise<void> {
	const root = signer.certificates.at(-1);
	if (root) await writeFile(fileOf(dataDir), new X509Certificate(root).toString());
}

/** The root this plant's reports lead to; none where no worker has run here yet. */
export async function readTrustedRoots(dataDir: string): Promise<readonly X509Certificate[]> {
	const pem = await readFile(fileOf(dataDir)).catch(() => null);
	return pem === null ? [] : [new X509Certificate(pem)];
}
