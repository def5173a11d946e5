import type { Retained } from "../../../contracts/retention.js";
import type { Role } from "../../../persistence/store.js";
import { AUDITORS } from "../../api/inspection-access.js";

/** Legal hold and deletions on an inspection's page; nothing where there is nothing, but for who may set a hold. */
export function retentionView(retained: Retained | null, role: Role) {
	const mayHold = AUDITORS.includes(role);
	const known = retained !== null && (retained.hold !== null || retained.deletions.length > 0);
	return { retention: known || mayHold ? { hold: null, deletions: [], ...retained } : null, mayHold };
}
