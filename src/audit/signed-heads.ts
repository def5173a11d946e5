import { createHash, X509Certificate } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AuditHead, type BrokenLink, SignedAuditHead } from "../contracts/audit.js";
import { canonicalBytes } from "../reporting/canonical-json.js";
import { firstUnissued, validAt } from "../signing/certificate-chain.js";
import { recordSignatureHolds, signRecord } from "../signing/record-signature.js";
import type { Signer } from "../signing/signer.js";
import { headForged } from "./chain-faults.js";

const SCHEMA = "vinspect/audit-head/1";

/** Signs an end of the chain with the report signer's key. Errors: `signing_key_expired`. */
export async function signHead(
	head: AuditHead,
	plant: string,
	at: Date,
	signer: Signer,
): Promise<SignedAuditHead> {
	signer.assertValidAt(at);
	const said = { schema: SCHEMA, plant, ...head, at: at.toISOString() } as const;
	return { ...said, signature: await signRecord(canonicalBytes(said), signer) };
}

function certificatesOf(encoded: string): readonly X509Certificate[] {
	try {
		const header: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
		const chain = (header as { x5c?: unknown }).x5c;
		if (!Array.isArray(chain)) return [];
		return chain.map((one) => new X509Certificate(Buffer.from(String(one), "base64")));
	} catch {
		return [];
	}
}

const fingerprintOf = (certificate: X509Certificate): string =>
	createHash("sha256").update(certificate.raw).digest("hex");

/** Why a head's certificates are not to be believed; null where this plant's roots vouch for them. */
function chainFault(
	chain: readonly X509Certificate[],
	known: ReadonlySet<string>,
): { readonly en: string; readonly zh: string } | null {
	const last = chain.at(-1);
	if (!last) return { en: "it carries no certificate.", zh: "未附证书。" };
	return known.has(fingerprintOf(last)) && firstUnissued(chain) === null
		? null
		: {
				en: "its certificate leads to no root this plant trusts.",
				zh: "其证书无法追溯到本工厂信任的根证书。",
			};
}

/**
 * Judges signed heads: names why one is not to be believed, or null where it is this plant's, signed by a key that the
 * roots vouch for and that was valid at that moment. Certificates are the same for years and judged once.
 */
export function createHeadJudge(plant: string, roots: readonly X509Certificate[]) {
	const known = new Set(roots.map(fingerprintOf));
	const judged = new Map<string, ReturnType<typeof judgeChain>>();
	const judgeChain = (header: string) => {
		const chain = certificatesOf(header);
		return { chain, fault: chainFault(chain, known) };
	};
	return async ({ signature, ...said }: SignedAuditHead): Promise<BrokenLink | null> => {
		const forged = (en: string, zh: string) => headForged(said.seq, { en, zh });
		if (said.plant !== plant) return forged(`it is of plant ${said.plant}.`, `它属于工厂 ${said.plant}。`);
		const header = signature.split(".")[0] ?? "";
		const { chain, fault } = judged.get(header) ?? judgeChain(header);
		judged.set(header, { chain, fault });
		const [own] = chain;
		if (fault || !own) return headForged(said.seq, fault ?? { en: "it is not signed.", zh: "未签名。" });
		if (!chain.every((certificate) => validAt(certificate, new Date(said.at))))
			return forged("its certificate was not valid when it was signed.", "签名时证书无效。");
		return (await recordSignatureHolds(signature, canonicalBytes(said), own))
			? null
			: forged("the signature does not fit.", "签名与内容不符。");
	};
}

const fileOf = (dataDir: string): string => join(dataDir, "audit-heads.jsonl");

/** Lays a signed head beside the data too, where who writes the store need not reach. Lasting when it resolves. */
export async function fileHead(dataDir: string, head: SignedAuditHead): Promise<void> {
	const file = await open(fileOf(dataDir), "a", 0o640);
	try {
		await file.writeFile(`${JSON.stringify(head)}\n`);
		await file.sync();
	} finally {
		await file.close();
	}
}

export interface HeadFile {
	readonly heads: readonly SignedAuditHead[];
	/** The first line that is no signed head; null where all are. A last line that a crash cut short does not count. */
	readonly damaged: BrokenLink | null;
}

/** Reads a file of signed heads. */
export async function readHeadFile(path: string): Promise<HeadFile> {
	const lines = (await readFile(path, "utf8")).split("\n");
	const parsed = lines.map((line) => (line === "" ? null : SignedAuditHead.safeParse(parseJson(line))));
	const wrong = parsed.findIndex((one, i) => one?.success === false && i < lines.length - 1);
	return {
		heads: parsed.flatMap((one) => (one?.success ? [one.data] : [])),
		damaged:
			wrong < 0
				? null
				: headForged(0, {
						en: `line ${wrong + 1} of the file is no signed head.`,
						zh: `文件第 ${wrong + 1} 行不是签名链首。`,
					}),
	};
}

/** Signed heads filed beside the data; none where there is no file. */
export async function filedHeads(dataDir: string): Promise<HeadFile> {
	return readHeadFile(fileOf(dataDir)).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return { heads: [], damaged: null };
		throw error;
	});
}

function parseJson(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return null;
	}
}
