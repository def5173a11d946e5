import { X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { certificatesFromPem } from "../signing/certificate-chain.js";

const fileOf = (dataDir: string) => join(dataDir, "trusted-root.pem");

/** Lays the signers' roots beside the data, so that processes without the keys can verify reports. */
export async function publishTrustedRoots(dataDir: string, roots: readonly Uint8Array[]): Promise<void> {
	await writeFile(fileOf(dataDir), roots.map((root) => new X509Certificate(root).toString()).join(""));
}

/** The roots this plant's reports lead to; none where no worker has run here yet. */
export async function readTrustedRoots(dataDir: string): Promise<readonly X509Certificate[]> {
	return certificatesFromPem(await readFile(fileOf(dataDir), "utf8").catch(() => ""));
}
