import { z } from "zod";
import { Finding } from "./finding.js";
import { InspectionPlanInput } from "./plan.js";
import { Identifier, Sha256 } from "./primitives.js";
import { Observation, ObservationSummary, WitnessKind } from "./reading.js";

/** A stored picture to read as a plan would have it read, outside any inspection. No expected value has a place here. */
export const CaptureToTry = z.strictObject({
	capture: Sha256,
	witness: Identifier,
	kind: WitnessKind,
	/** Names of the fields the judgement would be given. */
	fields: z.array(z.string()),
});
export type CaptureToTry = z.infer<typeof CaptureToTry>;

/** Everything seen in a picture, and what of it the judgement would be given. */
export const TriedCapture = z.strictObject({ observation: Observation, summary: ObservationSummary });
export type TriedCapture = z.infer<typeof TriedCapture>;

/** What to try out: a plan, saved or not, on one stored picture of one of its witnesses. */
export const TryOutBody = z.strictObject({
	plan: InspectionPlanInput,
	witness: Identifier,
	capture: Sha256,
	/** Vehicle whose record is compared with, after the reading. */
	productionNumber: Identifier,
});

/** What the plan would have seen and found. */
export const TryOutAnswer = z.strictObject({ observation: Observation, findings: z.array(Finding) });
