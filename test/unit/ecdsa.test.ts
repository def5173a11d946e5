import { generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDer, hasLowS, toDer, withLowS } from "../../src/signing/ecdsa.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

describe("ECDSA signatures", () => {
	it("keep their validity with a low s, and go to DER and back", () => {
		for (let i = 0; i < 64; i++) {
			const data = randomBytes(40);
			const low = withLowS(sign("sha256", data, { key: privateKey, dsaEncoding: "ieee-p1363" }));
			expect(hasLowS(low)).toBe(true);
			expect(verify("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, low)).toBe(true);
			expect(verify("sha256", data, { key: publicKey, dsaEncoding: "der" }, toDer(low))).toBe(true);
			expect(fromDer(toDer(low))).toEqual(low);
		}
	});

	it("are refused where the DER is something else", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
				const signature = fromDer(bytes);
				expect(signature === null || signature.length === 64).toBe(true);
			}),
		);
		expect(fromDer(Buffer.from("3006020100020101", "hex"))).toBeNull();
	});
});
