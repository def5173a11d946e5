import { z } from "zod";
import { Disposition } from "./inspection.js";

/** What a replay can find to be another than it was. */
export const ReplayedPart = z.enum([
	"capture", // the stored picture is gone or changed
	"model", // a reader or its model is another one
	"reading", // what is seen in a capture
	"record", // the pinned revision of the vehicle record
	"plan", // the pinned revision of the inspection plan
	"software", // name, version or rules of what judged
	"history", // what is in the store is not what was signed
	"event", // an event of the recomputed course
	"finding",
	"exception",
	"disposition",
]);
export type ReplayedPart = z.infer<typeof ReplayedPart>;

export const ReplayDifference = z.strictObject({
	part: ReplayedPart,
	/** Which witness, field, member … */
	where: z.string(),
	/** As JSON; cut where long. */
	was: z.string(),
	now: z.string(),
});
export type ReplayDifference = z.infer<typeof ReplayDifference>;

export const ReplayResult = z.strictObject({
	inspectionId: z.string(),
	/** Bit for bit the same: every member of every reading, finding, exception and event, and the outcome. */
	same: z.boolean(),
	/** Nothing but measured numbers differ: texts, acceptance, findings and outcome are the same. */
	onlyNumbers: z.boolean(),
	/** Largest difference between two numbers in place of each other; 0 where none differ. */
	largestDifference: z.number().nonnegative(),
	/** What was replayed: the record that was signed, or what the store holds where nothing is sealed and archived. */
	basis: z.enum(["signed_record", "store"]),
	captures: z.int().nonnegative(),
	/** Captures of which the history says that no reader took them on in time: time can't be replayed. */
	notReplayed: z.int().nonnegative(),
	disposition: z.strictObject({ was: Disposition.nullable(), now: Disposition.nullable() }),
	differences: z.array(ReplayDifference),
	/** Differences that are not listed. */
	more: z.int().nonnegative(),
});
export type ReplayResult = z.infer<typeof ReplayResult>;
