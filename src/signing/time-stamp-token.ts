import "reflect-metadata";
import { createHash, verify, X509Certificate } from "node:crypto";
import { ExtendedKeyUsageExtension, X509Certificate as ParsedCertificate } from "@peculiar/x509";
import { Set as AsnSet, type AsnType, GeneralizedTime, Integer } from "asn1js";
import { issuedBy, maySign } from "./certificate-chain.js";
import { attributeIn, issuerAndSerial } from "./cms.js";
import {
	childrenOf,
	der,
	isTagged,
	octets,
	octetsOf,
	oid,
	oidOf,
	parseBer,
	parseDer,
	sequence,
	setOf,
	tagged,
} from "./der.js";

const OID = {
	signedData: "1.2.840.113549.1.7.2",
	tstInfo: "1.2.840.113549.1.9.16.1.4",
	contentType: "1.2.840.113549.1.9.3",
	messageDigest: "1.2.840.113549.1.9.4",
	signingCertificate: "1.2.840.113549.1.9.16.2.12",
	signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
	rsa: "1.2.840.113549.1.1.1",
	timeStamping: "1.3.6.1.5.5.7.3.8",
};

interface DigestKind {
	readonly name: "sha256" | "sha384" | "sha512";
	/** What names a signature over this digest, by the kind of key (RFC 5754). */
	readonly signatures: Readonly<Record<"rsa" | "ec", readonly string[]>>;
}

const DIGESTS: Readonly<Record<string, DigestKind>> = {
	"2.16.840.1.101.3.4.2.1": {
		name: "sha256",
		signatures: { rsa: [OID.rsa, "1.2.840.113549.1.1.11"], ec: ["1.2.840.10045.4.3.2"] },
	},
	"2.16.840.1.101.3.4.2.2": {
		name: "sha384",
		signatures: { rsa: [OID.rsa, "1.2.840.113549.1.1.12"], ec: ["1.2.840.10045.4.3.3"] },
	},
	"2.16.840.1.101.3.4.2.3": {
		name: "sha512",
		signatures: { rsa: [OID.rsa, "1.2.840.113549.1.1.13"], ec: ["1.2.840.10045.4.3.4"] },
	},
};

/** A time-stamp token taken apart (RFC 3161, 2.4.2), before anything of it was believed. */
export interface TimeStampToken {
	readonly info: Buffer;
	/** What was stamped: digest of it, and by which algorithm (dotted). */
	readonly imprint: Buffer;
	readonly imprintAlgorithm: string;
	/** Null where the token answers a request without one. */
	readonly nonce: bigint | null;
	readonly at: Date;
	/** The authority's signing certificate first, then its issuers; only what can be proved by what is here. */
	readonly chain: readonly X509Certificate[];
	readonly digest: DigestKind;
	readonly attributes: readonly AsnType[];
	readonly parts: { readonly digestAlgorithm: AsnType; readonly signatureAlgorithm: AsnType };
	readonly signature: Buffer;
}

/** Whose digest the token's signer named (ESSCertID, RFC 2634 and 5035): SHA-1 in the old form. */
function namesSigner(attributes: readonly AsnType[], certificate: Buffer): boolean {
	const v2 = attributeIn(attributes, OID.signingCertificateV2);
	const [first] = childrenOf(childrenOf(v2 ?? attributeIn(attributes, OID.signingCertificate))[0]);
	const [algorithm, hash] = childrenOf(first);
	const named = octetsOf(algorithm) ?? octetsOf(hash);
	const given = DIGESTS[oidOf(childrenOf(algorithm)[0]) ?? ""]?.name ?? "sha256";
	return (
		named?.equals(
			createHash(v2 ? given : "sha1")
				.update(certificate)
				.digest(),
		) ?? false
	);
}

/**
 * The signer's certificate with its issuers up to a self-signed one. Where they do not lead to one, the signer
 * alone: nothing here would prove the others.
 */
function provableChain(own: X509Certificate, held: readonly X509Certificate[]): X509Certificate[] {
	const chain = [own];
	for (let last = own; !issuedBy(last, last); ) {
		const issuer = held.find((one) => issuedBy(last, one) && !chain.includes(one));
		if (!issuer) return [own];
		chain.push(issuer);
		last = issuer;
	}
	return chain;
}

function integerOf(value: AsnType | undefined): bigint | null {
	return value instanceof Integer ? value.toBigInt() : null;
}

/**
 * Takes a token apart. Throws where it is no DER, of another structure, or signed by algorithms other than
 * RSA (PKCS #1 v1.5) or ECDSA over SHA-2.
 * @param known certificates that may complete the chain, such as the authority's root
 */
export function decodeToken(token: Uint8Array, known: readonly X509Certificate[] = []): TimeStampToken {
	const [type, content] = childrenOf(parseDer(token));
	const [, , encapsulated, certificates, ...rest] = childrenOf(childrenOf(content)[0]);
	const [signerInfo, ...others] = childrenOf(rest.at(-1));
	const [, identifier, digestAlgorithm, attributeSet, signatureAlgorithm, value] = childrenOf(signerInfo);
	const [infoType, infoHolder] = childrenOf(encapsulated);
	const info = octetsOf(childrenOf(infoHolder)[0]);
	const signature = octetsOf(value);
	const digest = DIGESTS[oidOf(childrenOf(digestAlgorithm)[0]) ?? ""];
	if (oidOf(type) !== OID.signedData || oidOf(infoType) !== OID.tstInfo || !info || others.length > 0)
		throw new Error("it is no time-stamp token");
	if (!digestAlgorithm || !signatureAlgorithm || !signature || !digest || !isTagged(attributeSet, 0))
		throw new Error("it is signed in a way that is not supported");
	const held = [
		...(isTagged(certificates, 0)
			? childrenOf(certificates).map((one) => new X509Certificate(der(one)))
			: []),
		...known,
	];
	const wanted = identifier && der(identifier);
	const own = held.find(({ raw }) => wanted && der(issuerAndSerial(raw)).equals(wanted));
	if (!own) throw new Error("it does not hold its signing certificate");
	const [, , imprint, , at, ...optional] = childrenOf(parseBer(info));
	const [imprintAlgorithm, imprinted] = childrenOf(imprint);
	const stamped = octetsOf(imprinted);
	if (!stamped || !(at instanceof GeneralizedTime))
		throw new Error("it does not say what was stamped, or when");
	return {
		info,
		imprint: stamped,
		imprintAlgorithm: oidOf(childrenOf(imprintAlgorithm)[0]) ?? "",
		nonce: integerOf(optional.find((one) => one instanceof Integer)),
		at: at.toDate(),
		chain: provableChain(own, held),
		digest,
		attributes: childrenOf(attributeSet),
		parts: { digestAlgorithm, signatureAlgorithm },
		signature,
	};
}

/**
 * The token written one way only: without what its signature does not cover and its chain does not need, so
 * that no byte of it can be changed unseen.
 */
export function encodeToken({ info, chain, attributes, parts, signature }: TimeStampToken): Buffer {
	const [own] = chain;
	if (!own) throw new Error("a token needs its signing certificate");
	const digestAlgorithm = der(parts.digestAlgorithm);
	const signerInfo = sequence(
		new Integer({ value: 1 }),
		issuerAndSerial(own.raw),
		parseDer(digestAlgorithm),
		tagged(0, [...attributes]),
		parts.signatureAlgorithm,
		octets(signature),
	);
	const signedData = sequence(
		new Integer({ value: 3 }),
		new AsnSet({ value: [parseDer(digestAlgorithm)] }),
		sequence(oid(OID.tstInfo), tagged(0, [octets(info)])),
		tagged(0, setOf(chain.map(({ raw }) => raw))),
		new AsnSet({ value: [signerInfo] }),
	);
	return der(sequence(oid(OID.signedData), tagged(0, [signedData])));
}

/** A certificate for time stamps and nothing else (RFC 3161, 2.3: critical, alone). */
function mayStamp(certificate: X509Certificate): boolean {
	const usage = new ParsedCertificate(certificate.raw).getExtension(ExtendedKeyUsageExtension);
	return (
		usage?.critical === true &&
		usage.usages.length === 1 &&
		usage.usages[0] === OID.timeStamping &&
		maySign(certificate)
	);
}

/** Parameters of an algorithm are absent or NULL (RFC 5754): there is nothing in them to change. */
function isPlain(algorithm: AsnType, allowed: readonly string[]): boolean {
	const [name, parameters, ...more] = childrenOf(algorithm);
	const plain = parameters === undefined || der(parameters).equals(Buffer.from([0x05, 0x00]));
	return allowed.includes(oidOf(name) ?? "") && plain && more.length === 0;
}

/** What is wrong with the token's signature over itself, or null where it holds. Names no trust. */
export function flawOf(token: TimeStampToken): "value" | "certificate" | null {
	const { info, chain, digest, attributes, parts, signature } = token;
	const [own] = chain;
	if (!own || !mayStamp(own) || !namesSigner(attributes, own.raw)) return "certificate";
	const kind = own.publicKey.asymmetricKeyType;
	const algorithms = kind === "rsa" || kind === "ec" ? digest.signatures[kind] : [];
	const sound =
		isPlain(parts.digestAlgorithm, Object.keys(DIGESTS)) &&
		isPlain(parts.signatureAlgorithm, algorithms) &&
		oidOf(attributeIn(attributes, OID.contentType)) === OID.tstInfo &&
		octetsOf(attributeIn(attributes, OID.messageDigest))?.equals(
			createHash(digest.name).update(info).digest(),
		) === true &&
		verify(digest.name, der(new AsnSet({ value: [...attributes] })), own.publicKey, signature);
	return sound ? null : "value";
}
