import { z } from "zod";
import { Sha256 } from "./primitives.js";
import { ReaderReport } from "./reader-report.js";

/** A fact of a model's contract: a size, an order of colours, a threshold. */
export const ModelFact = z.union([
	z.number(),
	z.string(),
	z.boolean(),
	z.array(z.union([z.number(), z.string()])),
]);
export type ModelFact = z.infer<typeof ModelFact>;

/** A document in Markdown, in each language it is kept in. */
export const KeptDocument = z.strictObject({ en: z.string().nullable(), zh: z.string().nullable() });
export type KeptDocument = z.infer<typeof KeptDocument>;

/** A model of the readers, as its contract and card say. */
export const ModelItem = z.strictObject({
	name: z.string(),
	task: z.string(),
	/** The file of its weights, and the package it comes from where it is not our own. */
	weights: z.strictObject({ package: z.string().nullable(), file: z.string() }),
	sha256: Sha256,
	input: z.record(z.string(), ModelFact),
	thresholds: z.record(z.string(), ModelFact),
	/** The model card, as Markdown; null in a language that has none. */
	card: KeptDocument,
});
export type ModelItem = z.infer<typeof ModelItem>;

/** Counts of the committed evaluation on photographs; docs/accuracy.md says what each means. */
export const AccuracySummary = z.object({
	pictures: z.int(),
	withVin: z.int(),
	exact: z.int(),
	accepted: z.int(),
	acceptedWrong: z.int(),
	unreadable: z.int(),
	unreadableRefused: z.int(),
	characters: z.int(),
	charactersRight: z.int(),
	calibrationError: z.number().nullable(),
});
export type AccuracySummary = z.infer<typeof AccuracySummary>;

export const ModelList = z.strictObject({
	items: z.array(ModelItem),
	/** What each worker said of its readers when it last started. */
	workers: z.array(ReaderReport),
	accuracy: z
		.strictObject({
			photographs: AccuracySummary,
			/** Versions and digests of the readers that were measured. */
			readers: z.record(z.string(), z.string()),
		})
		.nullable(),
});
export type ModelList = z.infer<typeof ModelList>;
