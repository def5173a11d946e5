import { createHash, randomUUID } from "node:crypto";
import type { AuditAction, AuditDraft } from "../contracts/audit.js";
import type { Sha256 } from "../contracts/primitives.js";
import { canonicalBytes, wellFormed } from "../reporting/canonical-json.js";

/** Who acts, for events. */
export interface AuditActor {
	readonly name: string;
	/** `system` where nobody acted. */
	readonly role: string;
}

/** Longest a fact of an event may be; what is longer is cut, visibly, rather than refused: the event has to be told. */
const LONGEST = { name: 200, role: 40, subject: 300, why: 4000, fact: 2000 } as const;

function cut(text: string, longest: number): string {
	const sound = text.replace(/\p{Surrogate}/gu, "\ufffd");
	return sound.length > longest ? `${sound.slice(0, longest - 1).replace(/\p{Surrogate}/gu, "")}…` : sound;
}

/** SHA-256 over the canonical JSON (RFC 8785) of what an event speaks of. */
export function digestOf(content: unknown): Sha256 {
	return createHash("sha256")
		.update(canonicalBytes(wellFormed(content)))
		.digest("hex");
}

/** An event to append. Without an id of its own it happens once for each time it is told. */
export function auditDraft(
	actor: AuditActor,
	action: AuditAction,
	subject: string,
	facts: {
		readonly eventId?: string;
		readonly at?: string;
		readonly why?: string;
		readonly sha256?: Sha256 | null;
		readonly detail?: Readonly<Record<string, string>>;
	} = {},
): AuditDraft {
	const {
		eventId = randomUUID(),
		at = new Date().toISOString(),
		why = "",
		sha256 = null,
		detail = {},
	} = facts;
	return {
		eventId: cut(eventId, LONGEST.subject),
		at,
		who: cut(actor.name, LONGEST.name),
		role: cut(actor.role, LONGEST.role),
		action,
		subject: cut(subject, LONGEST.subject),
		why: cut(why, LONGEST.why),
		sha256,
		detail: Object.fromEntries(
			Object.entries(detail).map(([name, value]) => [cut(name, LONGEST.name), cut(value, LONGEST.fact)]),
		),
	};
}
