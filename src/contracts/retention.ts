import { z } from "zod";
import { Identifier, Instant, Sha256 } from "./primitives.js";

/** Classes of what is kept, each with its own time. */
export const RetentionClass = z.enum([
	"captures", // the pictures themselves
	"readings", // everything that was seen in them; the short form stays in inspection and record
	"reports", // signed PDF, countersigned PDF, record
]);
export type RetentionClass = z.infer<typeof RetentionClass>;

/** Nothing of an inspection is deleted while somebody holds it. */
export const LegalHold = z.strictObject({ by: z.string(), at: Instant, reason: z.string() });
export type LegalHold = z.infer<typeof LegalHold>;

/** Something of an inspection that is gone: what it was, and by which rule. */
export const Deletion = z.strictObject({
	class: RetentionClass,
	/** The digest it was stored under; of readings, the digest of their canonical JSON. */
	sha256: Sha256,
	/** Witness, or which file of the report. */
	what: z.string(),
	/** The rule, in words: class and days after sealing. */
	rule: z.string(),
	at: Instant,
});
export type Deletion = z.infer<typeof Deletion>;

/** What retention knows of an inspection. */
export const Retained = z.strictObject({
	inspectionId: Identifier,
	hold: LegalHold.nullable(),
	deletions: z.array(Deletion),
	/** Noted, and not known to be deleted yet: the process that wanted to may have died. */
	pending: z.boolean(),
});
export type Retained = z.infer<typeof Retained>;

/** Why a hold is set or lifted. */
export const HoldReason = z.strictObject({ reason: z.string().trim().min(1).max(1000) });
export type HoldReason = z.infer<typeof HoldReason>;

/** Days a class is kept after sealing; null for ever. */
export type RetentionDays = Readonly<Record<RetentionClass, number | null>>;

/** What a run of retention did, or would do. */
export const RetentionResult = z.strictObject({
	dryRun: z.boolean(),
	/** Sealed inspections looked at. */
	inspections: z.int().nonnegative(),
	held: z.int().nonnegative(),
	deleted: z.record(RetentionClass, z.int().nonnegative()),
	/** Due, but another inspection, not due, held or unsealed, has the same picture. */
	shared: z.int().nonnegative(),
});
export type RetentionResult = z.infer<typeof RetentionResult>;
