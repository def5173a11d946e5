import { Schema } from "mongoose";
import type { VehicleRecord } from "../../src/contracts/record.js";

/** `plant/productionNumber` for the revision in force; `plant/productionNumber/revision` for every revision. */
export interface VehicleRecordDocument extends VehicleRecord {
	readonly _id: string;
}

/** Shape of both collections: lists are paged by `_id`, so no other index is needed. */
export function vehicleRecordSchema(collection: string) {
	return new Schema<VehicleRecordDocument>(
		{
			_id: { type: String, required: true },
			plant: { type: String, required: true },
			productionNumber: { type: String, required: true },
			vin: { type: String, required: true },
			model: { type: String, required: true },
			market: { type: String, required: true },
			attributes: { type: Schema.Types.Mixed, required: true },
			revision: { type: Number, required: true, min: 1 },
			createdAt: { type: String, required: true },
			createdBy: { type: String, required: true },
		},
		{ collection, strict: "throw", minimize: false, versionKey: false },
	);
}
