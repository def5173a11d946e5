import { Schema } from "mongoose";
import type { RecordImport } from "../../src/contracts/record-import.js";

/** One upload of vehicle records; `_id` is `plant/importId`, and an id begins with its instant, so that lists page by it. */
export interface RecordImportDocument extends RecordImport {
	readonly _id: string;
}

export function recordImportSchema() {
	return new Schema<RecordImportDocument>(
		{
			_id: { type: String, required: true },
			importId: { type: String, required: true },
			fileName: { type: String, default: "" },
			file: { type: String, required: true },
			bytes: { type: Number, required: true },
			uploadedBy: { type: String, required: true },
			uploadedAt: { type: String, required: true },
			state: { type: String, required: true },
			preview: { type: String, required: true },
			glance: { type: String },
			counts: { type: Schema.Types.Mixed, required: true },
			overtaken: { type: [String], required: true },
			confirmedBy: { type: String, default: null },
			activeAt: { type: String, default: null },
			done: { type: Number, required: true },
			written: { type: Schema.Types.Mixed, default: null },
			finishedAt: { type: String, default: null },
		},
		{ collection: "recordImports", strict: "throw", minimize: false, versionKey: false },
	);
}
