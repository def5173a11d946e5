import type {
	AuditAction,
	AuditEvent,
	AuditHead,
	AuditVerification,
	SignedAuditHead,
} from "../contracts/audit.js";
import type { Page } from "./store.js";

/** What the auditor's list is narrowed to. */
export interface AuditFilter {
	readonly subject?: string | undefined;
	readonly who?: string | undefined;
	readonly action?: AuditAction | undefined;
}

/** The plant's audit chain as it is kept: links are added and read, never changed. */
export interface AuditStore {
	/**
	 * Adds links in their order and stops at the first whose number or event id is taken; returns how many it added.
	 * Whatever the moment a process dies, no link stands without those before it.
	 */
	insert(events: readonly AuditEvent[]): Promise<number>;
	/** The links that are there of the `limit` numbers from this one on, in order. */
	from(seq: number, limit: number): Promise<readonly AuditEvent[]>;
	/** All links in the order of their numbers, many at a time; for reading all of them. */
	all(): Promise<AsyncIterable<readonly AuditEvent[]>>;
	/** How many there are, by the database's own count. */
	size(): Promise<number>;
	/** Which of these event ids are in the chain. */
	known(eventIds: readonly string[]): Promise<ReadonlySet<string>>;
	/** Where the chain's end was last noted; the end itself stands there or behind. */
	notedHead(): Promise<AuditHead | null>;
	/** Notes an end, unless one further on is noted. */
	noteHead(head: AuditHead): Promise<void>;
	/** Newest first. */
	list(filter: AuditFilter, after: string | null, limit: number): Promise<Page<AuditEvent>>;
	/** Keeps a signed head; one that stands on the same event stays. */
	keepSignedHead(head: SignedAuditHead): Promise<void>;
	/** Oldest first. */
	signedHeads(): Promise<readonly SignedAuditHead[]>;
	lastSignedHead(): Promise<SignedAuditHead | null>;
	keepVerification(verification: AuditVerification): Promise<void>;
	lastVerification(): Promise<AuditVerification | null>;
}
