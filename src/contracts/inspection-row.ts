import { z } from "zod";
import { Closure, Disposition, InspectionStatus } from "./inspection.js";
import { PlannedWitness } from "./plan.js";
import { Bilingual, Identifier, Instant } from "./primitives.js";

/** Where one planned witness stands on its way from capture to finding. */
export const WitnessState = z.enum([
	"waiting",
	"reading",
	"retake",
	"read",
	"match",
	"mismatch",
	"conflict",
	"unreadable",
	"missing",
]);
export type WitnessState = z.infer<typeof WitnessState>;

export const WitnessProgress = PlannedWitness.pick({ id: true, kind: true, label: true }).extend({
	state: WitnessState,
});
export type WitnessProgress = z.infer<typeof WitnessProgress>;

/** What lists, live events and counts need of an inspection: short, so that a list of thousands is read at once. */
export const InspectionRow = z.strictObject({
	inspectionId: Identifier,
	productionNumber: Identifier,
	sequence: z.int().positive(),
	version: z.int().nonnegative(),
	vin: z.string(),
	model: Identifier,
	modelLabel: Bilingual,
	/** Where the vehicle was last seen: by its latest capture, else where it was tracked in. */
	station: z.string().nullable(),
	/** Everybody among the stations who has to do with it: planned for a witness, tracked it in, sent a capture. */
	stations: z.array(z.string()),
	status: InspectionStatus,
	disposition: Disposition.nullable(),
	closure: Closure.nullable(),
	witnesses: z.array(WitnessProgress),
	capturedWitnesses: z.int().nonnegative(),
	/** Exceptions a person can decide now. */
	waitingExceptions: z.int().nonnegative(),
	/** Those, and the ones that wait for a capture. */
	openExceptions: z.int().nonnegative(),
	startedAt: Instant,
	updatedAt: Instant,
	captureDeadline: Instant,
	decisionDeadline: Instant.nullable(),
	sealedAt: Instant.nullable(),
});
export type InspectionRow = z.infer<typeof InspectionRow>;
