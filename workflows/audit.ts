import { auditing } from "./activity-proxies.js";

/** Has the end of the plant's audit chain signed; a schedule starts it every few minutes. */
export async function signAuditHead(): Promise<void> {
	await auditing.signAuditHead();
}

/** Has the whole chain verified; a schedule starts it every day. */
export async function verifyAuditChain(): Promise<boolean> {
	return auditing.verifyAuditChain();
}
