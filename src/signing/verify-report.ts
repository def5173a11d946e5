import type { X509Certificate } from "node:crypto";
import type { X509Crl } from "@peculiar/x509";
import type { Verification } from "../contracts/report.js";
import { RECORD_FILE } from "../reporting/report-files.js";
import { commonNameOf } from "./certificate-chain.js";
import { decodeSignedData } from "./cms.js";
import { EXPECTATION_CHECKS, type Expectations, judgeExpectations } from "./judge-expectations.js";
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
import { FILL_AND_SIGN_ONLY } from "./sign-report.js";
import {
	type ClaimedRange,
	containerBytesOf,
	findByteRanges,
	readContainer,
	STAMPED_CONTAINER_BYTES,
	signedDigest,
} from "./signature-placeholder.js";
import { readSignedDocument, type SignedDocument } from "./signed-document.js";
import type { Trust } from "./trust.js";
import {
	COUNTERSIGNATURE_CHECKS,
	type ExaminedCountersignature,
	examineCountersignature,
} from "./verify-countersignature.js";
import { checkRecord, RECORD_CHECKS, type RecordIdentity } from "./verify-record.js";

export interface VerifyOptions {
	/** Roots the reader trusts. Without them the signer's chain is checked by itself, and said to be so. */
	readonly trustedRoots?: readonly X509Certificate[];
	/** Roots of time-stamp authorities the reader trusts. */
	readonly timeStampRoots?: readonly X509Certificate[];
	/** Revocation lists; without them nothing is looked up, and said so. */
	readonly crls?: readonly X509Crl[];
	/** Whether a list that is missing or out of date is a reason to refuse; yes where left out. */
	readonly crlsComplete?: boolean;
	/** What has to be so beside the report being whole. */
	readonly expected?: Expectations;
	/** When it is verified; now where left out. */
	readonly now?: Date;
	/** Language of the explanations; English where left out. */
	readonly locale?: "en" | "zh";
}

const NOT_EXAMINED = fails(
	"Not examined, because an earlier check failed.",
	"因前面的检查未通过，未作检查。",
);

/** Order in which the checks are made and told. */
const CHECKS = [
	"pdf",
	"signature",
	"coverage",
	"container",
	"digest",
	"signature_value",
	"signing_certificate",
	"chain",
	"trust",
	"signer_role",
	"certification",
	"time_stamp",
	"validity",
	"revocation",
	...RECORD_CHECKS,
] as const;
type CheckName = (typeof CHECKS)[number];
type Judgements = Partial<Record<CheckName, Judgement>>;

function judgePdf(pdf: Uint8Array): Judgement {
	if (pdf.length === 0) return fails("The file is empty.", "文件为空。");
	return Buffer.from(pdf.subarray(0, 5)).toString("latin1") === "%PDF-"
		? holds("The file is a PDF.", "文件为 PDF。")
		: fails("The file is not a PDF.", "文件不是 PDF。");
}

function judgeCount(ranges: readonly ClaimedRange[]): Judgement {
	if (ranges.length === 1)
		return holds("It carries one signature, the inspector's.", "含有一个签名，即检验签名。");
	return ranges.length === 0
		? fails("It carries no signature of an inspection report.", "不含检验报告签名。")
		: fails(
				`It carries ${ranges.length} signatures; a report carries one, or two where it is countersigned.`,
				`含有 ${ranges.length} 个签名；报告应有一个签名，会签后应有两个。`,
			);
}

function judgeCoverage(pdf: Uint8Array, { start, end, tail }: ClaimedRange): Judgement {
	const more = pdf.length - end - tail;
	if (more > 0)
		return fails(
			`${more} bytes were appended after the signature was made.`,
			`签名之后追加了 ${more} 个字节。`,
		);
	if (more < 0)
		return fails(`${-more} bytes are missing at the end of the file.`, `文件末尾缺少 ${-more} 个字节。`);
	return start > 0 && start < end
		? holds("The signature covers every byte of the file but itself.", "签名覆盖除自身以外的全部字节。")
		: fails("The signed ranges overlap.", "签名范围相互重叠。");
}

function judgeCertification({ permission, byteRange }: SignedDocument, range: ClaimedRange): Judgement {
	const named = [0, range.start, range.end, range.tail];
	const isThis = byteRange.length === named.length && named.every((value, i) => value === byteRange[i]);
	return isThis && permission === FILL_AND_SIGN_ONLY
		? holds("The report is certified; only a counter-signature may be added.", "报告已认证，仅允许追加会签。")
		: fails("The report is not certified against changes.", "报告未作防更改认证。");
}

interface Examined {
	readonly judgements: Judgements;
	readonly signer: X509Certificate | null;
	readonly signedAt: Date | null;
	readonly stampedAt: Date | null;
	readonly identity: RecordIdentity | null;
	readonly record: Uint8Array | null;
}

const stopped = (judgements: Judgements, signer: X509Certificate | null = null): Examined => ({
	judgements,
	signer,
	signedAt: null,
	stampedAt: null,
	identity: null,
	record: null,
});

const failed = (judgements: Judgements): boolean => Object.values(judgements).some(({ ok }) => !ok);

async function examine(pdf: Uint8Array, trust: Trust): Promise<Examined> {
	const judgements: Judgements = { pdf: judgePdf(pdf) };
	if (failed(judgements)) return stopped(judgements);
	const ranges = findByteRanges(pdf);
	judgements.signature = judgeCount(ranges);
	const [range] = ranges;
	if (!range || failed(judgements)) return stopped(judgements);
	judgements.coverage = judgeCoverage(pdf, range);
	if (failed(judgements)) return stopped(judgements);
	const container = readContainer(pdf, range);
	const signed = container && decodeSignedData(container);
	judgements.container = judgeContainer(pdf, range, signed);
	if (!signed) return stopped(judgements);
	const digest = signedDigest(pdf, range);
	judgements.digest = judgeDigest(digest, signed);
	judgements.signature_value = judgeValue(signed);
	judgements.signing_certificate = judgeNamed(signed);
	judgements.chain = judgeChain(signed);
	judgements.trust = judgeTrust(signed, trust.roots);
	const [signer] = signed.certificates;
	// Only bytes that somebody answers for are taken apart.
	const { trust: _, ...bytes } = judgements;
	if (!signer || failed(bytes)) return stopped(judgements);
	judgements.signer_role = judgeSignerRole(signer, "inspector");
	const document = await readSignedDocument(pdf);
	judgements.certification = judgeCertification(document, range);
	const wantsStamp = containerBytesOf(range) === STAMPED_CONTAINER_BYTES;
	const stamp = examineTimeStamp(signed, wantsStamp, document.signedAt, trust.timeStampRoots);
	judgements.time_stamp = stamp.judgement;
	judgements.validity = judgeValidity(signed, document.signedAt, stamp, trust.now);
	judgements.revocation = await judgeRevocation(signed, stamp, trust);
	const record = await checkRecord(document, signer);
	return {
		judgements: { ...judgements, ...record.judgements },
		signer,
		signedAt: document.signedAt,
		stampedAt: stamp.at,
		identity: record.identity,
		record: document.files.get(RECORD_FILE) ?? null,
	};
}

/** The file as the inspector signed it, and the range of the signature that was added to it; null where none was. */
function countersigned(pdf: Uint8Array): { sealed: Uint8Array; range: ClaimedRange } | null {
	const [first, second, ...more] = [...findByteRanges(pdf)].sort((a, b) => a.end + a.tail - b.end - b.tail);
	if (!first || !second || more.length > 0) return null;
	return { sealed: pdf.subarray(0, first.end + first.tail), range: second };
}

interface Whole extends Examined {
	readonly countersignature: ExaminedCountersignature | null;
}

/** A countersigned report is the sealed one, judged as if it were alone, and one signature behind it. */
async function examineWhole(pdf: Uint8Array, trust: Trust): Promise<Whole> {
	const added = countersigned(pdf);
	if (!added) return { ...(await examine(pdf, trust)), countersignature: null };
	const examined = await examine(added.sealed, trust);
	const countersignature = failed(examined.judgements)
		? { judgements: {}, statement: null, stampedAt: null }
		: await examineCountersignature(pdf, added.range, added.sealed, { ...trust, certified: examined.signer });
	return { ...examined, countersignature };
}

/**
 * Verifies a signed report offline: every byte of the file, its signature and certificates, the embedded
 * record and its audit chain, the counter-signature where there is one, and what the reader expects beside.
 * Whatever the bytes are, the answer is a verification; it never throws.
 */
export async function verifyReport(pdf: Uint8Array, options: VerifyOptions = {}): Promise<Verification> {
	const { locale = "en", expected = {}, now = new Date() } = options;
	const trust: Trust = {
		roots: options.trustedRoots,
		timeStampRoots: options.timeStampRoots,
		crls: options.crls,
		crlsComplete: options.crlsComplete ?? true,
		now,
	};
	const { judgements, countersignature, ...examined } = await examineWhole(pdf, trust).catch(
		(error: unknown): Whole => {
			const reason = error instanceof Error ? error.message : String(error);
			const broken = fails(`The file can't be taken apart: ${reason}.`, `文件无法解析：${reason}。`);
			return { ...stopped({ pdf: broken }), countersignature: null };
		},
	);
	const told = (check: string, judgement: Judgement = NOT_EXAMINED) => ({
		check,
		ok: judgement.ok,
		explanation: judgement[locale],
	});
	const statement = countersignature?.statement ?? null;
	const stamps = [examined.stampedAt, ...(countersignature ? [countersignature.stampedAt] : [])];
	const expectations = judgeExpectations(
		pdf,
		{
			inspectionId: examined.identity?.inspectionId ?? null,
			countersigned: statement !== null,
			timeStamped: stamps.every((at) => at !== null),
			record: examined.record,
		},
		expected,
	);
	const checks = [
		...CHECKS.map((check) => told(check, judgements[check])),
		...(countersignature
			? COUNTERSIGNATURE_CHECKS.map((check) => told(check, countersignature.judgements[check]))
			: []),
		...EXPECTATION_CHECKS.flatMap((check) => (expectations[check] ? [told(check, expectations[check])] : [])),
	];
	return {
		valid: checks.every(({ ok }) => ok),
		checks,
		signer: examined.signer && commonNameOf(examined.signer),
		signedAt: examined.signedAt?.toISOString() ?? null,
		timeStampedAt: examined.stampedAt?.toISOString() ?? null,
		countersignature: statement && {
			signer: statement.name,
			signedAt: statement.signedAt.toISOString(),
			reason: statement.reason,
		},
		inspectionId: examined.identity?.inspectionId ?? null,
		disposition: examined.identity?.disposition ?? null,
		plantHead: examined.identity?.plantHead ?? null,
	};
}
