import type { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { VinspectError } from "../domain/errors.js";
import { certificatesFromPem } from "./certificate-chain.js";
import { createTimeStamps, type TimeStamps } from "./time-stamp-authority.js";

/** Time stamps, and what proves them. */
export interface TimeStamping {
	readonly timeStamps: TimeStamps;
	/** Empty where any authority is taken. */
	readonly roots: readonly X509Certificate[];
}

/** The option of a verification that trusts this authority; none where any is taken. */
export function trustOf(timeStamping: TimeStamping | null): {
	readonly timeStampRoots?: readonly X509Certificate[];
} {
	return timeStamping && timeStamping.roots.length > 0 ? { timeStampRoots: timeStamping.roots } : {};
}

/**
 * Opens what the settings name. Errors: `configuration_invalid` where TSA_CA holds no certificate.
 * @param warn told why a signature got no time stamp
 */
export async function openTimeStamping(
	settings: { readonly url: string; readonly ca: string | null; readonly required: boolean } | null,
	warn: (sentence: string) => void,
): Promise<TimeStamping | null> {
	if (!settings) return null;
	const { url, ca, required } = settings;
	const roots = ca === null ? [] : await rootsIn(ca);
	return { timeStamps: createTimeStamps({ url, roots, required }, warn), roots };
}

async function rootsIn(path: string): Promise<X509Certificate[]> {
	const unusable = (reason: string) =>
		new VinspectError(
			"configuration_invalid",
			`TSA_CA: ${reason}; set it to a PEM file with the root certificate of the time-stamp authority.`,
		);
	const pem = await readFile(path, "utf8").catch((cause: unknown) => {
		throw unusable(cause instanceof Error ? cause.message : String(cause));
	});
	const roots = certificatesFromPem(pem);
	if (roots.length === 0) throw unusable(`${path} holds no PEM certificate`);
	return roots;
}
