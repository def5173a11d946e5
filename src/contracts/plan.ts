import { z } from "zod";
import { Bilingual, Identifier, Instant } from "./primitives.js";
import { WitnessKind } from "./reading.js";
import { Market } from "./record.js";

/** Check digit of ISO 3779 / 49 CFR 565: refuse on failure, remark on it, or leave it. */
export const CheckDigitPolicy = z.enum(["mandatory", "advisory", "off"]);
export type CheckDigitPolicy = z.infer<typeof CheckDigitPolicy>;

/** One witness the vehicle must show: where it is taken and which of its fields are compared. */
export const PlannedWitness = z.strictObject({
	id: Identifier,
	kind: WitnessKind,
	label: Bilingual,
	station: Identifier,
	/** Field names of src/domain/fields, compared with the record or between witnesses. */
	fields: z.array(z.string()).min(1),
});
export type PlannedWitness = z.infer<typeof PlannedWitness>;

export const InspectionPlanInput = z.strictObject({
	/** Vehicle model the plan is for. */
	model: Identifier,
	label: Bilingual,
	market: Market,
	checkDigit: CheckDigitPolicy,
	witnesses: z.array(PlannedWitness).min(1),
	/** Names of the rules between fields (src/domain/rules) that are applied; none where left out. */
	rules: z.array(z.string()).optional(),
	/** Minutes from track-in until every capture must be there; then what is missing is missing. */
	captureDeadlineMinutes: z.number().positive(),
	/** Minutes a person has for the exceptions; then the vehicle is held. */
	decisionDeadlineMinutes: z.number().positive(),
	/** Seconds a decided inspection stays open for undo before it is sealed. */
	undoSeconds: z.number().nonnegative(),
});
export type InspectionPlanInput = z.infer<typeof InspectionPlanInput>;

/** One immutable revision of an inspection plan. The released revision with the highest number is in force. */
export const InspectionPlan = InspectionPlanInput.extend({
	plant: Identifier,
	revision: z.int().positive(),
	status: z.enum(["draft", "released"]),
	createdAt: Instant,
	createdBy: z.string(),
});
export type InspectionPlan = z.infer<typeof InspectionPlan>;
