import { Schema } from "mongoose";
import type { CaptureImage } from "../../src/contracts/capture.js";

/** What the pixels of a stored capture are; `_id` is their SHA-256. */
export interface CaptureImageDocument extends CaptureImage {
	readonly _id: string;
}

export function captureImageSchema() {
	return new Schema<CaptureImageDocument>(
		{
			_id: { type: String, required: true },
			sha256: { type: String, required: true },
			mediaType: { type: String, required: true },
			bytes: { type: Number, required: true },
			width: { type: Number, required: true },
			height: { type: Number, required: true },
		},
		{ collection: "captureImages", strict: "throw", versionKey: false },
	);
}
