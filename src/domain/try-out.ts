import type { Capture } from "../contracts/capture.js";
import type { Inspection } from "../contracts/inspection.js";
import type { InspectionPlan } from "../contracts/plan.js";
import type { ObservationSummary } from "../contracts/reading.js";
import type { VehicleRecord } from "../contracts/record.js";
import { openInspection, withCapture, withObservation } from "./inspection.js";
import type { Person } from "./review.js";

/**
 * What one capture would have come to under a plan: the inspection as it would stand, with nothing captured but
 * this. It is judged by the very functions a vehicle's workflow calls, and exists nowhere but in the answer.
 */
export function triedOut(
	plan: InspectionPlan,
	record: VehicleRecord,
	capture: Capture,
	summary: ObservationSummary,
	by: Person,
	at: string,
): Inspection {
	const { plant } = plan;
	const { productionNumber } = record;
	const opened = openInspection(
		{
			...{ inspectionId: "try-out", plant, productionNumber, sequence: 1 },
			...{ station: capture.station, by },
		},
		{ record, plan, judgedBy: "try-out" },
		at,
	);
	return withObservation(withCapture(opened, capture, by, at), summary, at);
}
