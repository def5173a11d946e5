import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { KeyUsageFlags, KeyUsagesExtension, X509Certificate as ParsedCertificate } from "@peculiar/x509";

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, in its order. Throws where one does not parse. */
export function certificatesFromPem(pem: string): X509Certificate[] {
	return (pem.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block));
}

/** Whether the certificate may sign documents (RFC 5280, 4.2.1.3). */
export function maySign(certificate: X509Certificate): boolean {
	const usage = new ParsedCertificate(certificate.raw).getExtension(KeyUsagesExtension);
	return usage !== null && (usage.usages & KeyUsageFlags.digitalSignature) !== 0;
}

export function issuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
	return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** First and last instant at which the certificate is valid. */
export function validityOf({ validFrom, validTo }: X509Certificate): {
	readonly from: Date;
	readonly to: Date;
} {
	return { from: new Date(validFrom), to: new Date(validTo) };
}

export function validAt(certificate: X509Certificate, instant: Date): boolean {
	const { from, to } = validityOf(certificate);
	return instant >= from && instant <= to;
}

/** The common name of a certificate's subject, or the whole subject where it has none. */
export function commonNameOf(certificate: X509Certificate): string {
	return /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? certificate.subject.replaceAll("\n", ", ");
}

const same = (a: X509Certificate, b: X509Certificate): boolean => a.fingerprint256 === b.fingerprint256;

/** Position of the first certificate that the next one did not issue, or null where the chain holds. */
export function firstUnissued(chain: readonly X509Certificate[]): number | null {
	const position = chain.findIndex((certificate, i) => {
		const issuer = chain[i + 1];
		return issuer !== undefined && !issuedBy(certificate, issuer);
	});
	return position < 0 ? null : position;
}

/** The trusted root that the chain ends in or whose key issued its last certificate; null where there is none. */
export function rootOf(
	chain: readonly X509Certificate[],
	trusted: readonly X509Certificate[],
): X509Certificate | null {
	const last = chain.at(-1);
	if (!last) return null;
	return (
		trusted.find((root) => chain.some((certificate) => same(certificate, root))) ??
		trusted.find((root) => issuedBy(last, root)) ??
		null
	);
}
