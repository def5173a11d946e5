import { createHash, type KeyObject, type X509Certificate } from "node:crypto";
import { compactVerify } from "jose";
import type { Signer } from "./signer.js";

const base64url = (value: Uint8Array | string): string => Buffer.from(value).toString("base64url");

/**
 * A detached JWS (RFC 7515, appendix F) with ES256 over the record's canonical bytes, so that the record can
 * be proved outside of the PDF too. The header carries the certificates.
 */
export async function signRecord(record: Uint8Array, signer: Signer): Promise<string> {
	const [own] = signer.certificates;
	if (!own) throw new Error("a signature needs its certificate");
	const header = base64url(
		JSON.stringify({
			alg: "ES256",
			cty: "application/json",
			"x5t#S256": createHash("sha256").update(own).digest("base64url"),
			x5c: signer.certificates.map((certificate) => Buffer.from(certificate).toString("base64")),
		}),
	);
	const signature = await signer.sign(Buffer.from(`${header}.${base64url(record)}`, "ascii"));
	return `${header}..${base64url(signature)}`;
}

/** Whether the detached JWS is this key's signature over exactly these bytes. Never throws. */
export async function recordSignatureHolds(
	jws: string,
	record: Uint8Array,
	certificate: X509Certificate,
): Promise<boolean> {
	const parts = jws.split(".");
	if (parts.length !== 3 || parts[1] !== "") return false;
	const key: KeyObject = certificate.publicKey;
	return compactVerify(`${parts[0]}.${base64url(record)}.${parts[2]}`, key, { algorithms: ["ES256"] }).then(
		() => true,
		() => false,
	);
}
