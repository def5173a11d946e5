import { Schema } from "mongoose";
import type { StationCapture, StationChange } from "../../src/contracts/station.js";

/** Captures of one minute, by keys that a repeated request gives again. */
export interface StationMinute {
	/** The minute, as `YYYY-MM-DDTHH:MM`. */
	readonly at: string;
	readonly captures: readonly string[];
}

/** What is known of a station beside its account: one small document, `_id` is its name. */
export interface StationDocument {
	readonly _id: string;
	readonly lastCapture: StationCapture | null;
	/** `m00` to `m59` by the minute of the hour; a slot is taken over an hour later. */
	readonly minutes: Readonly<Record<string, StationMinute>>;
	readonly silenceMinutes: number | null;
	readonly changes: readonly StationChange[];
}

export function stationSchema() {
	return new Schema<StationDocument>(
		{
			_id: { type: String, required: true },
			lastCapture: { type: Schema.Types.Mixed, default: null },
			minutes: { type: Schema.Types.Mixed, default: {} },
			silenceMinutes: { type: Number, default: null },
			changes: { type: [Schema.Types.Mixed], default: [] } as never,
		},
		{ collection: "stations", strict: "throw", minimize: false, versionKey: false },
	);
}
