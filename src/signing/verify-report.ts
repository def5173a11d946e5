import type { X509Certificate } from "node:crypto";
import type { Verification } from "../contracts/report.js";
import { commonNameOf } from "./certificate-chain.js";
import { decodeSignedData } from "./cms.js";
import {
	judgeChain,
	judgeContainer,
	judgeDigest,
	judgeNamed,
	judgeTrust,
	judgeValidity,
	judgeValue,
} from "./judge-signature.js";
import { fails, holds, type Judgement } from "./judgement.js";
import { FILL_AND_SIGN_ONLY } from "./sign-report.js";
import { type ClaimedRange, findByteRanges, readContainer, signedDigest } from "./signature-placeholder.js";
import { readSignedDocument, type SignedDocument } from "./signed-document.js";
import {
	COUNTERSIGNATURE_CHECKS,
	type ExaminedCountersignature,
	examineCountersignature,
} from "./verify-countersignature.js";
import { checkRecord, RECORD_CHECKS, type RecordIdentity } from "./verify-record.js";

export interface VerifyOptions {
	/** Roots the reader trusts. Without them the signer's chain is checked by itself, and said to be so. */
	readonly trustedRoots?: readonly X509Certificate[];
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
	"certification",
	"validity",
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
	readonly identity: RecordIdentity | null;
}

const stopped = (judgements: Judgements, signer: X509Certificate | null = null): Examined => ({
	judgements,
	signer,
	signedAt: null,
	identity: null,
});

const failed = (judgements: Judgements): boolean => Object.values(judgements).some(({ ok }) => !ok);

async function examine(pdf: Uint8Array, options: VerifyOptions): Promise<Examined> {
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
	judgements.trust = judgeTrust(signed, options.trustedRoots);
	const [signer] = signed.certificates;
	// Only bytes that somebody answers for are taken apart.
	const { trust: _, ...bytes } = judgements;
	if (!signer || failed(bytes)) return stopped(judgements);
	const document = await readSignedDocument(pdf);
	judgements.certification = judgeCertification(document, range);
	judgements.validity = judgeValidity(signed, document.signedAt);
	const record = await checkRecord(document, signer);
	return {
		judgements: { ...judgements, ...record.judgements },
		signer,
		signedAt: document.signedAt,
		identity: record.identity,
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
async function examineWhole(pdf: Uint8Array, options: VerifyOptions): Promise<Whole> {
	const added = countersigned(pdf);
	if (!added) return { ...(await examine(pdf, options)), countersignature: null };
	const examined = await examine(added.sealed, options);
	const countersignature = failed(examined.judgements)
		? { judgements: {}, statement: null }
		: await examineCountersignature(pdf, added.range, added.sealed, options.trustedRoots);
	return { ...examined, countersignature };
}

/**
 * Verifies a signed report offline: every byte of the file, its signature and certificates, the embedded
 * record and its audit chain, and the counter-signature where there is one. Whatever the bytes are, the answer
 * is a verification; it never throws.
 */
export async function verifyReport(pdf: Uint8Array, options: VerifyOptions = {}): Promise<Verification> {
	const locale = options.locale ?? "en";
	const { judgements, countersignature, ...examined } = await examineWhole(pdf, options).catch(
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
	const checks = [
		...CHECKS.map((check) => told(check, judgements[check])),
		...(countersignature
			? COUNTERSIGNATURE_CHECKS.map((check) => told(check, countersignature.judgements[check]))
			: []),
	];
	const statement = countersignature?.statement ?? null;
	return {
		valid: checks.every(({ ok }) => ok),
		checks,
		signer: examined.signer && commonNameOf(examined.signer),
		signedAt: examined.signedAt?.toISOString() ?? null,
		countersignature: statement && {
			signer: statement.name,
			signedAt: statement.signedAt.toISOString(),
			reason: statement.reason,
		},
		inspectionId: examined.identity?.inspectionId ?? null,
		disposition: examined.identity?.disposition ?? null,
	};
}
