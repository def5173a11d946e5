import { createHash, X509Certificate } from "node:crypto";
import { Set as AsnSet, type AsnType, Integer, Null, ObjectIdentifier, type Sequence } from "asn1js";
import {
	childrenOf,
	der,
	octets,
	octetsOf,
	oid,
	parseBer,
	parseDer,
	sequence,
	setOf,
	tagged,
} from "./der.js";
import { fromDer, toDer } from "./ecdsa.js";

const OID = {
	data: "1.2.840.113549.1.7.1",
	signedData: "1.2.840.113549.1.7.2",
	contentType: "1.2.840.113549.1.9.3",
	messageDigest: "1.2.840.113549.1.9.4",
	signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
	signatureTimeStamp: "1.2.840.113549.1.9.16.2.14",
	sha256: "2.16.840.1.101.3.4.2.1",
	ecdsaWithSha256: "1.2.840.10045.4.3.2",
};

/** Issuer name and serial number, as they stand in the certificate (RFC 5280, 4.1: after the version). */
export function issuerAndSerial(certificate: Uint8Array): Sequence {
	const [, serial, , issuer] = childrenOf(childrenOf(parseDer(certificate))[0]);
	if (!serial || !issuer) throw new Error("a certificate has no issuer and serial number");
	return sequence(issuer, serial);
}

/**
 * The signed attributes in DER, as SET OF: content type, digest of the document, and the digests of every
 * certificate of the chain (ESSCertIDv2, RFC 5035), so that none of them can be exchanged. The signing time
 * is not among them: PAdES takes it from /M of the signature dictionary (EN 319 142-1, 6.3).
 */
export function signedAttributes(digest: Uint8Array, certificates: readonly Uint8Array[]): Buffer {
	const identified = certificates.map((certificate) => sequence(octets(sha256(certificate))));
	const attributes = [
		[OID.contentType, oid(OID.data)] as const,
		[OID.messageDigest, octets(digest)] as const,
		[OID.signingCertificateV2, sequence(sequence(...identified))] as const,
	].map(([type, value]) => der(sequence(oid(type), new AsnSet({ value: [value] }))));
	return der(new AsnSet({ value: setOf(attributes) }));
}

const stamped = (token: Uint8Array): Sequence =>
	sequence(oid(OID.signatureTimeStamp), new AsnSet({ value: [parseDer(token)] }));

/**
 * The CMS container of a PAdES signature: one signer, detached content, ECDSA on P-256 with SHA-256.
 * Written one way only, so that a verifier can build it again and compare byte by byte.
 * @param attributes from {@link signedAttributes}
 * @param signature r ‖ s, 64 bytes
 * @param timeStamp RFC 3161 token over the signature (EN 319 122-1, 5.3: signature-time-stamp), where there is one
 */
export function encodeSignedData(
	certificates: readonly Uint8Array[],
	attributes: Uint8Array,
	signature: Uint8Array,
	timeStamp: Uint8Array | null = null,
): Buffer {
	const [own] = certificates;
	if (!own) throw new Error("a signature needs its certificate");
	const digestAlgorithm = (): Sequence => sequence(oid(OID.sha256), new Null());
	const signerInfo = sequence(
		new Integer({ value: 1 }),
		issuerAndSerial(own),
		digestAlgorithm(),
		tagged(0, [...childrenOf(parseDer(attributes))]),
		sequence(oid(OID.ecdsaWithSha256)),
		octets(toDer(signature)),
		...(timeStamp ? [tagged(1, [stamped(timeStamp)])] : []),
	);
	const signedData = sequence(
		new Integer({ value: 1 }),
		new AsnSet({ value: [digestAlgorithm()] }),
		sequence(oid(OID.data)),
		tagged(0, setOf(certificates.map((certificate) => Buffer.from(certificate)))),
		new AsnSet({ value: [signerInfo] }),
	);
	return der(sequence(oid(OID.signedData), tagged(0, [signedData])));
}

export interface SignedData {
	/** Signer first, as the signing-certificate-v2 attribute names them. */
	readonly certificates: readonly X509Certificate[];
	readonly digest: Uint8Array;
	/** As they were signed: DER, SET OF. */
	readonly attributes: Uint8Array;
	/** r ‖ s, 64 bytes. */
	readonly signature: Uint8Array;
	/** The RFC 3161 token beside the signature, unexamined; null where there is none. */
	readonly timeStamp: Uint8Array | null;
}

/** First value of the attribute of this type; undefined where there is none. */
export function attributeIn(attributes: readonly AsnType[], wanted: string): AsnType | undefined {
	for (const attribute of attributes) {
		const [type, values] = childrenOf(attribute);
		if (type instanceof ObjectIdentifier && type.getValue() === wanted) return childrenOf(values)[0];
	}
	return undefined;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** The certificates in the order in which the signed attribute names them; empty where one is not there. */
function namedCertificates(named: AsnType | undefined, held: readonly Buffer[]): Buffer[] {
	const digests = childrenOf(childrenOf(named)[0]).map((one) => octetsOf(childrenOf(one)[0]));
	const found = digests.map((digest) => held.find((one) => digest && sha256(one).equals(digest)));
	const certificates = found.filter((one) => one !== undefined);
	return certificates.length === digests.length ? certificates : [];
}

/** The parts of a container written by {@link encodeSignedData}, or null where it is of another make. Never throws. */
export function decodeSignedData(container: Uint8Array): SignedData | null {
	try {
		const [, content] = childrenOf(parseBer(container));
		const [, , , certificateSet, signerInfos] = childrenOf(childrenOf(content)[0]);
		const [, , , attributeSet, , value, unsigned] = childrenOf(childrenOf(signerInfos)[0]);
		const attributes = childrenOf(attributeSet);
		const certificates = namedCertificates(
			attributeIn(attributes, OID.signingCertificateV2),
			childrenOf(certificateSet).map(der),
		).map((one) => new X509Certificate(one));
		const digest = octetsOf(attributeIn(attributes, OID.messageDigest));
		const encoded = octetsOf(value);
		const signature = encoded && fromDer(encoded);
		const token = attributeIn(childrenOf(unsigned), OID.signatureTimeStamp);
		if (certificates.length === 0 || !digest || !signature) return null;
		return {
			certificates,
			digest,
			attributes: der(new AsnSet({ value: [...attributes] })),
			signature,
			timeStamp: token ? der(token) : null,
		};
	} catch {
		return null;
	}
}
