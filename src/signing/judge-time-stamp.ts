import { createHash, type X509Certificate } from "node:crypto";
import { commonNameOf, rootOf, validAt } from "./certificate-chain.js";
import type { SignedData } from "./cms.js";
import { toDer } from "./ecdsa.js";
import { fails, holds, type Judgement } from "./judgement.js";
import { CLOCK_TOLERANCE_MS, IMPRINT_ALGORITHM } from "./time-stamp-authority.js";
import { decodeToken, encodeToken, flawOf, type TimeStampToken } from "./time-stamp-token.js";

export interface ExaminedTimeStamp {
	readonly judgement: Judgement;
	/** When the signature existed by the authority's word; null where there is no time stamp that holds. */
	readonly at: Date | null;
	/** Whether the authority leads to a root that the reader trusts. */
	readonly trusted: boolean;
}

const refused = (en: string, zh: string): ExaminedTimeStamp => ({
	judgement: fails(en, zh),
	at: null,
	trusted: false,
});

function decoded(token: Uint8Array): TimeStampToken | null {
	try {
		const found = decodeToken(token);
		return encodeToken(found).equals(token) ? found : null;
	} catch {
		return null;
	}
}

/**
 * Judges the time stamp beside a signature (RFC 3161; EN 319 122-1, 5.3). One that was set aside room for and
 * is missing was taken out.
 * @param expected whether the container has the room of a time-stamped one
 * @param signedAt what the signature itself says
 * @param roots roots of time-stamp authorities that the reader trusts; undefined where none were given
 */
export function examineTimeStamp(
	{ timeStamp, signature }: SignedData,
	expected: boolean,
	signedAt: Date | null,
	roots: readonly X509Certificate[] | undefined,
): ExaminedTimeStamp {
	if (!timeStamp && !expected)
		return {
			judgement: holds(
				"It carries no time stamp: the time of signing is the signer's word.",
				"不含时间戳：签名时间以签名者所述为准。",
			),
			at: null,
			trusted: false,
		};
	if (!timeStamp || !expected)
		return refused(
			timeStamp
				? "A time stamp was put in where none was set aside room for."
				: "The time stamp was removed.",
			timeStamp ? "签名被附加了未预留的时间戳。" : "时间戳已被移除。",
		);
	const token = decoded(timeStamp);
	if (!token)
		return refused("The time stamp was changed or is of another make.", "时间戳被更改或非本系统生成。");
	const [own] = token.chain;
	const flaw = flawOf(token);
	if (!own || flaw === "certificate")
		return refused("The time stamp's certificate is not made for time stamps.", "时间戳证书用途不符。");
	const imprint = createHash("sha256").update(toDer(signature)).digest();
	if (token.imprintAlgorithm !== IMPRINT_ALGORITHM || !token.imprint.equals(imprint))
		return refused("The time stamp belongs to another signature.", "时间戳属于另一签名。");
	const name = commonNameOf(own);
	if (flaw) return refused(`The time stamp of "${name}" was changed.`, `“${name}”的时间戳被更改。`);
	const at = token.at.toISOString();
	if (!token.chain.every((one) => validAt(one, token.at)))
		return refused(
			`The certificate of "${name}" was not valid when it stamped, at ${at}.`,
			`“${name}”的证书在加盖时间戳时（${at}）无效。`,
		);
	if (signedAt && Math.abs(signedAt.getTime() - token.at.getTime()) > CLOCK_TOLERANCE_MS)
		return refused(
			`The signature says ${signedAt.toISOString()}, but its time stamp says ${at}.`,
			`签名所述时间为 ${signedAt.toISOString()}，时间戳却为 ${at}。`,
		);
	const root = roots && rootOf(token.chain, roots);
	if (roots && !root)
		return refused(
			`The time-stamp authority "${name}" is not among the trusted ones.`,
			`时间戳机构“${name}”不在受信机构之列。`,
		);
	return {
		judgement: root
			? holds(
					`It was signed before ${at}, by the time stamp of "${name}", trusted through "${commonNameOf(root)}".`,
					`依据“${name}”的时间戳（经“${commonNameOf(root)}”受信），签名早于 ${at}。`,
				)
			: holds(
					`It was signed before ${at}, by the time stamp of "${name}"; no root for time stamps was given, so that name is its own word.`,
					`依据“${name}”的时间戳，签名早于 ${at}；未提供时间戳根证书，该名称以其自述为准。`,
				),
		at: token.at,
		trusted: root !== undefined && root !== null,
	};
}
