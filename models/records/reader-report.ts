import { Schema } from "mongoose";
import type { ReaderReport } from "../../src/contracts/reader-report.js";

/** What a worker said of its readers at its last start; `_id` is the worker's name. */
export interface ReaderReportDocument extends ReaderReport {
	readonly _id: string;
}

export function readerReportSchema() {
	return new Schema<ReaderReportDocument>(
		{
			_id: { type: String, required: true },
			worker: { type: String, required: true },
			startedAt: { type: String, required: true },
			networks: { type: Schema.Types.Mixed, required: true },
			// names of readers hold dots and dashes nobody queries
			readers: { type: Schema.Types.Mixed, required: true },
		},
		{ collection: "readerReports", strict: "throw", minimize: false, versionKey: false },
	);
}
