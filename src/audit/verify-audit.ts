import type { X509Certificate } from "node:crypto";
import type { AuditVerification, BrokenLink, SignedAuditHead } from "../contracts/audit.js";
import type { AuditStore } from "../persistence/audit-store.js";
import type { ReportHeads } from "./report-heads.js";
import { createHeadJudge, type HeadFile } from "./signed-heads.js";
import { type ChainSource, verifyChain } from "./verify-chain.js";

/** The chain as it is in the store. */
export async function storedChain(store: AuditStore): Promise<ChainSource> {
	// Counted first: what is appended while this is read is read too, and not missed in the count.
	const counted = (await store.size()) || null;
	const noted = await store.notedHead();
	return {
		noted,
		counted,
		async *stretches() {
			yield* await store.all();
		},
	};
}

export interface AuditToVerify {
	readonly plant: string;
	readonly source: ChainSource;
	/** Signed heads from where they are kept by themselves: store, file. */
	readonly signed: readonly SignedAuditHead[];
	/** Heads that were signed into reports; null where no report is asked. */
	readonly reports?: ReportHeads | null;
	/** What is wrong with the file of signed heads. */
	readonly damaged?: BrokenLink | null;
	/** Roots that signed heads have to lead to. */
	readonly roots: readonly X509Certificate[];
}

/** Verifies every link and every signed head, and names the first that is broken. */
export async function verifyAudit(audit: AuditToVerify): Promise<AuditVerification> {
	const { plant, source, signed, reports = null, damaged = null, roots } = audit;
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
	const { events, head, broken } = await verifyChain(plant, source, [...good, ...(reports?.heads ?? [])]);
	const last = good.at(-1);
	const first = broken ?? forged ?? reports?.forged ?? null;
	return {
		valid: first === null,
		plant,
		events,
		head,
		signedHeads: good.length,
		lastSigned: last ? unsigned(last) : null,
		...(reports && { reports: reports.heads.length }),
		broken: first,
		verifiedAt: new Date().toISOString(),
		ms: Math.round(performance.now() - began),
	};
}

function unsigned({ signature: _, ...head }: SignedAuditHead) {
	return head;
}

/**
 * Verifies the chain in the store against the heads kept there, those filed beside the data and those signed into
 * reports, and keeps the outcome.
 */
export async function verifyStoredAudit(
	store: AuditStore,
	{
		plant,
		filed,
		roots,
		reports = null,
	}: {
		readonly plant: string;
		readonly filed: HeadFile;
		readonly roots: readonly X509Certificate[];
		readonly reports?: ReportHeads | null;
	},
): Promise<AuditVerification> {
	const signed = [...(await store.signedHeads()), ...filed.heads];
	const source = await storedChain(store);
	const verification = await verifyAudit({
		plant,
		source,
		signed,
		reports,
		damaged: filed.damaged,
		roots,
	});
	await store.keepVerification(verification);
	return verification;
}
