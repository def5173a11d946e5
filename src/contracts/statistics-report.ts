import { z } from "zod";
import { Day, Identifier, Instant } from "./primitives.js";
import { ExceptionEnd, ReaderVersion, Tally } from "./statistics.js";

export const Period = z.enum([
	"now", // the shift that runs
	"shift", // the last complete shift
	"day", // the last 24 hours
	"week", // the last seven days
	"range", // from one day to another, both included
]);
export type Period = z.infer<typeof Period>;

export const RuleSetName = z.enum(["limits", "western_electric", "nelson"]);

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected HH:MM");

export const StatisticsQuery = z.strictObject({
	period: Period.default("week"),
	/** First and last day by the plant's clock, for `range`. */
	from: Day.optional(),
	to: Day.optional(),
	station: Identifier.optional(),
	model: Identifier.optional(),
	/** Version of the readers. */
	readers: Identifier.optional(),
	/** When the shift begins. */
	shift: TimeOfDay.optional(),
	rules: RuleSetName.default("western_electric"),
});
export type StatisticsQuery = z.infer<typeof StatisticsQuery>;

/** What a tally comes to; a figure over nothing is null. */
export const Figures = z.strictObject({
	vehicles: z.int().nonnegative(),
	/** Share of vehicles that passed at their first inspection, 0..1. */
	firstPassYield: z.number().min(0).max(1).nullable(),
	exceptionsPerHundred: z.number().nonnegative().nullable(),
	falseCallsPerHundred: z.number().nonnegative().nullable(),
	/** Seconds from exception to decision, to two significant digits. */
	medianSeconds: z.number().nonnegative().nullable(),
	ninetiethSeconds: z.number().nonnegative().nullable(),
});
export type Figures = z.infer<typeof Figures>;

const Judged = z.strictObject({
	value: z.number(),
	centre: z.number(),
	lower: z.number(),
	upper: z.number(),
	/** Names of the rules this point completes a violation of. */
	violates: z.array(z.string()),
});

/** Share of vehicles with an exception in one hour, shift or day. */
export const SharePoint = Judged.extend({
	start: Instant,
	day: z.string(),
	/** Null where the point is a whole day. */
	shift: z.string().nullable(),
	vehicles: z.int().positive(),
	count: z.int().nonnegative(),
	/** Too few vehicles for a rule. */
	judged: z.boolean(),
});
export type SharePoint = z.infer<typeof SharePoint>;

/** One decided exception. Limits are of the logarithm and given in seconds; `range` is the factor to the one before. */
export const DecisionPoint = Judged.extend({
	exceptionId: z.string(),
	at: Instant,
	end: ExceptionEnd,
	range: Judged.nullable(),
});
export type DecisionPoint = z.infer<typeof DecisionPoint>;

export const Defect = z.strictObject({
	witness: z.string(),
	field: z.string(),
	outcome: z.string(),
	count: z.int().positive(),
	/** Share of this and every more frequent one. */
	cumulative: z.number().min(0).max(1),
});

export const Division = z.enum(["station", "shift", "model", "readers"]);
export type Division = z.infer<typeof Division>;

export const StatisticsReport = z.strictObject({
	from: Instant,
	/** Excluded. */
	to: Instant,
	/** What one point of the share chart stands for. */
	grain: z.enum(["hour", "shift", "day"]),
	tally: Tally,
	figures: Figures,
	divisions: z.record(Division, z.array(z.strictObject({ name: z.string(), figures: Figures }))),
	shares: z.array(SharePoint),
	decisions: z.array(DecisionPoint),
	defects: z.array(Defect),
	readerVersions: z.array(ReaderVersion),
});
export type StatisticsReport = z.infer<typeof StatisticsReport>;
