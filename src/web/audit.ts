import type { AuditState } from "../contracts/audit-page.js";
import type { Retained } from "../contracts/retention.js";
import { VinspectError } from "../domain/errors.js";
import { nowOf, type WebDeps } from "./deps.js";

/** How the plant's audit chain stands. */
export async function auditStateOf({ store }: WebDeps): Promise<AuditState> {
	const [end, lastSigned, lastVerification] = await Promise.all([
		store.audit.notedHead(),
		store.audit.lastSignedHead(),
		store.audit.lastVerification(),
	]);
	return { end, lastSigned, lastVerification };
}

/** Hold and deletions of an inspection. Errors: `inspection_missing`. */
export async function retainedOf({ store }: WebDeps, inspectionId: string): Promise<Retained> {
	if (!(await store.inspections.get(inspectionId)))
		throw new VinspectError("inspection_missing", `There is no inspection ${inspectionId}.`);
	return (
		(await store.retention.get(inspectionId)) ?? { inspectionId, hold: null, deletions: [], pending: false }
	);
}

/** Sets a legal hold. Errors: `inspection_missing`; `hold_conflict` where it is held already. */
export async function setHold(deps: WebDeps, inspectionId: string, by: string, reason: string) {
	await retainedOf(deps, inspectionId);
	const hold = { by, at: nowOf(deps).toISOString(), reason };
	if (!(await deps.store.retention.setHold(inspectionId, hold)))
		throw new VinspectError("hold_conflict", `${inspectionId} is under a legal hold already.`);
	return retainedOf(deps, inspectionId);
}

/** Lifts a legal hold. Errors: `inspection_missing`; `hold_conflict` where nobody holds it. */
export async function liftHold(deps: WebDeps, inspectionId: string, by: string, reason: string) {
	await retainedOf(deps, inspectionId);
	const lifted = { by, at: nowOf(deps).toISOString(), reason };
	if (!(await deps.store.retention.liftHold(inspectionId, lifted)))
		throw new VinspectError("hold_conflict", `${inspectionId} is under no legal hold.`);
	return retainedOf(deps, inspectionId);
}
