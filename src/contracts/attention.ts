import { z } from "zod";
import { ExceptionId } from "./exception.js";
import { Identifier, Instant } from "./primitives.js";

const share = z.number().min(0).max(1);

/** What a line leader should look at now. */
export const Attention = z.discriminatedUnion("kind", [
	/** Exceptions past their deadline, or near it. */
	z.strictObject({
		kind: z.enum(["overdue", "due"]),
		count: z.int().positive(),
		exceptionId: ExceptionId,
	}),
	/** A station from which no picture comes; with an exception where vehicles wait for it. */
	z.strictObject({
		kind: z.literal("silent"),
		station: Identifier,
		count: z.int().nonnegative(),
		exceptionId: ExceptionId.nullable(),
	}),
	/** A share of vehicles went out of its limits within the last day. `station` is null for the whole line. */
	z.strictObject({
		kind: z.enum(["exceptions_out_of_control", "false_calls_out_of_control"]),
		station: Identifier.nullable(),
		at: Instant,
		value: share,
		lower: share,
		upper: share,
		rules: z.array(z.string()),
	}),
	/** Vehicles read by one version need people more often, or less, than those read by the others. */
	z.strictObject({
		kind: z.literal("readers_differ"),
		version: z.string(),
		share,
		others: share,
	}),
]);
export type Attention = z.infer<typeof Attention>;

export const AttentionList = z.strictObject({
	/** The most pressing first. */
	items: z.array(Attention),
});
