import type { Detection, FieldReading, Reading, Refusal } from "../../contracts/reading.js";
import { boundingBox, quadOfBox } from "../../domain/geometry.js";
import type { FieldDraft } from "../../ocr/documents/field-draft.js";
import type { TextLine } from "../../ocr/text-line.js";
import type { Picture } from "../picture.js";
import { gearFields } from "./gear-fields.js";
import { type GearReading, readGears } from "./read-gear.js";

export interface SeenGears {
	/** One a gear, the largest first; one without a count where only a part number can be read. */
	readonly readings: readonly Reading[];
	readonly detections: readonly Detection[];
	/** `no_gear` where none is seen face-on. */
	readonly refusal: Refusal | null;
}

/**
 * Gears of a picture as readings. Part numbers are text that no second reader has seen: they are accepted from
 * `textThreshold` on.
 */
export function seeGears(picture: Picture, lines: readonly TextLine[], textThreshold: number): SeenGears {
	const gears = readGears(picture);
	const seen = gears.length > 0 ? gears : [null];
	return {
		readings: seen.flatMap((gear) => readingOf(gear, lines, textThreshold)),
		detections: gears.map(({ box, confidence }) => ({
			kind: "gear",
			box: [...box],
			quad: quadOfBox(box),
			score: confidence,
		})),
		refusal: gears.length > 0 ? null : "no_gear",
	};
}

function readingOf(
	gear: GearReading | null,
	lines: readonly TextLine[],
	textThreshold: number,
): readonly Reading[] {
	const { toothCount, gearPart } = gearFields(gear, lines);
	const fields: Record<string, FieldReading> = {};
	if (toothCount) fields.toothCount = weighed(toothCount, 0, gear?.evidence ?? []);
	if (gearPart) fields.gearPart = weighed(gearPart, textThreshold, []);
	const lead = fields.toothCount ?? fields.gearPart;
	if (!lead) return [];
	const boxes = Object.values(fields).flatMap(({ box }) => (box === null ? [] : quadOfBox(box)));
	return [
		{
			kind: "gear",
			text: lead.text,
			vin: null,
			characters: lead.characters,
			confidence: lead.confidence,
			accepted: lead.accepted,
			refusal: lead.refusal,
			fields,
			box: boundingBox(boxes),
			...(gear && { defects: [...gear.defects], shape: gear.shape }),
		},
	];
}

function weighed(
	draft: FieldDraft,
	threshold: number,
	evidence: FieldReading["evidence"] | GearReading["evidence"],
): FieldReading {
	const refusal = draft.refusal ?? (draft.value === null ? "field_format" : null);
	const accepted = refusal === null && draft.confidence >= threshold;
	return {
		text: draft.text,
		value: draft.value,
		unit: draft.unit,
		characters: [...draft.characters],
		confidence: draft.confidence,
		accepted,
		refusal: accepted ? null : (refusal ?? "single_reader"),
		box: draft.box,
		evidence: [...evidence],
	};
}
