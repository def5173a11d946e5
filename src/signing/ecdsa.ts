import { Integer, Sequence } from "asn1js";

/** Order of the group of P-256 (SP 800-186, 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = ORDER >> 1n;
const COMPONENT_BYTES = 32;

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);

function toComponent(value: bigint): Buffer {
	return Buffer.from(value.toString(16).padStart(2 * COMPONENT_BYTES, "0"), "hex");
}

/**
 * The one of the two equal signatures (r, s) and (r, n − s) with the smaller s. Whoever verifies only this
 * form knows that nobody without the key made a second valid signature from the first.
 * @param signature r ‖ s, 64 bytes (IEEE P1363)
 */
export function withLowS(signature: Uint8Array): Buffer {
	const r = signature.subarray(0, COMPONENT_BYTES);
	const s = toBigInt(signature.subarray(COMPONENT_BYTES));
	return Buffer.concat([r, toComponent(s > HALF_ORDER ? ORDER - s : s)]);
}

export function hasLowS(signature: Uint8Array): boolean {
	return toBigInt(signature.subarray(COMPONENT_BYTES)) <= HALF_ORDER;
}

/** r ‖ s as the DER `ECDSA-Sig-Value` that CMS carries (RFC 5753). */
export function toDer(signature: Uint8Array): Buffer {
	const integer = (bytes: Uint8Array): Integer => Integer.fromBigInt(toBigInt(bytes));
	const value = [
		integer(signature.subarray(0, COMPONENT_BYTES)),
		integer(signature.subarray(COMPONENT_BYTES)),
	];
	return Buffer.from(new Sequence({ value }).toBER());
}

/** DER `ECDSA-Sig-Value` as r ‖ s, or null where it is something else or not written the one DER way. */
export function fromDer(der: Uint8Array): Buffer | null {
	const components: bigint[] = [];
	// SEQUENCE and its length, then INTEGERs, each with tag, length and value: all lengths fit one byte.
	for (let at = 2; at + 1 < der.length; at += 2 + (der[at + 1] ?? 0))
		components.push(toBigInt(der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0))));
	if (components.length !== 2 || components.some((value) => value <= 0n || value >= ORDER)) return null;
	const signature = Buffer.concat(components.map(toComponent));
	return toDer(signature).equals(der) ? signature : null;
}
