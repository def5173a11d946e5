import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { CertBag, Certificate, type ContentInfo, PFX, PKCS8ShroudedKeyBag, type SafeBag } from "pkijs";

/** A `SafeContents` is encrypted with the passphrase, or plain (RFC 7292, section 4). */
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";

const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

async function bagsOf(content: Uint8Array, passphrase: string): Promise<readonly SafeBag[]> {
	const password = toArrayBuffer(Buffer.from(passphrase, "utf8"));
	const pfx = PFX.fromBER(toArrayBuffer(content));
	await pfx.parseInternalValues({ password, checkIntegrity: true });
	const safe = pfx.parsedValue?.authenticatedSafe;
	if (!safe) return [];
	await safe.parseInternalValues({
		safeContents: safe.safeContents.map((part: ContentInfo) =>
			part.contentType === ENCRYPTED_DATA ? { password } : {},
		),
	});
	const contents: { value: { safeBags: SafeBag[] } }[] = safe.parsedValue.safeContents;
	return contents.flatMap(({ value }) => value.safeBags);
}

function inIssuingOrder(key: KeyObject, certificates: readonly X509Certificate[]): X509Certificate[] {
	const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
	const chain = own ? [own] : [];
	for (let last = own; last; ) {
		const subject: X509Certificate = last;
		last = certificates.find((candidate) => !chain.includes(candidate) && subject.checkIssued(candidate));
		if (last) chain.push(last);
	}
	return chain;
}

/**
 * The private key of a PKCS#12 file with its certificate and those that issued it. Throws where the
 * passphrase is wrong or the file is encrypted the way of before 2010 (RC2, 3DES).
 */
export async function readPkcs12(
	content: Uint8Array,
	passphrase: string,
): Promise<{ key: KeyObject; certificates: readonly X509Certificate[] }> {
	const certificates: X509Certificate[] = [];
	let key: KeyObject | undefined;
	for (const { bagValue } of await bagsOf(content, passphrase)) {
		if (bagValue instanceof CertBag && bagValue.parsedValue instanceof Certificate)
			certificates.push(new X509Certificate(Buffer.from(bagValue.parsedValue.toSchema().toBER())));
		if (!(bagValue instanceof PKCS8ShroudedKeyBag)) continue;
		const encrypted = Buffer.from(bagValue.toSchema().toBER());
		key = createPrivateKey({ key: encrypted, format: "der", type: "pkcs8", passphrase });
	}
	if (!key) throw new Error("the PKCS#12 file holds no private key");
	return { key, certificates: inIssuingOrder(key, certificates) };
}
