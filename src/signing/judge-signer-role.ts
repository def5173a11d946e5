import type { X509Certificate } from "node:crypto";
import { commonNameOf } from "./certificate-chain.js";
import { fails, holds, type Judgement } from "./judgement.js";
import { authorityNameOf, PLANT_SIGNERS, type PlantSigner, signerNameOf } from "./plant-keys.js";

const ROLES = Object.keys(PLANT_SIGNERS) as PlantSigner[];
const WORDS: Readonly<Record<PlantSigner, { readonly en: string; readonly zh: string }>> = {
	inspector: { en: "inspector's", zh: "检验签名者" },
	auditor: { en: "auditor's", zh: "审核员" },
};

/** Whose certificate a plant's own authority made it; null of certificates from elsewhere, which don't say. */
function roleOf(certificate: X509Certificate): PlantSigner | null {
	const organisation = /^O=(.*)$/m.exec(certificate.issuer)?.[1];
	const issuer = /^CN=(.*)$/m.exec(certificate.issuer)?.[1];
	if (organisation === undefined || issuer !== authorityNameOf(organisation)) return null;
	return ROLES.find((role) => commonNameOf(certificate) === signerNameOf(role, organisation)) ?? null;
}

const keyOf = (certificate: X509Certificate): string =>
	certificate.publicKey.export({ format: "der", type: "spki" }).toString("base64");

/**
 * Whose certificate a signature is of, and whether it may stand where it does: the inspector's certifies, the auditor's
 * countersigns. Certificates of the plant's own authority say whose they are; of others it is named who signed, and that
 * the certificate does not say in which capacity.
 * @param certified the certificate that certified the report, of a counter-signature; its key may not sign twice
 */
export function judgeSignerRole(
	own: X509Certificate,
	place: PlantSigner,
	certified: X509Certificate | null = null,
): Judgement {
	const name = commonNameOf(own);
	if (certified && keyOf(certified) === keyOf(own))
		return fails(
			`The counter-signature is of the key that certified the report, "${name}": nobody else looked at it.`,
			`会签与报告签发使用同一密钥（“${name}”）：并无他人复核。`,
		);
	const role = roleOf(own);
	if (role === null)
		return holds(
			`It is signed by "${name}", whose certificate does not say in which capacity: compare it with the plant's.`,
			`签名者为“${name}”，其证书未注明身份：请与工厂公布的证书核对。`,
		);
	return role === place
		? holds(
				`It is signed with the ${WORDS[role].en} certificate, "${name}".`,
				`由${WORDS[role].zh}证书“${name}”签名。`,
			)
		: fails(
				`It is signed with the ${WORDS[role].en} certificate, "${name}", where the ${WORDS[place].en} belongs.`,
				`此处应为${WORDS[place].zh}签名，实际由${WORDS[role].zh}证书“${name}”签名。`,
			);
}
