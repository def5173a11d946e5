import { z } from "zod";
import { Box, Identifier, Instant, Point, Quad, Sha256 } from "./primitives.js";

/** Carriers of identity a capture can show. */
export const WitnessKind = z.enum(["stamp", "nameplate", "certificate", "label", "gear"]);
export type WitnessKind = z.infer<typeof WitnessKind>;

export const DetectionKind = z.enum([
	"vin_line",
	"text_line",
	"stamp",
	"nameplate",
	"certificate",
	"label",
	"gear",
	"barcode",
]);
export type DetectionKind = z.infer<typeof DetectionKind>;

/** Something found in a capture. Box and quad are in pixels of the upright capture, never of a crop. */
export const Detection = z.strictObject({
	kind: DetectionKind,
	box: Box,
	quad: Quad,
	/** 0..1, the detector's own. */
	score: z.number().min(0).max(1),
});
export type Detection = z.infer<typeof Detection>;

export const CharacterAlternative = z.strictObject({ char: z.string(), p: z.number().min(0).max(1) });

/** One character with its probability and what else it could be, most likely first. */
export const CharacterReading = CharacterAlternative.extend({
	alternatives: z.array(CharacterAlternative).optional(),
});
export type CharacterReading = z.infer<typeof CharacterReading>;

/** Why a reading was not accepted. A refusal is a result, not an error. */
export const Refusal = z.enum([
	"no_text", // nothing that looks like text was found
	"no_vin", // text, but no line that follows the VIN grammar
	"several_vins", // more than one VIN in one picture
	"length", // 16 or 18 characters where 17 belong
	"forbidden_letter", // I, O or Q where the alphabet has none
	"low_confidence", // the weakest character is below the reader's threshold
	"readers_disagree", // independent readers saw different characters
	"single_reader", // one reader only, and not sure enough alone
	"field_absent", // the document shows no such field
	"field_format", // the field's text does not parse as its type
	"no_gear", // no gear seen face-on
	"several_gears", // more than one gear in one picture
	"blurred",
	"underexposed",
	"overexposed",
	"too_small",
	"glare", // light reflected off the line hides its strokes
	"wrong_view", // another kind of witness than the one asked for
	"mirrored", // the text reads in a mirror
	"screen", // a screen was photographed, not the witness
	"empty", // the fixture is empty: no structure in the picture
	"undecodable", // the stored bytes are no picture any more
	"not_read", // no reader answered in time
]);
export type Refusal = z.infer<typeof Refusal>;

/** What one reader saw, before any of them was believed. */
export const Evidence = z.strictObject({
	reader: z.string(),
	/** Version or digest of the model that read. */
	version: z.string(),
	text: z.string(),
	/** Weakest character, 0..1, as that reader gives it. */
	confidence: z.number().min(0).max(1),
});
export type Evidence = z.infer<typeof Evidence>;

export const FieldValue = z.union([z.string(), z.number()]);
export type FieldValue = z.infer<typeof FieldValue>;

/** One named field of a witness. `value` is null when nothing readable was there. */
export const FieldReading = z.strictObject({
	/** As it stands on the witness. */
	text: z.string(),
	/** Normalised to the field's type: codes upper-case half-width, numbers in the field's unit. */
	value: FieldValue.nullable(),
	unit: z.string().nullable(),
	characters: z.array(CharacterReading),
	/** Calibrated, judged by the weakest character, 0..1. */
	confidence: z.number().min(0).max(1),
	accepted: z.boolean(),
	refusal: Refusal.nullable(),
	box: Box.nullable(),
	evidence: z.array(Evidence),
});
export type FieldReading = z.infer<typeof FieldReading>;

/** What can be wrong with a gear to the eye. */
export const DefectKind = z.enum([
	"missing_tooth",
	"broken_tooth", // a piece of the tooth is gone
	"worn_tooth", // lower or rounder than its fellows
	"damaged_flank", // broken-out or pitted tooth surface
]);
export type DefectKind = z.infer<typeof DefectKind>;

/** Damage seen on a part, with the part of the picture that shows it. */
export const Defect = z.strictObject({
	kind: DefectKind,
	box: Box,
	/** 0.5 where it is only just told from sound teeth, towards 1 the clearer it is; not calibrated. */
	confidence: z.number().min(0).max(1),
});
export type Defect = z.infer<typeof Defect>;

/** Measures of a gear seen face-on, in pixels of the upright capture. Radii are means over the directions of a tilted gear. */
export const GearShape = z.strictObject({
	centre: Point,
	tipRadius: z.number().positive(),
	rootRadius: z.number().positive(),
	/** Root mean square deviation of the teeth from equal pitch, in pitches. */
	pitchDeviation: z.number().nonnegative(),
	/** Robust standard deviation of the tips from their circle, in tooth heights. */
	tipDeviation: z.number().nonnegative(),
});
export type GearShape = z.infer<typeof GearShape>;

/** What was read of one witness in one capture, made without knowledge of the expected value. */
export const Reading = z.strictObject({
	kind: WitnessKind,
	text: z.string(),
	/** The 17 characters, or null. Equals `fields.vin.value` where that was read. */
	vin: z.string().nullable(),
	characters: z.array(CharacterReading),
	confidence: z.number().min(0).max(1),
	accepted: z.boolean(),
	refusal: Refusal.nullable(),
	fields: z.record(z.string(), FieldReading),
	box: Box.nullable(),
	/** Of a gear: damage seen; empty where it was looked for and none found. Printed among the fields: `printedReading`. */
	defects: z.array(Defect).optional(),
	/** Of a gear: what its count rests on. */
	shape: GearShape.optional(),
});
export type Reading = z.infer<typeof Reading>;

/**
 * A reading as `vinspect read` and `vinspect check` print it. Defects are a list and so no `FieldReading`; those who
 * read the JSON look for them beside the tooth count, as `fields.defects`.
 */
export function printedReading({ defects, ...reading }: Reading): object {
	return { ...reading, fields: { ...reading.fields, ...(defects && { defects }) } };
}

export const CodeSymbology = z.enum(["data_matrix", "qr_code", "code_39", "code_128"]);
export type CodeSymbology = z.infer<typeof CodeSymbology>;

/** A bar code or matrix code that decoded: a witness of its own beside the text. */
export const CodeReading = z.strictObject({
	symbology: CodeSymbology,
	text: z.string(),
	/** The VIN it states; null unless its text holds exactly one. */
	vin: z.string().nullable(),
	quad: Quad,
	box: Box,
});
export type CodeReading = z.infer<typeof CodeReading>;

/** The quality gate's measures; `retake` names what is wrong with the picture itself. */
export const Quality = z.strictObject({
	/** Sharpness: see src/vision/quality for the measure. */
	sharpness: z.number(),
	/** Mean luminance, 0..255. */
	luminance: z.number(),
	/** Share of clipped pixels, 0..1. */
	clipped: z.number(),
	retake: Refusal.nullable(),
});
export type Quality = z.infer<typeof Quality>;

/** Everything seen in one capture for one witness kind: what `inspect` returns and the store keeps. */
export const Observation = z.strictObject({
	capture: Sha256,
	kind: WitnessKind,
	quality: Quality,
	detections: z.array(Detection),
	/** Best first; empty when nothing of this kind could be read. */
	readings: z.array(Reading),
	/** Codes in the picture; absent where none were looked for. */
	codes: z.array(CodeReading).optional(),
	/** Readers and models that took part, name → version or digest, for replay. */
	readers: z.record(z.string(), z.string()),
	/** Milliseconds by step: decode, detect, read, total. */
	ms: z.record(z.string(), z.number()),
});
export type Observation = z.infer<typeof Observation>;

/** What one character of a line may be: character → probability, the likeliest few. */
export const SlotReading = z.record(z.string(), z.number().min(0).max(1));
export type SlotReading = z.infer<typeof SlotReading>;

/** A field of an observation, short enough for workflow history. */
export const ObservedField = FieldReading.pick({
	text: true,
	value: true,
	confidence: true,
	accepted: true,
	refusal: true,
	box: true,
}).extend({
	/** Of a VIN that was read but not surely enough alone: what captures are fused from. */
	slots: z.array(SlotReading).optional(),
	/** Beside the slots: what a reader of another family saw, and how surely; null where it saw nothing. Once it was not noted. */
	second: Evidence.pick({ text: true, confidence: true }).nullable().optional(),
});
export type ObservedField = z.infer<typeof ObservedField>;

/** What the workflow is told of an observation; the whole one is in the store under (inspection, witness, capture). */
export const ObservationSummary = z.strictObject({
	capture: Sha256,
	witness: Identifier,
	kind: WitnessKind,
	retake: Refusal.nullable(),
	/** Nothing of the witness's kind was found in the picture. */
	absent: z.boolean(),
	refusal: Refusal.nullable(),
	fields: z.record(z.string(), ObservedField),
	/** Damage seen on a gear; absent from what was observed before it was looked for. */
	defects: z.array(Defect).optional(),
	observedAt: Instant,
});
export type ObservationSummary = z.infer<typeof ObservationSummary>;
