import { ActivityFailure, ApplicationFailure } from "@temporalio/workflow";
import type { CaptureToTry, TriedCapture } from "../src/contracts/try-out.js";
import { visionWithin } from "./activity-proxies.js";

/** How long a person at the plan editor waits for a reading. */
const PATIENCE_MILLISECONDS = 60_000;

/** Reads one picture for the plan editor. No inspection is opened, and nothing is kept but this history. */
export async function tryOut(request: CaptureToTry): Promise<TriedCapture> {
	try {
		return await visionWithin(PATIENCE_MILLISECONDS).tryCapture(request);
	} catch (error) {
		// The cause carries the name of what is wrong; the activity's envelope would hide it.
		throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
	}
}
