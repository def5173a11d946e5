import { z } from "zod";
import { Claim, DecisionInput, ExceptionId } from "./exception.js";
import { FindingOutcome } from "./finding.js";
import { Identifier, Instant } from "./primitives.js";
import { WitnessKind } from "./reading.js";

/** What a judgement of an exception comes to: a discrepancy stands, or it was decided away. */
export const Verdict = z.enum(["discrepancy", "cleared"]);
export type Verdict = z.infer<typeof Verdict>;

/** What is known of a golden item; `text` is what truly stands on the witness, where that was stated. */
export const GoldenTruth = z.strictObject({
	verdict: Verdict,
	text: z.string().trim().min(1).max(200).nullable(),
});
export type GoldenTruth = z.infer<typeof GoldenTruth>;

/** Which exception it is, as a list shows it. */
const Subject = {
	exceptionId: ExceptionId,
	inspectionId: Identifier,
	productionNumber: Identifier,
	kind: WitnessKind.nullable(),
	field: z.string(),
	outcome: FindingOutcome,
};

/** A decided exception whose truth is known, to be hidden in people's queues. */
export const GoldenItem = z.strictObject({
	...Subject,
	truth: GoldenTruth,
	note: z.string().max(500),
	/** Who decided the original, and therefore never gets it. */
	deciders: z.array(z.string()),
	addedAt: Instant,
	addedBy: z.string(),
	retired: z.boolean(),
	retiredAt: Instant.nullable(),
	retiredBy: z.string().nullable(),
});
export type GoldenItem = z.infer<typeof GoldenItem>;

export const HiddenSource = z.enum([
	"golden", // compared with a known truth
	"second_reading", // compared with another person's decision
]);
export type HiddenSource = z.infer<typeof HiddenSource>;

/** What a hidden item is compared with: the truth as an auditor stated it, or the first decision. */
export const Reference = z.strictObject({
	verdict: Verdict,
	text: z.string().nullable(),
	by: z.string(),
	at: Instant,
});
export type Reference = z.infer<typeof Reference>;

/** What a person did with a hidden item. */
export const HiddenStep = z.discriminatedUnion("step", [
	z.strictObject({ step: z.literal("decided"), decision: DecisionInput, at: Instant }),
	z.strictObject({ step: z.literal("undone"), at: Instant }),
]);
export type HiddenStep = z.infer<typeof HiddenStep>;

/** A decided exception shown to one person as if it were new, and the judgement it became. */
export const HiddenItem = z.strictObject({
	itemId: z.string(),
	source: HiddenSource,
	...Subject,
	person: z.string(),
	role: z.string(),
	shownAt: Instant,
	reference: Reference,
	steps: z.array(HiddenStep),
	/** Grows with every step, so that none is lost. */
	revision: z.int().nonnegative(),
	claim: Claim.nullable(),
	/** Null while nothing is decided, and for what was handed on: a retake, an escalation. */
	verdict: Verdict.nullable(),
	/** When the standing decision was taken; null while there is none. */
	judgedAt: Instant.nullable(),
});
export type HiddenItem = z.infer<typeof HiddenItem>;

/** How much of a plant's work is checked. */
export const AgreementShares = z.strictObject({
	/** One in so many decisions of a person is a golden item; 0 for none. */
	goldenEvery: z.int().min(0).max(1000),
	/** One in so many decided exceptions is read a second time; 0 for none. */
	secondEvery: z.int().min(0).max(1000),
	/** Weeks in which nobody gets the same golden item again. */
	repeatWeeks: z.int().min(1).max(104),
});
export type AgreementShares = z.infer<typeof AgreementShares>;

export const DEFAULT_SHARES: AgreementShares = { goldenEvery: 25, secondEvery: 20, repeatWeeks: 8 };
