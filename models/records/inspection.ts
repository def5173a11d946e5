import { Schema } from "mongoose";
import type { Inspection } from "../../src/contracts/inspection.js";

/** The projection of one workflow's state, whole: read by its `_id`, the inspection id. Lists read its row. */
export interface InspectionDocument extends Inspection {
	readonly _id: string;
}

export function inspectionSchema() {
	return new Schema<InspectionDocument>(
		{
			_id: { type: String, required: true },
			inspectionId: { type: String, required: true },
			plant: { type: String, required: true },
			productionNumber: { type: String, required: true },
			sequence: { type: Number, required: true },
			version: { type: Number, required: true },
			status: { type: String, required: true },
			disposition: { type: String, default: null },
			closure: { type: String, default: null },
			record: { type: Schema.Types.Mixed, required: true },
			plan: { type: Schema.Types.Mixed, required: true },
			captures: { type: Schema.Types.Mixed, required: true },
			observations: { type: Schema.Types.Mixed, required: true },
			findings: { type: Schema.Types.Mixed, required: true },
			exceptions: { type: Schema.Types.Mixed, required: true },
			events: { type: Schema.Types.Mixed, required: true },
			startedAt: { type: String, required: true },
			captureDeadline: { type: String, required: true },
			decisionDeadline: { type: String, default: null },
			updatedAt: { type: String, required: true },
			sealedAt: { type: String, default: null },
			report: { type: Schema.Types.Mixed, default: null },
			judgedBy: { type: String, required: true },
		},
		{ collection: "inspections", strict: "throw", minimize: false, versionKey: false },
	);
}
