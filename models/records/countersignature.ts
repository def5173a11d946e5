import { Schema } from "mongoose";
import type { Countersignature } from "../../src/contracts/countersignature.js";

/** Who countersigned an inspection's report, and which bytes; `_id` is the inspection id. */
export interface CountersignatureDocument extends Countersignature {
	readonly _id: string;
}

export function countersignatureSchema() {
	return new Schema<CountersignatureDocument>(
		{
			_id: { type: String, required: true },
			inspectionId: { type: String, required: true },
			by: { type: String, required: true },
			displayName: { type: String, required: true },
			reason: { type: String, required: true },
			at: { type: String, required: true },
			signer: { type: String, required: true },
			pdf: { type: String, required: true },
			bytes: { type: Number, required: true },
			sealed: { type: String, required: true },
		},
		{ collection: "countersignatures", strict: "throw", versionKey: false },
	);
}
