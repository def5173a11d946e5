import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { FieldValue, type WitnessKind } from "../contracts/reading.js";

/** One line of `labels.jsonl`; further members are let through. */
const LabelledPicture = z.object({
	/** Relative to the folder of the labels. */
	file: z.string(),
	kind: z.enum(["stamp", "dot_peen", "plate", "nameplate", "label", "certificate", "gear", "other"]),
	/** The 17 characters on it, or nothing where it shows no VIN. */
	vin: z.string().nullish(),
	/** `unreadable`: a person could not read it. */
	confidence: z.string().optional(),
	/** Number of teeth of each gear on it, where known. */
	toothCounts: z.array(z.number()).nullish(),
	/** Gears: whether a tooth is missing, broken, worn or painted so. */
	defect: z.boolean().nullish(),
	/** Other fields it shows, by the names of `src/domain/fields.ts`, in their units. */
	fields: z.record(z.string(), FieldValue).optional(),
	/** The same on every picture of one witness of one vehicle; pictures without it stand alone. */
	burst: z.string().min(1).optional(),
	/** Drawn, not photographed. */
	synthetic: z.boolean().optional(),
});
export type LabelledPicture = z.infer<typeof LabelledPicture>;

/**
 * Reads the labels of a folder's pictures: its `labels.jsonl`, or another file. Throws with the line's number where one
 * is not as described.
 */
export async function readLabels(
	folder: string,
	file = join(folder, "labels.jsonl"),
): Promise<LabelledPicture[]> {
	const lines = (await readFile(file, "utf8")).split("\n");
	return lines.flatMap((line, index) => {
		if (line.trim() === "") return [];
		const parsed = LabelledPicture.safeParse(JSON.parse(line));
		if (!parsed.success)
			throw new Error(`${basename(file)}, line ${index + 1}: ${z.prettifyError(parsed.error)}`);
		return [parsed.data];
	});
}

/** What a reader is told to look for; nothing else of a label reaches it. */
export function witnessKindOf({ kind }: LabelledPicture): WitnessKind {
	switch (kind) {
		case "stamp":
		case "dot_peen":
		case "other":
			return "stamp";
		case "plate":
		case "nameplate":
			return "nameplate";
		case "label":
		case "certificate":
		case "gear":
			return kind;
	}
}
