import { z } from "zod";
import { InspectionEvent } from "./inspection.js";
import { Instant, Sha256 } from "./primitives.js";

/** What can happen in a plant that its audit chain speaks of: the events of inspections, and everything else. */
export const AuditAction = z.enum([
	...InspectionEvent.shape.type.options,
	"countersigned",
	"blind_read", // what a second person read before they were shown a release
	"record_saved",
	"plan_saved",
	"readers_started", // a worker opened these models
	"account_created",
	"account_disabled",
	"account_enabled",
	"role_changed",
	"sessions_ended", // all of an account, or all but one
	"secret_replaced", // a password or a station's key
	"station_changed",
	"golden_stated",
	"golden_retired",
	"shares_saved", // how many golden items and second readings are hidden
	"signed_in",
	"sign_in_refused",
	"signed_out",
	"hold_set", // a legal hold
	"hold_lifted",
	"deleted", // by a rule of retention
	"not_done", // what an earlier event announced did not come about
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** What an event says, before it has its place in the chain. */
export const AuditDraft = z.strictObject({
	/** Names what happened; the same id is appended once, however often it is told. */
	eventId: z.string().min(1).max(300),
	at: Instant,
	/** Account, station or part of the system. */
	who: z.string().max(200),
	/** The account's role; `system` where nobody acted. */
	role: z.string().max(40),
	action: AuditAction,
	/** What it was done to: inspection, production number, plan, account … */
	subject: z.string().max(300),
	/** The reason given; empty where none was asked for. */
	why: z.string().max(4000),
	/** SHA-256 of the content the event speaks of; null where it has none. */
	sha256: Sha256.nullable(),
	detail: z.record(z.string(), z.string().max(2000)),
});
export type AuditDraft = z.infer<typeof AuditDraft>;

/** A link of the plant's chain: `hash = SHA-256(JCS(event without hash))`. */
export const AuditEvent = AuditDraft.extend({
	/** 1, 2, 3 … without a gap. */
	seq: z.int().positive(),
	prev: Sha256,
	hash: Sha256,
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** How far the chain has come: the number of the last event and its hash. 0 and the genesis where there is none. */
export const AuditHead = z.strictObject({ seq: z.int().nonnegative(), hash: Sha256 });
export type AuditHead = z.infer<typeof AuditHead>;

/** A head that the plant's report signer vouches for. */
export const SignedAuditHead = AuditHead.extend({
	schema: z.literal("vinspect/audit-head/1"),
	plant: z.string(),
	at: Instant,
	/** Detached JWS (ES256) over the canonical JSON of the other members. */
	signature: z.string(),
});
export type SignedAuditHead = z.infer<typeof SignedAuditHead>;

/** What can be wrong with a chain. */
export const ChainFault = z.enum([
	"changed", // the event's content is not what was hashed
	"missing", // events are gone, those behind them are there
	"inserted", // an event stands where none was
	"reordered", // an event stands in another's place
	"replaced", // the event holds in itself, but the next one was chained to another
	"cut_off", // events are gone from the end
	"rewritten", // the chain holds in itself, and is not the one that was signed
	"head_forged", // a signed head whose signature does not hold
	"malformed", // no event at all
]);
export type ChainFault = z.infer<typeof ChainFault>;

/** The first broken link. */
export const BrokenLink = z.strictObject({
	seq: z.int().nonnegative(),
	fault: ChainFault,
	explanation: z.strictObject({ en: z.string(), zh: z.string() }),
	/** The report that gave it away; left out where none did. */
	report: z.string().optional(),
});
export type BrokenLink = z.infer<typeof BrokenLink>;

/** Outcome of verifying the whole chain. */
export const AuditVerification = z.strictObject({
	valid: z.boolean(),
	plant: z.string(),
	/** Events read up to the first broken link, or all. */
	events: z.int().nonnegative(),
	head: AuditHead,
	/** Signed heads that were held against the chain. */
	signedHeads: z.int().nonnegative(),
	/** The newest of them. */
	lastSigned: SignedAuditHead.omit({ signature: true }).nullable(),
	/** Reports whose signed head was held against the chain; left out where none was asked. */
	reports: z.int().nonnegative().optional(),
	broken: BrokenLink.nullable(),
	verifiedAt: Instant,
	ms: z.number().nonnegative(),
});
export type AuditVerification = z.infer<typeof AuditVerification>;
