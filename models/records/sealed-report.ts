import { Schema } from "mongoose";
import type { ReportReference } from "../../src/contracts/inspection.js";

/** Which archived report stands for an inspection; `_id` is the inspection id. */
export interface SealedReportDocument extends ReportReference {
	readonly _id: string;
}

export function sealedReportSchema() {
	return new Schema<SealedReportDocument>(
		{
			_id: { type: String, required: true },
			pdf: { type: String, required: true },
			record: { type: String, required: true },
			pages: { type: Number, required: true },
			bytes: { type: Number, required: true },
			sealedAt: { type: String, required: true },
		},
		{ collection: "sealedReports", strict: "throw", versionKey: false },
	);
}
