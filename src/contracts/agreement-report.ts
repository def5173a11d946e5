import { z } from "zod";
import { GoldenItem, HiddenItem, Verdict } from "./agreement.js";
import { ExceptionId } from "./exception.js";
import { Day } from "./primitives.js";

const Interval = z.strictObject({ lower: z.number(), upper: z.number() });

export const Kappa = z.strictObject({
	/** Items judged. */
	n: z.int().nonnegative(),
	/** Null where nothing was judged, or chance alone explains everything. */
	kappa: z.number().nullable(),
	/** 95 %. */
	interval: Interval.nullable(),
	/** Share of items agreed on, 0..1. */
	observed: z.number(),
	/** Share that chance would have agreed on, 0..1. */
	expected: z.number(),
});

export const Rate = z.strictObject({
	count: z.int().nonnegative(),
	of: z.int().nonnegative(),
	share: z.number().min(0).max(1).nullable(),
	/** 95 %, Clopper and Pearson. */
	interval: Interval.nullable(),
});

export const Agreement = z.strictObject({
	/** Golden items judged, those handed on included. */
	golden: z.int().nonnegative(),
	/** Golden items and second readings handed on: neither right nor wrong. */
	handedOn: z.int().nonnegative(),
	/** Judgements against the known truth. */
	truth: Kappa,
	/** Real discrepancies that were decided away. */
	misses: Rate,
	/** Good ones that were confirmed as discrepancies. */
	falseAlarms: Rate,
	/** First against second decisions. */
	second: Kappa,
});

export const AgreementReport = z.strictObject({
	from: z.string(),
	/** Excluded. */
	to: z.string(),
	overall: Agreement,
	/** Golden items that three people or more judged, among these people. */
	many: Kappa,
	people: z.array(Agreement.extend({ person: z.string() })),
	/** Judgements that contradict what they are compared with, newest first. */
	disagreements: z.array(HiddenItem),
});
export type AgreementReport = z.infer<typeof AgreementReport>;

/** A period in whole days by the plant's clock, both included: the last so many, or from one day to another. */
export const AgreementQuery = z.strictObject({
	days: z.coerce.number().int().min(1).max(366).default(90),
	from: Day.optional(),
	to: Day.optional(),
});
export type AgreementQuery = z.infer<typeof AgreementQuery>;

/** What an auditor states of a decided exception; `text` where what truly stands there is stated. */
export const GoldenStatement = z.strictObject({
	exceptionId: ExceptionId,
	truth: z.union([Verdict, z.literal("text")]),
	text: z.string().trim().min(1).max(200).optional(),
	note: z.string().trim().max(500).default(""),
});
export type GoldenStatement = z.infer<typeof GoldenStatement>;

export const GoldenQuery = z.strictObject({
	retired: z
		.enum(["true", "false"])
		.default("false")
		.transform((value) => value === "true"),
	after: z.string().min(1).max(300).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const GoldenPage = z.strictObject({ items: z.array(GoldenItem), next: z.string().nullable() });
