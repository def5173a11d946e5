import { defineQuery, defineUpdate } from "@temporalio/workflow";
import type { Capture } from "../src/contracts/capture.js";
import type { DecisionInput, Exception } from "../src/contracts/exception.js";
import type { Inspection } from "../src/contracts/inspection.js";
import type { Person } from "../src/domain/review.js";

export interface CaptureSubmission {
	readonly capture: Capture;
	readonly by: Person;
}

export interface DecisionRequest {
	readonly exceptionId: string;
	readonly decision: DecisionInput;
	readonly by: Person;
}

export interface UndoRequest {
	readonly exceptionId: string;
	readonly by: Person;
}

export interface Cancellation {
	readonly reason: string;
	readonly by: Person;
}

/** Answers when record and plan are pinned and the inspection stands in the store. */
export const trackIn = defineUpdate<Inspection>("trackIn");
export const submitCapture = defineUpdate<"accepted" | "duplicate", [CaptureSubmission]>("submitCapture");
export const decide = defineUpdate<Exception, [DecisionRequest]>("decide");
export const undoDecision = defineUpdate<Exception, [UndoRequest]>("undoDecision");
export const cancelInspection = defineUpdate<Inspection, [Cancellation]>("cancelInspection");
export const current = defineQuery<Inspection>("current");
