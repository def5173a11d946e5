import { z } from "zod";
import { Instant, Sha256 } from "./primitives.js";
import { FieldValue } from "./reading.js";
import { ImportProblem, VehicleRecordInput } from "./record.js";

/** One field of a vehicle record, as it was and as it will be; null where it is not there. */
export const FieldChange = z.strictObject({
	field: z.string(),
	from: FieldValue.nullable(),
	to: FieldValue.nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

export const RowOutcome = z.enum(["created", "revised", "unchanged"]);
export type RowOutcome = z.infer<typeof RowOutcome>;

/** What becomes of one good row once the import is confirmed. */
export const PreviewedRow = z.strictObject({
	line: z.int().positive(),
	input: VehicleRecordInput,
	outcome: RowOutcome,
	/** Revision in force when the preview was made; 0 where there was no record. */
	revision: z.int().nonnegative(),
	changes: z.array(FieldChange),
});
export type PreviewedRow = z.infer<typeof PreviewedRow>;

/** Everything a file would do, kept by the digest of its JSON. */
export const ImportPreview = z.strictObject({
	rows: z.array(PreviewedRow),
	problems: z.array(ImportProblem),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

/** Rows of each kind that are kept apart for the page of an import. */
export const GLANCE_ROWS = 50;

/**
 * What the page of an import shows of its preview, kept beside it by the digest of its JSON: the first rows of each
 * kind, so that a page costs the same however long the file is.
 */
export const ImportGlance = z.strictObject({
	created: z.array(PreviewedRow).max(GLANCE_ROWS),
	revised: z.array(PreviewedRow).max(GLANCE_ROWS),
	problems: z.array(ImportProblem).max(GLANCE_ROWS),
	problemCount: z.int().nonnegative(),
});
export type ImportGlance = z.infer<typeof ImportGlance>;

export const ImportCounts = z.strictObject({
	rows: z.int().nonnegative(),
	created: z.int().nonnegative(),
	revised: z.int().nonnegative(),
	unchanged: z.int().nonnegative(),
	rejected: z.int().nonnegative(),
});
export type ImportCounts = z.infer<typeof ImportCounts>;

export const ImportId = z.string().regex(/^\d{14}-[0-9a-f]{8}$/, "expected an import's id");

/** One upload of vehicle records on its way from preview to record. */
export const RecordImport = z.strictObject({
	importId: ImportId,
	/** As the browser named it; for people alone. */
	fileName: z.string().max(200),
	/** Digest of the file as it was uploaded. */
	file: Sha256,
	bytes: z.int().nonnegative(),
	uploadedBy: z.string(),
	uploadedAt: Instant,
	state: z.enum(["previewed", "importing", "imported"]),
	/** Digest of the preview in force: a confirmation names the one it means. */
	preview: Sha256,
	/** Digest of what the page shows of it; null of an import that was begun before there was one. */
	glance: Sha256.nullable().optional(),
	counts: ImportCounts,
	/** Records that somebody revised after an earlier preview; that one can't be confirmed any more. */
	overtaken: z.array(z.string()),
	confirmedBy: z.string().nullable(),
	/** When the confirmation began, or its last sign of life. */
	activeAt: Instant.nullable(),
	/** Rows done so far. */
	done: z.int().nonnegative(),
	/** What was really written; null before. */
	written: z
		.strictObject({
			created: z.int().nonnegative(),
			revised: z.int().nonnegative(),
			unchanged: z.int().nonnegative(),
			/** Revised by somebody during the import, and left alone. */
			overtaken: z.array(z.string()),
		})
		.nullable(),
	finishedAt: Instant.nullable(),
});
export type RecordImport = z.infer<typeof RecordImport>;
