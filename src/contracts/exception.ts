import { z } from "zod";
import { Finding } from "./finding.js";
import { Identifier, Instant } from "./primitives.js";

/** `inspectionId~findingId`: one exception per finding, so opening it twice is opening it once. */
export const ExceptionId = z
	.string()
	.regex(/^[A-Za-z0-9._-]+~[A-Za-z0-9._-]+$/, "expected inspection~finding");

export const DecisionAction = z.enum([
	"confirm_discrepancy", // the vehicle is wrong: rework, hold or scrap
	"correct_reading", // the reader was wrong: the person types what is there
	"retake", // the picture is no use: ask the station for another
	"escalate", // somebody else must decide
	"override", // release in spite of the discrepancy; takes effect with a second person only
	"second_override", // the second person's yes to an override
	"decline_override", // the second person's no: the exception is open again
]);
export type DecisionAction = z.infer<typeof DecisionAction>;

export const DiscrepancyDisposition = z.enum(["rework", "hold", "scrap"]);

/** What a second person says of a witness that has no single text to read. */
export const BlindSight = z.enum(["as_required", "not_as_required", "cannot_tell"]);
export type BlindSight = z.infer<typeof BlindSight>;

/**
 * What a second person read on the picture before they were shown anything else: a text, or what they saw
 * where there is none to read or they could not read it.
 */
export const BlindAnswer = z
	.strictObject({
		text: z.string().trim().min(1).max(200).nullable(),
		sight: BlindSight.nullable(),
	})
	.refine(({ text, sight }) => (text === null) !== (sight === null), {
		path: ["text"],
		message: "either the text that is read or what is seen",
	});
export type BlindAnswer = z.infer<typeof BlindAnswer>;

/** A blind answer as it is kept with the decision it came before. */
export const BlindReading = z.strictObject({
	text: z.string().nullable(),
	sight: BlindSight.nullable(),
	at: Instant,
});
export type BlindReading = z.infer<typeof BlindReading>;

const DECISION_FIELDS = {
	/** Chosen by the client, so that a repeated request is one decision. */
	decisionId: z.uuid(),
	action: DecisionAction,
	/** For `correct_reading`: what the person reads on the witness. */
	correctedText: z.string().trim().min(1).max(200).optional(),
	/** For `confirm_discrepancy`; `rework` where left out. */
	disposition: DiscrepancyDisposition.optional(),
	/** Code of the reason tree. */
	reason: Identifier.optional(),
	comment: z.string().trim().max(2000).optional(),
};

interface Reasoned {
	readonly action: DecisionAction;
	readonly correctedText?: string | undefined;
	readonly reason?: string | undefined;
}

const NEEDS_TEXT = {
	path: ["correctedText"],
	message: "correct_reading needs correctedText: what stands on the witness",
};
const NEEDS_REASON = { path: ["reason"], message: "an override needs a reason" };
const hasText = ({ action, correctedText }: Reasoned): boolean =>
	action !== "correct_reading" || correctedText !== undefined;
const hasReason = ({ action, reason }: Reasoned): boolean =>
	(action !== "override" && action !== "second_override") || reason !== undefined;

/** What a person asks for; the service adds who and when, and what a second person read blind. */
export const DecisionOrder = z
	.strictObject(DECISION_FIELDS)
	.refine(hasText, NEEDS_TEXT)
	.refine(hasReason, NEEDS_REASON);
export type DecisionOrder = z.infer<typeof DecisionOrder>;

/** What the inspection is told of a decision. */
export const DecisionInput = z
	.strictObject({
		...DECISION_FIELDS,
		/** What the second person read before they saw more; kept by the service, never sent by a client. */
		blindReading: BlindReading.optional(),
	})
	.refine(hasText, NEEDS_TEXT)
	.refine(hasReason, NEEDS_REASON);
export type DecisionInput = z.infer<typeof DecisionInput>;

/** A decision as it stands in the record: never changed, only undone by a later entry. */
export const Decision = z.strictObject({
	decisionId: z.uuid(),
	exceptionId: ExceptionId,
	action: DecisionAction,
	correctedText: z.string().nullable(),
	disposition: DiscrepancyDisposition.nullable(),
	reason: z.string().nullable(),
	comment: z.string().nullable(),
	by: z.string(),
	role: z.string(),
	at: Instant,
	undoneAt: Instant.nullable(),
	undoneBy: z.string().nullable(),
	/** For a second person: what they read before they saw the first person's decision. */
	blindReading: BlindReading.optional(),
});
export type Decision = z.infer<typeof Decision>;

export const ExceptionStatus = z.enum([
	"open",
	"awaiting_second", // an override waits for a second person
	"awaiting_capture", // a retake was asked for
	"resolved",
	"superseded", // a new capture made the finding void
	"expired", // nobody decided in time: the vehicle is held
]);
export type ExceptionStatus = z.infer<typeof ExceptionStatus>;

/** A human task opened by a finding that is not `match`. */
export const Exception = z.strictObject({
	exceptionId: ExceptionId,
	inspectionId: Identifier,
	finding: Finding,
	status: ExceptionStatus,
	escalated: z.boolean(),
	openedAt: Instant,
	deadline: Instant,
	decisions: z.array(Decision),
});
export type Exception = z.infer<typeof Exception>;

/** Who is working on an exception now; held by the web, gone by itself at `expiresAt`. */
export const Claim = z.strictObject({ by: z.string(), expiresAt: Instant });
export type Claim = z.infer<typeof Claim>;
