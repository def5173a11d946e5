import { type AsnType, Constructed, fromBER, ObjectIdentifier, OctetString, Sequence } from "asn1js";

const CONTEXT_SPECIFIC = 3;

export const oid = (value: string): ObjectIdentifier => new ObjectIdentifier({ value });
export const sequence = (...value: AsnType[]): Sequence => new Sequence({ value });
export const octets = (bytes: Uint8Array): OctetString =>
	new OctetString({ valueHex: new Uint8Array(bytes).buffer });
export const tagged = (tagNumber: number, value: AsnType[]): Constructed =>
	new Constructed({ idBlock: { tagClass: CONTEXT_SPECIFIC, tagNumber }, value });
export const der = (value: AsnType): Buffer => Buffer.from(value.toBER());

/** The value that these bytes are from the first to the last; undefined where they are something else. */
export function parseBer(bytes: Uint8Array): AsnType | undefined {
	const { result, offset } = fromBER(bytes);
	return offset === bytes.length ? result : undefined;
}

/** The value that these bytes are, written the one DER way (X.690, 10). Throws where they are not. */
export function parseDer(bytes: Uint8Array): AsnType {
	const value = parseBer(bytes);
	if (value === undefined || !der(value).equals(bytes))
		throw new Error("a certificate or token is not in DER");
	return value;
}

/** DER orders a SET OF by its members' encodings (X.690, 11.6). */
export const setOf = (members: readonly Buffer[]): AsnType[] =>
	[...members].sort(Buffer.compare).map(parseDer);

export const childrenOf = (value: AsnType | undefined): readonly AsnType[] =>
	value instanceof Constructed ? value.valueBlock.value : [];

export function octetsOf(value: AsnType | undefined): Buffer | null {
	return value instanceof OctetString ? Buffer.from(value.getValue()) : null;
}

/** Dotted form of an object identifier; null for any other value. */
export function oidOf(value: AsnType | undefined): string | null {
	return value instanceof ObjectIdentifier ? value.getValue() : null;
}

/** Whether the value is context-specific with this tag number. */
export function isTagged(value: AsnType | undefined, tagNumber: number): boolean {
	return value?.idBlock.tagClass === CONTEXT_SPECIFIC && value.idBlock.tagNumber === tagNumber;
}
