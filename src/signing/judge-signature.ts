import { verify, type X509Certificate } from "node:crypto";
import { commonNameOf, firstUnissued, maySign, rootOf, validAt, validityOf } from "./certificate-chain.js";
import { encodeSignedData, type SignedData, signedAttributes } from "./cms.js";
import { hasLowS } from "./ecdsa.js";
import { fails, holds, type Judgement } from "./judgement.js";
import { containerBytesOf, fillContainer, type SignedRange } from "./signature-placeholder.js";

/** Padding and encoding are not signed: so there is one way only to write them. */
export function judgeContainer(pdf: Uint8Array, range: SignedRange, signed: SignedData | null): Judgement {
	const written = Buffer.from(pdf.subarray(range.start, range.end)).toString("latin1");
	const room = containerBytesOf(range);
	const unchanged =
		signed !== null &&
		room !== null &&
		written ===
			fillContainer(
				encodeSignedData(
					signed.certificates.map(({ raw }) => raw),
					signed.attributes,
					signed.signature,
					signed.timeStamp,
				),
				room,
			);
	return unchanged
		? holds(
				"The signature container is whole, to the last byte of its padding.",
				"签名容器完整，填充字节未变。",
			)
		: fails("The signature container was changed or is of another make.", "签名容器被更改或非本系统生成。");
}

export function judgeDigest(digest: Buffer, signed: SignedData): Judgement {
	return digest.equals(signed.digest)
		? holds("The signed bytes are unchanged (SHA-256).", "签名内容未被更改（SHA-256）。")
		: fails(
				"The file was changed after it was signed: its SHA-256 differs.",
				"签名后文件被更改：SHA-256 不符。",
			);
}

export function judgeValue({ attributes, signature, certificates }: SignedData): Judgement {
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

export function judgeNamed({ attributes, digest, certificates }: SignedData): Judgement {
	const expected = signedAttributes(
		digest,
		certificates.map(({ raw }) => raw),
	);
	return expected.equals(attributes)
		? holds("The certificates are the ones the signature names.", "证书与签名所指明的一致。")
		: fails("The certificates are not the ones the signature names.", "证书与签名所指明的不一致。");
}

export function judgeChain({ certificates }: SignedData): Judgement {
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

export function judgeTrust(
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

/**
 * Whether the certificates were valid when it was signed. One that has run out since counts: the report has to
 * be checked for years; but whether only the signer's word says when it signed is told.
 */
export function judgeValidity(
	{ certificates }: SignedData,
	signedAt: Date | null,
	timeStamp: { readonly trusted: boolean },
	now: Date,
): Judgement {
	if (!signedAt) return fails("The signature does not say when it was made.", "签名未注明时间。");
	const at = signedAt.toISOString();
	const early = certificates.find((certificate) => !validAt(certificate, signedAt));
	if (early) {
		const name = commonNameOf(early);
		const { from, to } = validityOf(early);
		return signedAt > to
			? fails(
					`The certificate "${name}" had run out on ${to.toISOString()} when it signed, at ${at}.`,
					`签名时（${at}）证书“${name}”已于 ${to.toISOString()} 过期。`,
				)
			: fails(
					`The certificate "${name}" was not valid before ${from.toISOString()}, and it signed at ${at}.`,
					`证书“${name}”自 ${from.toISOString()} 起有效，而签名时间为 ${at}。`,
				);
	}
	const since = certificates.find((certificate) => !validAt(certificate, now));
	if (!since || timeStamp.trusted)
		return holds(`The certificates were valid when it was signed, at ${at}.`, `签名时（${at}）证书有效。`);
	const end = validityOf(since).to.toISOString();
	return holds(
		`The certificates were valid at ${at}; "${commonNameOf(since)}" ran out on ${end} since, and only the signer's word says that it was signed before.`,
		`签名所述时间（${at}）证书有效；“${commonNameOf(since)}”此后已于 ${end} 过期，签名时间仅以签名者所述为准。`,
	);
}
