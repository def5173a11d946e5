import type { X509Certificate } from "node:crypto";
import type { AuditVerification, BrokenLink, SignedAuditHead } from "../contracts/audit.js";
import type { AuditStore } from "../persistence/audit-store.js";
import { createHeadJudge, type HeadFile } from "./signed-heads.js";
import { type ChainSource, verifyChain } from "./verify-chain.js";

/** Events asked for at once. */
const STRETCH = 1000;

/** The chain as it is in the store, asked for ahead of its being hashed. */
export async function storedChain(
	store: AuditStore,
	signed: readonly SignedAuditHead[],
): Promise<ChainSource> {
	const noted = await store.notedHead();
	const promised = Math.max(noted?.seq ?? 0, ...signed.map(({ seq }) => seq));
	return {
		noted,
		// What is appended while this runs is counted, but need not be read.
		counted: (await store.size()) || null,
		async *stretches() {
			let next = store.from(1, STRETCH);
			for (let seq = 1; ; seq += STRETCH) {
				const stretch = await next;
				if (stretch.length === 0 && seq > promised) return;
				next = store.from(seq + STRETCH, STRETCH);
				// whoever stops in between has no use for it, nor for its failure
				next.catch(() => undefined);
				yield stretch;
			}
		},
	};
}

export interface AuditToVerify {
	readonly plant: string;
	readonly source: ChainSource;
	/** Signed heads from everywhere they are kept: store, file, reports. */
	readonly signed: readonly SignedAuditHead[];
	/** What is wrong with the file of signed heads. */
	readonly damaged?: BrokenLink | null;
	/** Roots that signed heads have to lead to. */
	readonly roots: readonly X509Certificate[];
}

/** Verifies every link and every signed head, and names the first that is broken. */
export async function verifyAudit(audit: AuditToVerify): Promise<AuditVerification> {
	const { plant, source, signed, damaged = null, roots } = audit;
	const began = performance.now();
	const judge = createHeadJudge(plant, roots);
	const heads = [...new Map(signed.map((head) => [head.signature, head])).values()].toSorted(
		(a, b) => a.seq - b.seq,
	);
	const good: SignedAuditHead[] = [];
	let forged: BrokenLink | null = damaged;
	for (const head of heads) {
		const fault = await judge(head);
		if (fault === null) good.push(head);
		else forged ??= fault;
	}
	const { events, head, broken } = await verifyChain(plant, source, good);
	const last = good.at(-1);
	const first = broken ?? forged;
	return {
		valid: first === null,
		plant,
		events,
		head,
		signedHeads: good.length,
		lastSigned: last ? unsigned(last) : null,
		broken: first,
		verifiedAt: new Date().toISOString(),
		ms: Math.round(performance.now() - began),
	};
}

function unsigned({ signature: _, ...head }: SignedAuditHead) {
	return head;
}

/** Verifies the chain in the store against the heads kept there and those filed beside the data, and keeps the outcome. */
export async function verifyStoredAudit(
	store: AuditStore,
	{
		plant,
		filed,
		roots,
	}: { readonly plant: string; readonly filed: HeadFile; readonly roots: readonly X509Certificate[] },
): Promise<AuditVerification> {
	const signed = [...(await store.signedHeads()), ...filed.heads];
	const source = await storedChain(store, signed);
	const verification = await verifyAudit({ plant, source, signed, damaged: filed.damaged, roots });
	await store.keepVerification(verification);
	return verification;
}
