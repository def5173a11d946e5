import { ActivityFailure, ApplicationFailure, isCancellation } from "@temporalio/workflow";
import type { Capture } from "../src/contracts/capture.js";
import type { ObservationSummary, Refusal } from "../src/contracts/reading.js";
import { withObservation } from "../src/domain/inspection.js";
import { unreadSummary } from "../src/domain/observation-summary.js";
import { fieldsForRules } from "../src/domain/rules/index.js";
import { visionWithin } from "./activity-proxies.js";
import { type CurrentInspection, now } from "./current-inspection.js";

/** A capture that came just before the deadline gets this long to be read all the same. */
const READING_GRACE_MILLISECONDS = 60_000;

/**
 * Has one capture read and judges what was seen. A picture that can't be decoded, or that no reader took on
 * before the capture deadline, is an observation in which nothing could be read.
 */
export async function inspectWitness(current: CurrentInspection, capture: Capture): Promise<void> {
	const { inspectionId, plan, captureDeadline } = current.state;
	const witness = plan.witnesses.find(({ id }) => id === capture.witness);
	if (!witness) return;
	const patience = Math.max(Date.parse(captureDeadline) - Date.now(), 0) + READING_GRACE_MILLISECONDS;
	const { id, kind } = witness;
	const fields = [...new Set([...witness.fields, ...fieldsForRules(plan)])];
	const { sha256, station } = capture;
	const request = { inspectionId, witness: id, kind, fields, capture: sha256, station };
	let observation: ObservationSummary;
	try {
		observation = await visionWithin(patience).inspectCapture(request);
	} catch (error) {
		// The inspection ended while the picture was being read: nobody asks for the reading any more.
		if (isCancellation(error)) return;
		observation = unreadSummary(request, refusalOf(error), now());
	}
	current.change((inspection, at) => withObservation(inspection, observation, at));
}

function refusalOf(error: unknown): Refusal {
	const cause = error instanceof ActivityFailure ? error.cause : undefined;
	const code = cause instanceof ApplicationFailure ? cause.type : undefined;
	return code?.startsWith("picture_") || code === "capture_missing" ? "undecodable" : "not_read";
}
