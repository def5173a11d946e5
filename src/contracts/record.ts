import { z } from "zod";
import { Identifier, Instant } from "./primitives.js";
import { FieldValue } from "./reading.js";

/** Where the vehicle will be registered; sets the check-digit policy and the documents it must carry. */
export const Market = z.enum(["CN", "EU", "US", "CA", "OTHER"]);
export type Market = z.infer<typeof Market>;

/** What the order says a vehicle must carry, as the plant sends it. */
export const VehicleRecordInput = z.strictObject({
	productionNumber: Identifier,
	vin: z
		.string()
		.regex(/^[0-9A-HJ-NPR-Z]{17}$/, "expected 17 characters of the VIN alphabet (no I, O, Q; ISO 3779)"),
	model: Identifier,
	market: Market,
	/** Field name → value, by the names of src/domain/fields. */
	attributes: z.record(z.string().max(64), FieldValue).default({}),
});
export type VehicleRecordInput = z.infer<typeof VehicleRecordInput>;

/** One immutable revision of a vehicle record. */
export const VehicleRecord = VehicleRecordInput.extend({
	plant: Identifier,
	revision: z.int().positive(),
	createdAt: Instant,
	createdBy: z.string(),
});
export type VehicleRecord = z.infer<typeof VehicleRecord>;

/** One row that could not be imported. `line` counts from 1 in the file as the person sees it. */
export const ImportProblem = z.strictObject({
	line: z.int().positive(),
	field: z.string(),
	/** Name in src/importing/problems, and what fills the places of its words. */
	code: z.string(),
	values: z.record(z.string(), z.string()),
	reason: z.string(),
	/** How to mend it. */
	mend: z.string(),
});
export type ImportProblem = z.infer<typeof ImportProblem>;

export const ImportResult = z.strictObject({
	rows: z.int().nonnegative(),
	created: z.int().nonnegative(),
	revised: z.int().nonnegative(),
	unchanged: z.int().nonnegative(),
	rejected: z.int().nonnegative(),
	problems: z.array(ImportProblem),
});
export type ImportResult = z.infer<typeof ImportResult>;
