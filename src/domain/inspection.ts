import type { Capture } from "../contracts/capture.js";
import type { Inspection, ReportReference } from "../contracts/inspection.js";
import type { InspectionPlan } from "../contracts/plan.js";
import type { ObservationSummary } from "../contracts/reading.js";
import type { VehicleRecord } from "../contracts/record.js";
import { dispositionOf } from "./disposition.js";
import { changed, event, later, SYSTEM } from "./history.js";
import { judged, restated } from "./judgement.js";
import { isFinished, type Objection, type Person, whyNotChangeable } from "./review.js";

/** More captures than any plan needs; keeps a station that repeats itself from filling the inspection. */
export const CAPTURE_LIMIT = 40;

export interface TrackIn {
	readonly inspectionId: string;
	readonly plant: string;
	readonly productionNumber: string;
	readonly sequence: number;
	readonly station: string;
	readonly by: Person;
}

/** Opens the inspection of a vehicle against one revision of its record and plan. */
export function openInspection(
	trackIn: TrackIn,
	pinned: {
		readonly record: VehicleRecord;
		readonly plan: InspectionPlan;
		readonly judgedBy: string;
	},
	at: string,
): Inspection {
	const { inspectionId, plant, productionNumber, sequence, station, by } = trackIn;
	const opened: Inspection = {
		inspectionId,
		plant,
		productionNumber,
		sequence,
		version: 0,
		status: "collecting",
		disposition: null,
		closure: null,
		...pinned,
		captures: [],
		observations: [],
		findings: [],
		exceptions: [],
		events: [],
		startedAt: at,
		captureDeadline: later(at, pinned.plan.captureDeadlineMinutes, "minutes"),
		decisionDeadline: null,
		updatedAt: at,
		sealedAt: null,
		report: null,
	};
	return judged(changed(opened, at, {}, event("track_in", at, by.name, { station })), at);
}

/** Why a capture can't be taken in; null where it can, and where it is there already. */
export function whyNotCapturable(inspection: Inspection, capture: Capture): Objection | null {
	if (hasCapture(inspection, capture)) return null;
	const finished = whyNotChangeable(inspection);
	if (finished) return finished;
	if (!inspection.plan.witnesses.some(({ id }) => id === capture.witness)) {
		const known = inspection.plan.witnesses.map(({ id }) => id).join(", ");
		return {
			code: "witness_unknown",
			message: `The inspection plan of ${inspection.plan.model} has no witness ${capture.witness}; it has ${known}. 检验方案中没有身份载体 ${capture.witness}。`,
		};
	}
	if (inspection.captures.length >= CAPTURE_LIMIT) {
		return {
			code: "capture_limit",
			message: `This inspection has ${CAPTURE_LIMIT} captures already. 该检验的采集图像已达 ${CAPTURE_LIMIT} 幅。`,
		};
	}
	return null;
}

/** Whether this witness has a capture of these bytes already. */
export function hasCapture(inspection: Inspection, capture: Capture): boolean {
	return inspection.captures.some((c) => c.witness === capture.witness && c.sha256 === capture.sha256);
}

export function withCapture(inspection: Inspection, capture: Capture, by: Person, at: string): Inspection {
	const { witness, station, sha256 } = capture;
	const next = changed(
		inspection,
		at,
		{ captures: [...inspection.captures, capture] },
		event("capture_received", at, by.name, { witness, station, sha256 }),
	);
	return restated(next);
}

/** Adds what was seen in a capture, and judges anew. */
export function withObservation(
	inspection: Inspection,
	observation: ObservationSummary,
	at: string,
): Inspection {
	const { witness, capture } = observation;
	const known = inspection.observations.some((o) => o.witness === witness && o.capture === capture);
	if (known || isFinished(inspection)) return inspection;
	const next = changed(
		inspection,
		at,
		{ observations: [...inspection.observations, observation] },
		event("observed", at, SYSTEM, { witness, sha256: capture }),
	);
	return judged(next, at);
}

/** Fixes the outcome: from here on nothing changes but that the report is sealed. */
export function concluded(inspection: Inspection, at: string): Inspection {
	const missing = inspection.findings.some((f) => f.outcome === "missing" && f.capture === null);
	const closure = inspection.closure ?? (missing ? "capture_deadline" : "completed");
	const disposition = dispositionOf({ ...inspection, closure });
	return changed(
		inspection,
		at,
		{ closure, disposition, status: "sealing", decisionDeadline: null },
		event("disposition_reached", at, SYSTEM, { disposition, closure }),
	);
}

export function sealed(inspection: Inspection, report: ReportReference, at: string): Inspection {
	return changed(
		inspection,
		at,
		{ status: "sealed", report, sealedAt: report.sealedAt },
		event("sealed", at, SYSTEM, { pdf: report.pdf, record: report.record }),
	);
}
