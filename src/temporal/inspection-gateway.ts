import type { Capture } from "../contracts/capture.js";
import type { Countersignature } from "../contracts/countersignature.js";
import type { DecisionInput, Exception } from "../contracts/exception.js";
import type { Inspection } from "../contracts/inspection.js";
import type { CaptureToTry, TriedCapture } from "../contracts/try-out.js";

/** Who acts, as the web layer has proved it. */
export interface Actor {
	readonly name: string;
	readonly role: string;
}

/**
 * How the web reaches a vehicle's workflow. Every call is safe to repeat. Errors: `workflow_unavailable`
 * when Temporal or its workers do not answer in time; `inspection_missing`, `inspection_finished`,
 * `witness_unknown`, `exception_missing`, `decision_rejected` as the workflow's validators say.
 */
export interface InspectionGateway {
	/** Starts the vehicle's workflow, or finds the running one; resolves when its record and plan are pinned. Errors: `record_missing`, `plan_missing`, `inspection_finished`. */
	trackIn(input: {
		plant: string;
		productionNumber: string;
		sequence: number;
		station: string;
		by: Actor;
	}): Promise<Inspection>;
	/** Hands a stored capture to the workflow; `duplicate` when this witness has these bytes already. */
	submitCapture(inspectionId: string, capture: Capture, by: Actor): Promise<"accepted" | "duplicate">;
	decide(exceptionId: string, decision: DecisionInput, by: Actor): Promise<Exception>;
	/**
	 * Takes the last decision on this exception back; refused once sealed. Under the same `requestId` it is done once,
	 * however often it is asked: two standing decisions would otherwise both be gone.
	 */
	undo(exceptionId: string, by: Actor, requestId?: string): Promise<Exception>;
	cancel(inspectionId: string, reason: string, by: Actor): Promise<Inspection>;
	/** Has a stored picture read outside any inspection. Errors: `capture_missing`, the `picture_*` codes. */
	tryOut(request: CaptureToTry): Promise<TriedCapture>;
	/**
	 * Has the report countersigned, or finds the countersigned one, whoever asked first. Errors:
	 * `report_not_ready`, `countersign_refused`, `signing_key_unavailable`.
	 */
	countersign(order: {
		inspectionId: string;
		by: Actor & { readonly displayName: string };
		reason: string;
	}): Promise<Countersignature>;
	/** Asks the workflow itself, not the projection. */
	current(inspectionId: string): Promise<Inspection>;
	/** Rejects with `workflow_unavailable`. */
	ping(): Promise<void>;
	close(): Promise<void>;
}
