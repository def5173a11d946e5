import type { X509Certificate } from "node:crypto";
import type { X509Crl } from "@peculiar/x509";

/** Whom the reader believes, and as of when. */
export interface Trust {
	/** Roots of signers; undefined where none were given. */
	readonly roots: readonly X509Certificate[] | undefined;
	/** Roots of time-stamp authorities: others than signers', because neither may speak for the other. */
	readonly timeStampRoots: readonly X509Certificate[] | undefined;
	/** Revocation lists; undefined where none were given. */
	readonly crls: readonly X509Crl[] | undefined;
	/** Whether a list that is missing or out of date is a reason to refuse, rather than to say so. */
	readonly crlsComplete: boolean;
	readonly now: Date;
}
