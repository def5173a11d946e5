import { Schema } from "mongoose";
import type { Inspection } from "../../src/contracts/inspection.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** The projection of one workflow's state. `_id` is the inspection id. */
export interface InspectionDocument extends Inspection {
	readonly _id: string;
	/** The database's own clock at the last write; what live events page by. */
	readonly changedAt: Date;
}

const NEWEST_FIRST = { startedAt: -1, _id: -1 } as const;

export const INSPECTION_QUERIES = {
	newest: { equal: [], order: NEWEST_FIRST },
	newestByStatus: { equal: ["status"], order: NEWEST_FIRST },
	newestByDisposition: { equal: ["disposition"], order: NEWEST_FIRST },
	newestByModel: { equal: ["record.model"], order: NEWEST_FIRST },
	changes: { equal: [], order: { changedAt: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function inspectionSchema() {
	const schema = new Schema<InspectionDocument>(
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
			changedAt: { type: Date },
		},
		{ collection: "inspections", strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(INSPECTION_QUERIES)) schema.index(indexFor(shape));
	return schema;
}
