import { createHash, randomBytes, type X509Certificate } from "node:crypto";
import { Boolean as AsnBoolean, Integer, Null } from "asn1js";
import { VinspectError } from "../domain/errors.js";
import { rootOf, validAt } from "./certificate-chain.js";
import { childrenOf, der, octets, oid, parseBer, sequence } from "./der.js";
import { CONTAINER_BYTES, STAMPED_CONTAINER_BYTES } from "./signature-placeholder.js";
import { decodeToken, encodeToken, flawOf } from "./time-stamp-token.js";

/** Digest that is stamped: SHA-256. */
export const IMPRINT_ALGORITHM = "2.16.840.1.101.3.4.2.1";
/** How far the authority's clock and the signer's may lie apart before one of them is called wrong. */
export const CLOCK_TOLERANCE_MS = 10 * 60 * 1000;

/** What a container has room for beside the signature and its own certificates. */
const TOKEN_BYTES = STAMPED_CONTAINER_BYTES - CONTAINER_BYTES;
const ANSWER_MS = 5000;
/** An answer is a few kilobytes; more is none. */
const ANSWER_BYTES = 64 * 1024;
/** An authority that did not answer is left alone for so long, so that the line does not wait for it again and again. */
const REST_MS = 30_000;

export interface TimeStampSource {
	/** Address that answers RFC 3161 requests over HTTP. */
	readonly url: string;
	/** Roots the authority must lead to; empty takes any authority's word. */
	readonly roots: readonly X509Certificate[];
	/** Whether nothing is signed without a time stamp. */
	readonly required: boolean;
}

/** Stamps signatures with the time of somebody else's clock. */
export interface TimeStamps {
	/**
	 * The token over a signature's value, or null where the authority is away and may be done without. Errors:
	 * `time_stamp_unavailable` where it may not.
	 * @param value as it stands in the container: DER
	 * @param signedAt by the signer's clock
	 */
	over(value: Uint8Array, signedAt: Date): Promise<Buffer | null>;
}

/** TimeStampReq (RFC 3161, 2.4.1), asking for the authority's certificate. */
function request(imprint: Uint8Array, nonce: bigint): Buffer {
	return der(
		sequence(
			new Integer({ value: 1 }),
			sequence(sequence(oid(IMPRINT_ALGORITHM), new Null()), octets(imprint)),
			Integer.fromBigInt(nonce),
			new AsnBoolean({ value: true }),
		),
	);
}

async function post(url: string, body: Uint8Array): Promise<Buffer> {
	const response = await fetch(url, {
		method: "POST",
		headers: { "Content-Type": "application/timestamp-query", Accept: "application/timestamp-reply" },
		body: new Uint8Array(body),
		signal: AbortSignal.timeout(ANSWER_MS),
		redirect: "error",
	});
	if (!response.ok) throw new Error(`it answered with HTTP status ${response.status}`);
	const parts: Uint8Array[] = [];
	let bytes = 0;
	for await (const part of response.body ?? []) {
		bytes += part.length;
		if (bytes > ANSWER_BYTES) throw new Error(`its answer has more than ${ANSWER_BYTES} bytes`);
		parts.push(part);
	}
	return Buffer.concat(parts);
}

/** The token of a TimeStampResp. Throws where it was not granted (RFC 3161, 2.4.2: status 0 or 1). */
function granted(answer: Buffer): Buffer {
	const [status, token] = childrenOf(parseBer(answer));
	const [code] = childrenOf(status);
	if (!(code instanceof Integer)) throw new Error("its answer is no time-stamp response");
	if (code.toBigInt() > 1n || !token) throw new Error(`it refused with status ${code.toBigInt()}`);
	return der(token);
}

/** Asks once and believes nothing unproved. Throws with the reason where no token came that holds. */
async function ask({ url, roots }: TimeStampSource, value: Uint8Array, signedAt: Date): Promise<Buffer> {
	const imprint = createHash("sha256").update(value).digest();
	const nonce = BigInt(`0x${randomBytes(8).toString("hex")}`);
	const token = decodeToken(granted(await post(url, request(imprint, nonce))), roots);
	if (!token.imprint.equals(imprint) || token.imprintAlgorithm !== IMPRINT_ALGORITHM || token.nonce !== nonce)
		throw new Error("its token answers another request");
	if (flawOf(token) !== null) throw new Error("the token's own signature does not hold");
	if (roots.length > 0 && !rootOf(token.chain, roots))
		throw new Error("its certificate does not lead to a root of TSA_CA");
	if (!token.chain.every((one) => validAt(one, token.at)))
		throw new Error("its certificate was not valid when it stamped");
	if (Math.abs(token.at.getTime() - signedAt.getTime()) > CLOCK_TOLERANCE_MS)
		throw new Error(`its clock says ${token.at.toISOString()}, and here it is ${signedAt.toISOString()}`);
	const lean = encodeToken(token);
	if (lean.length > TOKEN_BYTES)
		throw new Error(`its token takes ${lean.length} bytes, and ${TOKEN_BYTES} fit`);
	return lean;
}

/**
 * Time stamps of an authority (RFC 3161 over HTTP).
 * @param warn told why a signature got no time stamp
 */
export function createTimeStamps(source: TimeStampSource, warn: (sentence: string) => void): TimeStamps {
	let restUntil = 0;
	return {
		async over(value, signedAt) {
			if (!source.required && Date.now() < restUntil) return null;
			try {
				return await ask(source, value, signedAt);
			} catch (cause) {
				const reason = cause instanceof Error ? cause.message : String(cause);
				const sentence = `The time-stamp authority ${source.url} gave no time stamp: ${reason}.`;
				if (source.required)
					throw new VinspectError(
						"time_stamp_unavailable",
						`${sentence} It is asked again; TSA_REQUIRED=off signs without it.`,
						[],
						{ cause },
					);
				restUntil = Date.now() + REST_MS;
				warn(`${sentence} The report is signed without one.`);
				return null;
			}
		},
	};
}
