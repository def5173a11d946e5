import { verify, type X509Certificate } from "node:crypto";
import type { Verification } from "../contracts/report.js";
import { commonNameOf, firstUnissued, maySign, rootOf, validAt } from "./certificate-chain.js";
import { decodeSignedData, encodeSignedData, type SignedData, signedAttributes } from "./cms.js";
import { hasLowS } from "./ecdsa.js";
import { fails, holds, type Judgement } from "./judgement.js";
import { FILL_AND_SIGN_ONLY } from "./sign-report.js";
import {
	type ClaimedRange,
	fillContainer,
	findByteRanges,
	readContainer,
	signedDigest,
} from "./signature-placeholder.js";
import { readSignedDocument, type SignedDocument } from "./signed-document.js";
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
				`It carries ${ranges.length} signatures; a sealed report carries one.`,
				`含有 ${ranges.length} 个签名，封存的报告只有一个。`,
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

/** Padding and encoding are not signed: so there is one way only to write them. */
function judgeContainer(pdf: Uint8Array, range: ClaimedRange, signed: SignedData | null): Judgement {
	const written = Buffer.from(pdf.subarray(range.start, range.end)).toString("latin1");
	const unchanged =
		signed !== null &&
		written ===
			fillContainer(
				encodeSignedData(
					signed.certificates.map(({ raw }) => raw),
					signed.attributes,
					signed.signature,
				),
			);
	return unchanged
		? holds(
				"The signature container is whole, to the last byte of its padding.",
				"签名容器完整，填充字节未变。",
			)
		: fails("The signature container was changed or is of another make.", "签名容器被更改或非本系统生成。");
}

function judgeDigest(digest: Buffer, signed: SignedData): Judgement {
	return digest.equals(signed.digest)
		? holds("The signed bytes are unchanged (SHA-256).", "签名内容未被更改（SHA-256）。")
		: fails(
				"The file was changed after it was signed: its SHA-256 differs.",
				"签名后文件被更改：SHA-256 不符。",
			);
}

function judgeValue({ attributes, signature, certificates }: SignedData): Judgement {
	const key = certificates[0]?.publicKey;
	const isP256 = key?.asymmetricKeyDetails?.namedCurve === "prime256v1";
	const sound =
		key !== undefined &&
		isP256 &&
		hasLowS(signature) &&
		verify("sha256", attributes, { key, dsaEncoding: "ieee-p1363" }, signature);
	return sound
		? holds(
				"The signature was made with the key of the signing certificate.",
				"签名由签名证书对应的密钥生成。",
			)
		: fails("The signature does not belong to the signing certificate.", "签名与签名证书不符。");
}

function judgeNamed({ attributes, digest, certificates }: SignedData): Judgement {
	const expected = signedAttributes(
		digest,
		certificates.map(({ raw }) => raw),
	);
	return expected.equals(attributes)
		? holds("The certificates are the ones the signature names.", "证书与签名所指明的一致。")
		: fails("The certificates are not the ones the signature names.", "证书与签名所指明的不一致。");
}

function judgeChain({ certificates }: SignedData): Judgement {
	const [own] = certificates;
	if (!own || !maySign(own)) return fails("The certificate is not made for signing.", "证书用途不包含签名。");
	const broken = firstUnissued(certificates);
	return broken === null
		? holds("Each certificate was issued by the next.", "证书链完整。")
		: fails(
				`Certificate ${broken + 1} was not issued by certificate ${broken + 2}.`,
				`第 ${broken + 1} 个证书并非由第 ${broken + 2} 个证书签发。`,
			);
}

function judgeTrust(
	{ certificates }: SignedData,
	trusted: readonly X509Certificate[] | undefined,
): Judgement {
	const last = certificates.at(-1);
	const name = last ? commonNameOf(last) : "";
	if (!trusted)
		return holds(
			`No trusted root was given: "${name}" is taken from the report itself. Compare its SHA-256 ${last?.fingerprint256 ?? ""} with the plant's, or give the plant's root.`,
			`未提供受信根证书：“${name}”取自报告本身。请与工厂公布的 SHA-256 ${last?.fingerprint256 ?? ""} 核对，或提供工厂根证书。`,
		);
	const root = rootOf(certificates, trusted);
	return root
		? holds(`The signer is trusted through "${commonNameOf(root)}".`, `签名者经“${commonNameOf(root)}”受信。`)
		: fails(`"${name}" is not among the trusted roots.`, `“${name}”不在受信根证书之列。`);
}

function judgeCertification({ permission, byteRange }: SignedDocument, range: ClaimedRange): Judgement {
	const named = [0, range.start, range.end, range.tail];
	const isThis = byteRange.length === named.length && named.every((value, i) => value === byteRange[i]);
	return isThis && permission === FILL_AND_SIGN_ONLY
		? holds("The report is certified; only a counter-signature may be added.", "报告已认证，仅允许追加会签。")
		: fails("The report is not certified against changes.", "报告未作防更改认证。");
}

function judgeValidity({ certificates }: SignedData, signedAt: Date | null): Judgement {
	if (!signedAt) return fails("The signature does not say when it was made.", "签名未注明时间。");
	const expired = certificates.find((certificate) => !validAt(certificate, signedAt));
	const at = signedAt.toISOString();
	return expired
		? fails(
				`The certificate "${commonNameOf(expired)}" was not valid at ${at}.`,
				`证书“${commonNameOf(expired)}”在 ${at} 无效。`,
			)
		: holds(`The certificates were valid when it was signed, at ${at}.`, `签名时（${at}）证书有效。`);
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

/**
 * Verifies a signed report offline: every byte of the file, its signature and certificates, the embedded
 * record and its audit chain. Whatever the bytes are, the answer is a verification; it never throws.
 */
export async function verifyReport(pdf: Uint8Array, options: VerifyOptions = {}): Promise<Verification> {
	const locale = options.locale ?? "en";
	const examined = await examine(pdf, options).catch((error: unknown) => {
		const reason = error instanceof Error ? error.message : String(error);
		return stopped({ pdf: fails(`The file can't be taken apart: ${reason}.`, `文件无法解析：${reason}。`) });
	});
	const checks = CHECKS.map((check) => {
		const judgement = examined.judgements[check] ?? NOT_EXAMINED;
		return { check, ok: judgement.ok, explanation: judgement[locale] };
	});
	return {
		valid: checks.every(({ ok }) => ok),
		checks,
		signer: examined.signer && commonNameOf(examined.signer),
		signedAt: examined.signedAt?.toISOString() ?? null,
		inspectionId: examined.identity?.inspectionId ?? null,
		disposition: examined.identity?.disposition ?? null,
	};
}
