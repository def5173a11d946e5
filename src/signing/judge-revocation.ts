import "reflect-metadata";
import type { X509Certificate } from "node:crypto";
import { X509Certificate as ParsedCertificate, PemConverter, X509Crl } from "@peculiar/x509";
import { commonNameOf } from "./certificate-chain.js";
import type { SignedData } from "./cms.js";
import type { ExaminedTimeStamp } from "./judge-time-stamp.js";
import { fails, holds, type Judgement } from "./judgement.js";
import type { Trust } from "./trust.js";

/** The revocation lists of a file: one in DER, or any number in PEM. Throws where it holds none. */
export function crlsFrom(content: Uint8Array): X509Crl[] {
	const text = Buffer.from(content).toString("latin1");
	const lists = PemConverter.isPem(text) ? PemConverter.decode(text) : [new Uint8Array(content)];
	return lists.map((list) => new X509Crl(list));
}

/** Serial numbers as they are compared: hexadecimal without leading zeros. */
const plainSerial = (serial: string): string => serial.toLowerCase().replace(/^0+/, "");

/** When the list says the certificate was revoked; null where it does not stand in it. */
export function revokedAt(crl: X509Crl, certificate: X509Certificate): Date | null {
	const wanted = plainSerial(certificate.serialNumber);
	return crl.entries.find(({ serialNumber }) => plainSerial(serialNumber) === wanted)?.revocationDate ?? null;
}

async function listOf(issuer: X509Certificate, lists: readonly X509Crl[]): Promise<X509Crl | undefined> {
	const { subject, publicKey } = new ParsedCertificate(issuer.raw);
	let latest: X509Crl | undefined;
	for (const crl of lists) {
		if (crl.issuer !== subject || (latest && latest.thisUpdate >= crl.thisUpdate)) continue;
		if (await crl.verify({ publicKey })) latest = crl;
	}
	return latest;
}

/**
 * Judges whether a certificate was revoked (RFC 5280, 5). A revoked one counts only for what a trusted time
 * stamp proves to be older: whoever stole a key can write any date. Of an issuer's lists the latest counts.
 */
export async function judgeRevocation(
	{ certificates }: SignedData,
	timeStamp: ExaminedTimeStamp,
	{ crls, crlsComplete, roots = [], now }: Trust,
): Promise<Judgement> {
	if (!crls)
		return holds(
			"No revocation list was given: whether the certificate was revoked was not looked up.",
			"未提供证书吊销列表：未核查证书是否已被吊销。",
		);
	const proved: string[] = [];
	for (const [i, certificate] of certificates.entries()) {
		const issuer = certificates[i + 1] ?? roots.find((root) => certificate.checkIssued(root));
		if (!issuer || issuer.fingerprint256 === certificate.fingerprint256) continue;
		const crl = await listOf(issuer, crls);
		const [name, by] = [commonNameOf(certificate), commonNameOf(issuer)];
		if (!crlsComplete && (!crl || (crl.nextUpdate && crl.nextUpdate < now && !revokedAt(crl, certificate))))
			return holds(
				`Whether "${name}" was revoked was not looked up: no current revocation list of "${by}" is here.`,
				`未核查“${name}”是否已被吊销：此处没有“${by}”的最新吊销列表。`,
			);
		if (!crl)
			return fails(
				`None of the revocation lists given was issued by "${by}", which issued "${name}".`,
				`所提供的吊销列表均非“${name}”的签发者“${by}”所发布。`,
			);
		if (crlsComplete && crl.nextUpdate && crl.nextUpdate < now)
			return fails(
				`The revocation list of "${by}" ran out on ${crl.nextUpdate.toISOString()}; give the current one.`,
				`“${by}”的吊销列表已于 ${crl.nextUpdate.toISOString()} 过期，请提供最新列表。`,
			);
		const revoked = revokedAt(crl, certificate);
		if (!revoked) continue;
		const on = revoked.toISOString();
		if (!timeStamp.trusted || !timeStamp.at || timeStamp.at >= revoked)
			return fails(
				`The certificate "${name}" was revoked on ${on}, and no trusted time stamp proves that it signed before.`,
				`证书“${name}”已于 ${on} 被吊销，且无受信时间戳证明签名在此之前。`,
			);
		proved.push(`${name} (${on})`);
	}
	return proved.length === 0
		? holds("None of the certificates was revoked.", "证书均未被吊销。")
		: holds(
				`Revoked later, after the time stamp: ${proved.join(", ")}.`,
				`证书在时间戳之后才被吊销：${proved.join("、")}。`,
			);
}
