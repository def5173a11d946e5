import type { AuditEvent, AuditHead, AuditVerification, SignedAuditHead } from "../../src/contracts/audit.js";
import type { AuditStore } from "../../src/persistence/audit-store.js";

/** A chain in memory, open to whoever tests what becomes of one that was tampered with. */
export class MemoryAudit implements AuditStore {
	readonly events = new Map<number, AuditEvent>();
	private readonly ids = new Set<string>();
	private noted: AuditHead | null = null;
	private heads: SignedAuditHead[] = [];
	private verification: AuditVerification | null = null;

	/** Forgets the newest events, as a store that was killed before it wrote them. */
	lose(count: number): void {
		for (const [seq, { eventId }] of [...this.events].slice(-count)) {
			this.events.delete(seq);
			this.ids.delete(eventId);
		}
		this.noted = [...this.events.values()].at(-1) ?? null;
	}

	async insert(events: readonly AuditEvent[]): Promise<number> {
		let inserted = 0;
		for (const event of events) {
			if (this.events.has(event.seq) || this.ids.has(event.eventId)) break;
			this.events.set(event.seq, event);
			this.ids.add(event.eventId);
			inserted += 1;
		}
		return inserted;
	}
	async from(seq: number, limit: number) {
		return Array.from({ length: limit }, (_, i) => seq + i).flatMap((one) => this.events.get(one) ?? []);
	}
	async all() {
		const events = [...this.events.values()];
		return (async function* () {
			yield events;
		})();
	}
	async size() {
		return this.events.size;
	}
	async known(eventIds: readonly string[]) {
		return new Set(eventIds.filter((id) => this.ids.has(id)));
	}
	async notedHead() {
		return this.noted;
	}
	async noteHead(head: AuditHead) {
		if (head.seq > (this.noted?.seq ?? 0)) this.noted = head;
	}
	async list(filter: Parameters<AuditStore["list"]>[0], after: string | null, limit: number) {
		const { subject, who, action } = filter;
		const found = [...this.events.values()]
			.filter(
				(event) =>
					(subject === undefined || event.subject === subject) &&
					(who === undefined || event.who === who) &&
					(action === undefined || event.action === action) &&
					(after === null || event.seq < Number(after)),
			)
			.toSorted((a, b) => b.seq - a.seq);
		const items = found.slice(0, limit);
		return { items, next: found.length > limit ? String(items.at(-1)?.seq) : null };
	}
	async keepSignedHead(head: SignedAuditHead) {
		if (!this.heads.some(({ seq }) => seq === head.seq)) this.heads.push(head);
	}
	async signedHeads() {
		return this.heads;
	}
	async lastSignedHead() {
		return this.heads.at(-1) ?? null;
	}
	async keepVerification(verification: AuditVerification) {
		this.verification = verification;
	}
	async lastVerification() {
		return this.verification;
	}
}
