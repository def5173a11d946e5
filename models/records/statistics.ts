import { Schema } from "mongoose";
import type { Bucket, DecidedException, ReaderVersion, Tally } from "../../src/contracts/statistics.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** One bucket of the roll-up; `_id` is its key, so that two writers can't make the same one. */
export interface BucketDocument extends Bucket {
	readonly _id: string;
	/** Inspections counted in it: what guards it against counting one twice. Never read with it. */
	readonly contributed: readonly string[];
}

export const BUCKET_QUERIES = {
	ofPeriod: { equal: ["plant"], order: { start: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

function bucketSchema(collection: string) {
	const schema = new Schema<BucketDocument>(
		{
			_id: { type: String, required: true },
			plant: { type: String, required: true },
			grain: { type: String, required: true },
			start: { type: String, required: true },
			day: { type: String, required: true },
			shift: { type: String, required: true },
			station: { type: String, required: true },
			model: { type: String, required: true },
			readers: { type: String, required: true },
			tally: { type: Schema.Types.Mixed, required: true },
			contributed: { type: [String], required: true },
		},
		{ collection, strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(BUCKET_QUERIES)) schema.index(indexFor(shape));
	return schema;
}

// Each grain has its collection: the embedded store reads the whole of one, and hours are many more than shifts.
export const hourSchema = () => bucketSchema("statisticsHours");
export const shiftSchema = () => bucketSchema("statisticsShifts");

/**
 * Everything that was counted at one station in the shifts of one day; `_id` is `plant/day/station`. A document
 * for what would be one a shift, model and version of the readers: reading a long period costs by the document.
 */
export interface StationDayDocument {
	readonly _id: string;
	readonly plant: string;
	/** Of the shift's beginning, by the plant's clock. */
	readonly day: string;
	/** `*` for all of them. */
	readonly station: string;
	/** By start of the shift, its name, model and version of the readers; what is nought is left out. */
	readonly cells: Readonly<Record<string, StoredTally>>;
	/** Another at each change: what was read under one of them is what stands under it. None before it was kept. */
	readonly writing?: string;
	/** Inspections counted in it. Never read with it. */
	readonly contributed: readonly string[];
}

/** A tally as it is kept: what is nought is left out, and keys are encoded. */
export type StoredTally = Partial<Tally>;

export const STATION_DAY_QUERIES = {
	ofDays: { equal: ["plant"], order: { day: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function stationDaySchema() {
	const schema = new Schema<StationDayDocument>(
		{
			_id: { type: String, required: true },
			plant: { type: String, required: true },
			day: { type: String, required: true },
			station: { type: String, required: true },
			cells: { type: Schema.Types.Mixed, required: true },
			writing: { type: String },
			contributed: { type: [String], required: true },
		},
		{ collection: "statisticsStationDays", strict: "throw", minimize: false, versionKey: false },
	);
	for (const shape of Object.values(STATION_DAY_QUERIES)) schema.index(indexFor(shape));
	return schema;
}

/** That the days of stations hold all that the shifts hold: not so in a store that counted before there were any. */
export interface RolledUpDocument {
	readonly _id: "stationDays";
}

export function rolledUpSchema() {
	return new Schema<RolledUpDocument>(
		{ _id: { type: String, required: true } },
		{ collection: "statisticsRolledUp", strict: "throw", versionKey: false },
	);
}

/** One decided exception as an individual value; `_id` is the exception id. */
export interface DecidedExceptionDocument extends DecidedException {
	readonly _id: string;
}

/** By what a period's exceptions may be thinned out. */
const PARTS = ["model", "readers", "shift"] as const;

export const DECIDED_QUERIES = {
	newest: { equal: ["plant"], order: { at: -1, _id: -1 }, thinned: PARTS },
	newestAtStation: { equal: ["plant", "stations"], order: { at: -1, _id: -1 }, thinned: PARTS },
} as const satisfies Record<string, QueryShape>;

export function decidedExceptionSchema() {
	const schema = new Schema<DecidedExceptionDocument>(
		{
			_id: { type: String, required: true },
			exceptionId: { type: String, required: true },
			plant: { type: String, required: true },
			at: { type: String, required: true },
			seconds: { type: Number, required: true },
			end: { type: String, required: true },
			stations: { type: [String], required: true },
			model: { type: String, required: true },
			readers: { type: String, required: true },
			shift: { type: String, required: true },
		},
		{ collection: "decidedExceptions", strict: "throw", versionKey: false },
	);
	for (const shape of Object.values(DECIDED_QUERIES)) schema.index(indexFor(shape));
	return schema;
}

/** A version of the readers that read vehicles of a plant; `_id` is `plant/version`. */
export interface ReaderVersionDocument extends ReaderVersion {
	readonly _id: string;
}

export function readerVersionSchema() {
	return new Schema<ReaderVersionDocument>(
		{
			_id: { type: String, required: true },
			version: { type: String, required: true },
			plant: { type: String, required: true },
			readers: { type: Schema.Types.Mixed, required: true },
			firstAt: { type: String, required: true },
		},
		{ collection: "readerVersions", strict: "throw", minimize: false, versionKey: false },
	);
}
