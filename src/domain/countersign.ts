import type { Exception } from "../contracts/exception.js";

/** Whoever asks to countersign, as the web layer has proved them. */
export interface Countersigner {
	readonly name: string;
	readonly role: string;
}

/** Why somebody may not countersign: their role, or that they had a part in what they would vouch for. */
export type CountersignRefusal = "role" | "decided";

/**
 * Whether a person may countersign the report of an inspection; null where they may. Nobody audits their own
 * decisions: one that was undone counts too, for it was made with the same eyes (ISO 9001:2015, 9.2.2 c: audits
 * are impartial).
 */
export function countersignRefusal(
	person: Countersigner,
	exceptions: readonly Pick<Exception, "decisions">[],
): CountersignRefusal | null {
	if (person.role !== "auditor") return "role";
	const took = exceptions.some(({ decisions }) =>
		decisions.some(({ by, undoneBy }) => by === person.name || undoneBy === person.name),
	);
	return took ? "decided" : null;
}
