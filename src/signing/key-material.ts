import type { KeyObject, X509Certificate } from "node:crypto";

/** A private key with the certificates that speak for it, before anybody proved that they fit. */
export interface KeyMaterial {
	readonly key: KeyObject;
	/** Signer first, then its issuers. */
	readonly certificates: readonly X509Certificate[];
	/** Where it comes from and how to mend it, for the person who has to. */
	readonly origin: string;
	readonly remedy: string;
}
