import { createHash } from "node:crypto";
import type { AuditDraft, AuditEvent, AuditHead } from "../contracts/audit.js";
import type { Sha256 } from "../contracts/primitives.js";
import { genesisOf } from "../reporting/audit-chain.js";

/** What the first event of a plant is chained to, so that no chain can be moved whole to another plant. */
export function genesisOfPlant(plant: string): AuditHead {
	return { seq: 0, hash: genesisOf(`vinspect/audit/1 ${plant}`) };
}

/**
 * An event's canonical JSON (RFC 8785). Its members are known, so they are written in their order at once: ECMAScript's
 * own JSON.stringify is what RFC 8785 defines strings and whole numbers by. Verifying a million events rests on this.
 */
export function canonicalEvent(event: Omit<AuditEvent, "hash">): string {
	const { action, at, detail, eventId, prev, role, seq, sha256, subject, who, why } = event;
	const facts = Object.keys(detail)
		.sort()
		.map((name) => `${JSON.stringify(name)}:${JSON.stringify(detail[name])}`);
	return `{"action":${JSON.stringify(action)},"at":${JSON.stringify(at)},"detail":{${facts.join(",")}},"eventId":${JSON.stringify(eventId)},"prev":${JSON.stringify(prev)},"role":${JSON.stringify(role)},"seq":${JSON.stringify(seq)},"sha256":${JSON.stringify(sha256)},"subject":${JSON.stringify(subject)},"who":${JSON.stringify(who)},"why":${JSON.stringify(why)}}`;
}

/** `SHA-256(JCS(event without hash))`; the same rule as that of an inspection's own chain. */
export function hashOfEvent(event: Omit<AuditEvent, "hash">): Sha256 {
	return createHash("sha256").update(canonicalEvent(event)).digest("hex");
}

/** Chains drafts, in their order, to what stands before them. */
export function linkEvents(head: AuditHead, drafts: readonly AuditDraft[]): AuditEvent[] {
	let { seq, hash: prev } = head;
	return drafts.map((draft) => {
		seq += 1;
		const linked = { ...draft, seq, prev };
		prev = hashOfEvent(linked);
		return { ...linked, hash: prev };
	});
}
