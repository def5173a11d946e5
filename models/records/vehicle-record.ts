import { Schema } from "mongoose";
import type { VehicleRecord } from "../../src/contracts/record.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** `plant/productionNumber` for the revision in force; `plant/productionNumber/revision` for every revision. */
export interface VehicleRecordDocument extends VehicleRecord {
	readonly _id: string;
}

/** What the records in force are asked for besides their key. */
export const VEHICLE_RECORD_QUERIES = {
	byVin: { equal: ["plant"], order: { vin: 1 } },
} as const satisfies Record<string, QueryShape>;

/** Shape of both collections: lists are paged by `_id`; `queries` says which others have an index. */
export function vehicleRecordSchema(collection: string, queries: Readonly<Record<string, QueryShape>> = {}) {
	const schema = new Schema<VehicleRecordDocument>(
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
	for (const shape of Object.values(queries)) schema.index(indexFor(shape));
	return schema;
}
