import type { WebDeps } from "../deps.js";

const MINUTE = 60_000;

/** How long sessions last, who may sign in how, and how much one client may ask for. */
export interface AccessPolicy {
	/** Milliseconds after which a session ends whatever the person does. */
	readonly sessionMs: number;
	/** Milliseconds after which a session ends that nobody uses. */
	readonly idleMs: number;
	/** Requests a minute from one network address; 0 for no limit. */
	readonly requestsPerAddress: number;
	/** Requests a minute of one account or key; 0 for no limit. */
	readonly requestsPerAccount: number;
	/** Passwords a minute from one network address, right or wrong; 0 for no limit. */
	readonly signInsPerAddress: number;
	/** Whether names and passwords are taken; off where everybody comes through single sign-on. */
	readonly localSignIn: boolean;
}

/**
 * Sessions as NIST SP 800-63B-4 section 2.2.3 has them for AAL2, an hour of inactivity, but a shift and its
 * handover instead of a day. A line of a hundred stations sends far less than a hundred requests a second.
 */
export const DEFAULT_ACCESS: AccessPolicy = {
	sessionMs: 12 * 60 * MINUTE,
	idleMs: 60 * MINUTE,
	requestsPerAddress: 12_000,
	requestsPerAccount: 6_000,
	signInsPerAddress: 120,
	localSignIn: true,
};

export function accessOf(deps: Pick<WebDeps, "access">): AccessPolicy {
	return { ...DEFAULT_ACCESS, ...deps.access };
}
