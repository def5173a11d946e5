import { z } from "zod";
import { Identifier, Instant } from "./primitives.js";

const Count = z.int().nonnegative();

/** What is counted of finished inspections. Of a station, only what it is there for. */
export const Tally = z.strictObject({
	vehicles: Count,
	/** Vehicles at their first inspection, and those of them that passed. */
	firsts: Count,
	firstPasses: Count,
	/** Vehicles of which the station sent a picture, or of which there is any at all. */
	captured: Count,
	/** Vehicles that needed a person, and what those were asked. */
	withException: Count,
	exceptions: Count,
	/** How they ended: the vehicle was right, it was wrong, it was released all the same, nobody decided. */
	falseCalls: Count,
	withFalseCall: Count,
	confirmed: Count,
	released: Count,
	expired: Count,
	/** `witness|field|outcome` → exceptions. */
	defects: z.record(z.string(), Count),
	/** Seconds a decision took, to two significant digits → exceptions. */
	seconds: z.record(z.string(), Count),
});
export type Tally = z.infer<typeof Tally>;

export const Grain = z.enum(["hour", "shift"]);
export type Grain = z.infer<typeof Grain>;

/** Name of the tally of all stations together. */
export const EVERY_STATION = "*";

/** What was counted in one hour or shift, at one station, of one model, by one version of the readers. */
export const Bucket = z.strictObject({
	plant: Identifier,
	grain: Grain,
	start: Instant,
	/** Day and beginning of its shift, by the plant's clock. */
	day: z.string(),
	shift: z.string(),
	/** `*` for all of them. */
	station: z.string(),
	model: Identifier,
	readers: z.string(),
	tally: Tally,
});
export type Bucket = z.infer<typeof Bucket>;

export const ExceptionEnd = z.enum(["false_call", "confirmed", "released", "expired"]);
export type ExceptionEnd = z.infer<typeof ExceptionEnd>;

/** An exception that a person decided, as the chart of individual values shows it. */
export const DecidedException = z.strictObject({
	exceptionId: z.string(),
	plant: Identifier,
	/** When it was decided. */
	at: Instant,
	seconds: z.number().nonnegative(),
	end: ExceptionEnd,
	stations: z.array(Identifier),
	model: Identifier,
	readers: z.string(),
	shift: z.string(),
});
export type DecidedException = z.infer<typeof DecidedException>;

/** Which readers, in which versions, read a vehicle; named by a digest of them. */
export const ReaderVersion = z.strictObject({
	version: z.string(),
	plant: Identifier,
	/** Reader → version or digest; empty where nothing was read. */
	readers: z.record(z.string(), z.string()),
	firstAt: Instant,
});
export type ReaderVersion = z.infer<typeof ReaderVersion>;

/** Everything one finished inspection adds to the statistics. */
export interface Contribution {
	readonly inspectionId: string;
	readonly buckets: readonly Bucket[];
	readonly decided: readonly DecidedException[];
	readonly readerVersion: ReaderVersion;
}
