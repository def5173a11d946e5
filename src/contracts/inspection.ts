import { z } from "zod";
import { Capture } from "./capture.js";
import { Exception } from "./exception.js";
import { Finding } from "./finding.js";
import { InspectionPlan } from "./plan.js";
import { Identifier, Instant, Sha256 } from "./primitives.js";
import { ObservationSummary } from "./reading.js";
import { VehicleRecord } from "./record.js";

export const Disposition = z.enum(["pass", "rework", "hold", "scrap", "concession"]);
export type Disposition = z.infer<typeof Disposition>;

export const InspectionStatus = z.enum([
	"collecting", // waiting for captures or reading them
	"reviewing", // exceptions wait for people
	"sealing", // the outcome stands; the report is being made
	"sealed", // report signed, verified and archived: the end
]);
export type InspectionStatus = z.infer<typeof InspectionStatus>;

/** Why the inspection came to its end. */
export const Closure = z.enum(["completed", "capture_deadline", "decision_deadline", "cancelled"]);
export type Closure = z.infer<typeof Closure>;

/** Where the signed report is; its bytes are in the store by these digests. */
export const ReportReference = z.strictObject({
	/** Digest of the signed PDF. */
	pdf: Sha256,
	/** Digest of the canonical (RFC 8785) inspection record embedded in it. */
	record: Sha256,
	pages: z.int().positive(),
	bytes: z.int().positive(),
	sealedAt: Instant,
});
export type ReportReference = z.infer<typeof ReportReference>;

/** One thing that happened, in order; becomes the audit trail of the report. */
export const InspectionEvent = z.strictObject({
	at: Instant,
	type: z.enum([
		"track_in",
		"capture_received",
		"observed",
		"exception_opened",
		"decided",
		"decision_undone",
		"retake_requested",
		"deadline_passed",
		"cancelled",
		"disposition_reached",
		"sealed",
	]),
	by: z.string(),
	/** Short facts: witness, sha256, finding, action … */
	detail: z.record(z.string(), z.string()),
});
export type InspectionEvent = z.infer<typeof InspectionEvent>;

/** The state of one vehicle's inspection: held by the workflow, projected whole into the store. */
export const Inspection = z.strictObject({
	inspectionId: Identifier,
	plant: Identifier,
	productionNumber: Identifier,
	sequence: z.int().positive(),
	/** Grows with every change, so that a late projection never overwrites a newer one. */
	version: z.int().nonnegative(),
	status: InspectionStatus,
	disposition: Disposition.nullable(),
	closure: Closure.nullable(),
	record: VehicleRecord,
	plan: InspectionPlan,
	captures: z.array(Capture),
	observations: z.array(ObservationSummary),
	findings: z.array(Finding),
	exceptions: z.array(Exception),
	events: z.array(InspectionEvent),
	startedAt: Instant,
	captureDeadline: Instant,
	decisionDeadline: Instant.nullable(),
	updatedAt: Instant,
	sealedAt: Instant.nullable(),
	report: ReportReference.nullable(),
	/** Software and rule-set version that judged. */
	judgedBy: z.string(),
});
export type Inspection = z.infer<typeof Inspection>;

/** `PLANT-PRODUCTIONNUMBER-SEQUENCE` names inspection, workflow and report alike. */
export function inspectionIdOf(plant: string, productionNumber: string, sequence: number): string {
	return `${plant}-${productionNumber}-${sequence}`;
}
