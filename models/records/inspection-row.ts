import { Schema } from "mongoose";
import type { InspectionRow } from "../../src/contracts/inspection-row.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** A step the tallies may not have taken yet; `op` names it, so that it is taken once. */
export interface TallyStep {
	readonly op: string;
	readonly change: Readonly<Record<string, number>>;
}

/** The short form of one inspection, for lists and live events. `_id` is the inspection id. */
export interface InspectionRowDocument extends InspectionRow {
	readonly _id: string;
	/** The database's own clock at the last write; what live events page by. */
	readonly changedAt: Date;
	/** Written together with the change it counts, taken away once it is counted. */
	readonly pending?: readonly TallyStep[];
}

const NEWEST_FIRST = { startedAt: -1, _id: -1 } as const;

/** Part of the VIN or production number. */
const SEARCHED = ["vin", "productionNumber"] as const;

export const INSPECTION_QUERIES = {
	newest: { equal: [], order: NEWEST_FIRST, thinned: SEARCHED },
	newestByStatus: { equal: ["status"], order: NEWEST_FIRST, thinned: ["disposition", "model", ...SEARCHED] },
	newestByDisposition: { equal: ["disposition"], order: NEWEST_FIRST, thinned: ["model", ...SEARCHED] },
	newestByModel: { equal: ["model"], order: NEWEST_FIRST, thinned: SEARCHED },
	changes: { equal: [], order: { changedAt: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function inspectionRowSchema() {
	const schema = new Schema<InspectionRowDocument>(
		{
			_id: { type: String, required: true },
			inspectionId: { type: String, required: true },
			productionNumber: { type: String, required: true },
			sequence: { type: Number, required: true },
			version: { type: Number, required: true },
			vin: { type: String, required: true },
			model: { type: String, required: true },
			modelLabel: { type: Schema.Types.Mixed, required: true },
			station: { type: String, default: null },
			stations: { type: Schema.Types.Mixed, required: true },
			status: { type: String, required: true },
			disposition: { type: String, default: null },
			closure: { type: String, default: null },
			witnesses: { type: Schema.Types.Mixed, required: true },
			capturedWitnesses: { type: Number, required: true },
			waitingExceptions: { type: Number, required: true },
			openExceptions: { type: Number, required: true },
			startedAt: { type: String, required: true },
			updatedAt: { type: String, required: true },
			captureDeadline: { type: String, required: true },
			decisionDeadline: { type: String, default: null },
			sealedAt: { type: String, default: null },
			changedAt: { type: Date },
			pending: { type: [Schema.Types.Mixed], default: undefined },
		},
		{ collection: "inspectionRows", strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(INSPECTION_QUERIES)) schema.index(indexFor(shape));
	return schema;
}
