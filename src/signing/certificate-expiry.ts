import type { X509Certificate } from "node:crypto";
import type { Bilingual } from "../contracts/primitives.js";
import { commonNameOf, validityOf } from "./certificate-chain.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** From when on people are told that a certificate runs out: time enough for a certificate to be asked for. */
export const EXPIRY_WARNING_DAYS = 60;

/** Whole days for which the certificate is still valid; negative once it has run out. */
export function daysLeft(certificate: X509Certificate, now: Date): number {
	return Math.floor((validityOf(certificate).to.getTime() - now.getTime()) / DAY_MS);
}

/** What has to be told about certificates that run out soon or have run out, the most pressing first. */
export function expiryWarnings(
	certificates: readonly X509Certificate[],
	now: Date,
): readonly (Bilingual & { readonly days: number })[] {
	return certificates
		.map((certificate) => ({ certificate, days: daysLeft(certificate, now) }))
		.filter(({ days }) => days < EXPIRY_WARNING_DAYS)
		.sort((a, b) => a.days - b.days)
		.map(({ certificate, days }) => {
			const [name, on] = [commonNameOf(certificate), validityOf(certificate).to.toISOString().slice(0, 10)];
			return days < 0
				? {
						days,
						en: `The signing certificate "${name}" ran out on ${on}: no report can be signed until it is replaced.`,
						zh: `签名证书“${name}”已于 ${on} 过期：更换前无法签发报告。`,
					}
				: {
						days,
						en: `The signing certificate "${name}" runs out in ${days} days, on ${on}: replace it before that (vinspect keys).`,
						zh: `签名证书“${name}”将于 ${days} 天后（${on}）过期：请提前更换（vinspect keys）。`,
					};
		});
}
