import { Schema } from "mongoose";
import type { InspectionPlan } from "../../src/contracts/plan.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** `_id` is `plant/model/revision`, so that two writers can't make the same revision. */
export interface InspectionPlanDocument extends InspectionPlan {
	readonly _id: string;
}

export const PLAN_QUERIES = {
	newestReleased: { equal: ["plant", "model", "status"], order: { revision: -1 } },
	/** Serves the newest revision of one model as well. */
	ofPlant: { equal: ["plant"], order: { model: 1, revision: -1 } },
} as const satisfies Record<string, QueryShape>;

export function inspectionPlanSchema() {
	const schema = new Schema<InspectionPlanDocument>(
		{
			_id: { type: String, required: true },
			plant: { type: String, required: true },
			model: { type: String, required: true },
			label: { type: Schema.Types.Mixed, required: true },
			market: { type: String, required: true },
			checkDigit: { type: String, required: true },
			witnesses: { type: Schema.Types.Mixed, required: true },
			rules: { type: Schema.Types.Mixed },
			captureDeadlineMinutes: { type: Number, required: true },
			decisionDeadlineMinutes: { type: Number, required: true },
			undoSeconds: { type: Number, required: true },
			revision: { type: Number, required: true, min: 1 },
			status: { type: String, required: true },
			createdAt: { type: String, required: true },
			createdBy: { type: String, required: true },
		},
		{ collection: "inspectionPlans", strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(PLAN_QUERIES)) schema.index(indexFor(shape));
	return schema;
}
