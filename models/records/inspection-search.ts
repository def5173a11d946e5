import { Schema } from "mongoose";
import type { FoundInspection } from "../../src/contracts/search.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** One inspection as it is searched for: slim, and with a key for every way to ask. `_id` is the inspection id. */
export interface InspectionSearchDocument extends FoundInspection {
	readonly _id: string;
	/** Version of the inspection this was projected from. */
	readonly version: number;
	/** Pieces of the VIN and of the production number (`gramsOf`), by which parts of them are found. */
	readonly vinGrams: readonly string[];
	readonly numberGrams: readonly string[];
}

const NEWEST_FIRST = { startedAt: -1, _id: -1 } as const;

/**
 * One shape for each criterion, all in the order of the list, so that none sorts in memory and the period is a
 * range of the very key they are ordered by. Where several criteria are given, the server takes the index that
 * leaves least and checks the others on these slim documents.
 */
/** What further criteria thin out. */
const CRITERIA = [
	"vin",
	"vinGrams",
	"productionNumber",
	"numberGrams",
	"stations",
	"model",
	"disposition",
	"operators",
] as const;

export const SEARCH_QUERIES = {
	newest: { equal: [], order: NEWEST_FIRST, thinned: CRITERIA },
	byVin: { equal: ["vinGrams"], order: NEWEST_FIRST, thinned: CRITERIA },
	byNumber: { equal: ["numberGrams"], order: NEWEST_FIRST, thinned: CRITERIA },
	byStation: { equal: ["stations"], order: NEWEST_FIRST, thinned: CRITERIA },
	byModel: { equal: ["model"], order: NEWEST_FIRST, thinned: CRITERIA },
	byOutcome: { equal: ["disposition"], order: NEWEST_FIRST, thinned: CRITERIA },
	byOperator: { equal: ["operators"], order: NEWEST_FIRST, thinned: CRITERIA },
	ofVehicle: { equal: ["productionNumber"], order: { sequence: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function inspectionSearchSchema() {
	const schema = new Schema<InspectionSearchDocument>(
		{
			_id: { type: String, required: true },
			version: { type: Number, required: true },
			inspectionId: { type: String, required: true },
			productionNumber: { type: String, required: true },
			sequence: { type: Number, required: true },
			vin: { type: String, required: true },
			model: { type: String, required: true },
			modelLabel: { type: Schema.Types.Mixed, required: true },
			status: { type: String, required: true },
			disposition: { type: String, default: null },
			stations: { type: [String], required: true },
			operators: { type: [String], required: true },
			discrepancies: { type: Number, required: true },
			startedAt: { type: String, required: true },
			sealedAt: { type: String, default: null },
			vinGrams: { type: [String], required: true },
			numberGrams: { type: [String], required: true },
		},
		{ collection: "inspectionSearch", strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(SEARCH_QUERIES)) schema.index(indexFor(shape));
	return schema;
}
