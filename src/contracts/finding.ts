import { z } from "zod";
import { Box, Identifier, Sha256 } from "./primitives.js";
import { Defect, Refusal, WitnessKind } from "./reading.js";

export const FindingOutcome = z.enum(["match", "mismatch", "unreadable", "missing", "conflict"]);
export type FindingOutcome = z.infer<typeof FindingOutcome>;

/** The rule that produced a finding. */
export const FindingRule = z.enum([
	"record_equality", // the accepted reading against the vehicle record
	"check_digit", // ISO 3779 / 49 CFR 565.15(c), where the market demands it
	"witness_agreement", // two witnesses of one vehicle against each other
	"gear_condition", // damage seen on a gear
	"code_agreement", // what a code states against the text in the same capture
	"cross_rule", // a rule between fields of one vehicle, from src/domain/rules
	"presence", // the witness as a whole: captured, found, good enough to read
]);
export type FindingRule = z.infer<typeof FindingRule>;

/** Reading against record for one field of one witness. */
export const Finding = z.strictObject({
	/** `witness.field` or, between witnesses, `vehicle.field`; unique within an inspection. */
	findingId: Identifier,
	/** Planned witness, or `vehicle` for a finding between witnesses or on the record itself. */
	witness: Identifier,
	kind: WitnessKind.nullable(),
	/** Field name, `capture` for the witness as a whole, `condition` for damage on it. */
	field: z.string(),
	rule: FindingRule,
	outcome: FindingOutcome,
	read: z.string().nullable(),
	expected: z.string().nullable(),
	refusal: Refusal.nullable(),
	/** Zero-based positions at which read and expected differ, for codes. */
	differences: z.array(z.int().nonnegative()),
	confidence: z.number().min(0).max(1).nullable(),
	capture: Sha256.nullable(),
	box: Box.nullable(),
	/** Name of the rule between fields, for `cross_rule`. */
	crossRule: z.string().optional(),
	/** For a conflict: what each witness says, witness id → text. For a rule: `witness@field` → text. */
	statements: z.record(z.string(), z.string()).optional(),
	/** For a condition that is wrong: the damage, surest first; `box` is the first one's. */
	defects: z.array(Defect).optional(),
	/** Captures that were fused into what is read, where none was believed alone. */
	fusedFrom: z.array(Sha256).optional(),
});
export type Finding = z.infer<typeof Finding>;
