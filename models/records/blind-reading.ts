import { Schema } from "mongoose";
import type { BlindReading } from "../../src/contracts/exception.js";

/** A second person's reading of a picture before they saw more; `_id` is `release~person`. */
export interface BlindReadingDocument extends BlindReading {
	readonly _id: string;
}

export function blindReadingSchema() {
	return new Schema<BlindReadingDocument>(
		{
			_id: { type: String, required: true },
			text: { type: String, default: null },
			sight: { type: String, default: null },
			at: { type: String, required: true },
		},
		{ collection: "blindReadings", strict: "throw", versionKey: false },
	);
}
