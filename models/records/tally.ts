import { Schema } from "mongoose";

/**
 * A part of the counts of the line; the counts are the sum over all parts. `_id` is the part's number. `applied`
 * remembers the latest steps, so that one that is taken again, after a crash or by two writers, counts once.
 */
export interface TallyDocument {
	readonly _id: string;
	readonly counts: Readonly<Record<string, number>>;
	readonly applied: readonly string[];
}

export function tallySchema() {
	return new Schema<TallyDocument>(
		{
			_id: { type: String, required: true },
			counts: { type: Schema.Types.Mixed, required: true },
			applied: { type: [String], required: true },
		},
		{ collection: "tallies", strict: "throw", minimize: false, versionKey: false },
	);
}
