import { Schema } from "mongoose";
import type { Observation } from "../../src/contracts/reading.js";

/** Everything seen in one capture. `_id` is `inspectionId/witness/capture`, which also serves the list of an inspection. */
export interface ObservationDocument extends Observation {
	readonly _id: string;
	readonly witness: string;
}

export function observationSchema() {
	return new Schema<ObservationDocument>(
		{
			_id: { type: String, required: true },
			witness: { type: String, required: true },
			capture: { type: String, required: true },
			kind: { type: String, required: true },
			quality: { type: Schema.Types.Mixed, required: true },
			detections: { type: Schema.Types.Mixed, required: true },
			readings: { type: Schema.Types.Mixed, required: true },
			codes: { type: Schema.Types.Mixed },
			readers: { type: Schema.Types.Mixed, required: true },
			ms: { type: Schema.Types.Mixed, required: true },
		},
		{ collection: "observations", strict: "throw", minimize: false, versionKey: false },
	);
}
