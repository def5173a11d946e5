import { Schema } from "mongoose";
import type { Exception } from "../../src/contracts/exception.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** The projection of one exception; `_id` is the exception id. The claim belongs to the web and is never projected over. */
export interface ExceptionDocument extends Exception {
	readonly _id: string;
	/** Version of the inspection this was projected from. */
	readonly version: number;
	readonly productionNumber: string;
	readonly vin: string;
	readonly model: string;
	readonly claim?: { readonly by: string; readonly expiresAt: string };
}

export const EXCEPTION_QUERIES = {
	/** Asked once for each wanted status; the answers are merged. */
	queue: { equal: ["status"], order: { deadline: 1, _id: 1 } },
	escalatedQueue: { equal: ["status", "escalated"], order: { deadline: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function exceptionSchema() {
	const schema = new Schema<ExceptionDocument>(
		{
			_id: { type: String, required: true },
			exceptionId: { type: String, required: true },
			inspectionId: { type: String, required: true },
			finding: { type: Schema.Types.Mixed, required: true },
			status: { type: String, required: true },
			escalated: { type: Boolean, required: true },
			openedAt: { type: String, required: true },
			deadline: { type: String, required: true },
			decisions: { type: Schema.Types.Mixed, required: true },
			version: { type: Number, required: true },
			productionNumber: { type: String, required: true },
			vin: { type: String, required: true },
			model: { type: String, required: true },
			claim: { type: Schema.Types.Mixed },
		},
		{ collection: "exceptions", strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(EXCEPTION_QUERIES)) schema.index(indexFor(shape));
	return schema;
}
