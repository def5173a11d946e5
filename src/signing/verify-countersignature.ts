import type { X509Certificate } from "node:crypto";
import { decodeSignedData } from "./cms.js";
import { expectedUpdate, readCountersignature } from "./countersign-report.js";
import { judgeRevocation } from "./judge-revocation.js";
import {
	judgeChain,
	judgeContainer,
	judgeDigest,
	judgeNamed,
	judgeTrust,
	judgeValidity,
	judgeValue,
} from "./judge-signature.js";
import { judgeSignerRole } from "./judge-signer-role.js";
import { examineTimeStamp } from "./judge-time-stamp.js";
import { fails, holds, type Judgement } from "./judgement.js";
import type { SignatureStatement } from "./sign-report.js";
import {
	type ClaimedRange,
	containerBytesOf,
	readContainer,
	STAMPED_CONTAINER_BYTES,
	signedDigest,
} from "./signature-placeholder.js";
import type { Trust } from "./trust.js";

/** Checks of the second signature, in the order in which they are made and told. */
export const COUNTERSIGNATURE_CHECKS = [
	"countersign_coverage",
	"countersign_container",
	"countersign_digest",
	"countersign_value",
	"countersign_certificate",
	"countersign_chain",
	"countersign_trust",
	"countersign_role",
	"countersign_addition",
	"countersign_time_stamp",
	"countersign_validity",
	"countersign_revocation",
] as const;
type CountersignatureCheck = (typeof COUNTERSIGNATURE_CHECKS)[number];

export interface ExaminedCountersignature {
	readonly judgements: Partial<Record<CountersignatureCheck, Judgement>>;
	readonly statement: SignatureStatement | null;
	/** Time of its time stamp; null where it has none that holds. */
	readonly stampedAt: Date | null;
}

function judgeWholeFile(pdf: Uint8Array, { start, end, tail }: ClaimedRange): Judgement {
	return start > 0 && start < end && end + tail === pdf.length
		? holds(
				"The counter-signature covers every byte of the file but itself.",
				"会签覆盖除自身以外的全部字节。",
			)
		: fails(
				"The counter-signature does not cover the whole file: bytes were added or are missing.",
				"会签未覆盖整个文件：文件被追加或有缺失。",
			);
}

/** Everything behind the inspector's signature has to be the auditor's signature and nothing else. */
async function judgeAddition(
	pdf: Uint8Array,
	range: ClaimedRange,
	sealed: Uint8Array,
	statement: SignatureStatement | null,
): Promise<Judgement> {
	const expected =
		statement && (await expectedUpdate(sealed, statement, containerBytesOf(range) ?? 0).catch(() => null));
	const isIt =
		expected?.length === pdf.length &&
		expected.subarray(0, range.start).equals(pdf.subarray(0, range.start)) &&
		expected.subarray(range.end).equals(pdf.subarray(range.end));
	return isIt
		? holds(
				"Nothing but the counter-signature was added to the sealed report.",
				"除会签外，未对已签发的报告作任何添加。",
			)
		: fails(
				"More than a counter-signature was added to the sealed report.",
				"除会签外，报告签发后还被添加了其他内容。",
			);
}

/**
 * Checks the auditor's signature of a countersigned report.
 * @param pdf the whole file
 * @param range the second signature's byte range, as it claims
 * @param sealed the file as the inspector signed it
 * @param trust whom the reader trusts, and the certificate that certified the sealed file
 */
export async function examineCountersignature(
	pdf: Uint8Array,
	range: ClaimedRange,
	sealed: Uint8Array,
	trust: Trust & { readonly certified: X509Certificate | null },
): Promise<ExaminedCountersignature> {
	const judgements: Partial<Record<CountersignatureCheck, Judgement>> = {
		countersign_coverage: judgeWholeFile(pdf, range),
	};
	const stopped = { judgements, statement: null, stampedAt: null };
	if (!judgements.countersign_coverage?.ok) return stopped;
	const container = readContainer(pdf, range);
	const signed = container && decodeSignedData(container);
	judgements.countersign_container = judgeContainer(pdf, range, signed);
	if (!signed) return stopped;
	judgements.countersign_digest = judgeDigest(signedDigest(pdf, range), signed);
	judgements.countersign_value = judgeValue(signed);
	judgements.countersign_certificate = judgeNamed(signed);
	judgements.countersign_chain = judgeChain(signed);
	const sound = Object.values(judgements).every(({ ok }) => ok);
	judgements.countersign_trust = judgeTrust(signed, trust.roots);
	const [own] = signed.certificates;
	// Only bytes that somebody answers for are taken apart.
	if (!sound || !own) return stopped;
	judgements.countersign_role = judgeSignerRole(own, "auditor", trust.certified);
	const statement = await readCountersignature(pdf);
	const signedAt = statement?.signedAt ?? null;
	const wantsStamp = containerBytesOf(range) === STAMPED_CONTAINER_BYTES;
	const stamp = examineTimeStamp(signed, wantsStamp, signedAt, trust.timeStampRoots);
	judgements.countersign_addition = await judgeAddition(pdf, range, sealed, statement);
	judgements.countersign_time_stamp = stamp.judgement;
	judgements.countersign_validity = judgeValidity(signed, signedAt, stamp, trust.now);
	judgements.countersign_revocation = await judgeRevocation(signed, stamp, trust);
	return { judgements, statement, stampedAt: stamp.at };
}
