import { Schema } from "mongoose";
import type { Retained } from "../../src/contracts/retention.js";

/** Legal hold and deletions of one inspection; `_id` is the inspection id. */
export interface RetainedDocument extends Retained {
	readonly _id: string;
}

export function retainedSchema() {
	return new Schema<RetainedDocument>(
		{
			_id: { type: String, required: true },
			inspectionId: { type: String, required: true },
			hold: { type: Schema.Types.Mixed, default: null },
			pending: { type: Boolean, required: true },
			deletions: { type: Schema.Types.Mixed, required: true },
		},
		{ collection: "retained", strict: "throw", minimize: false, versionKey: false },
	);
}
