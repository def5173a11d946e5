import type { Defect, Detection, FieldReading, Reading, Refusal } from "../../contracts/reading.js";
import { boundingBox, overlapOfSmaller, quadOfBox } from "../../domain/geometry.js";
import type { FieldDraft } from "../../ocr/documents/field-draft.js";
import type { TextLine } from "../../ocr/text-line.js";
import type { Picture } from "../picture.js";
import { damagedFlanks } from "./damaged-flanks.js";
import { gearFields } from "./gear-fields.js";
import { type GearReading, readGears } from "./read-gear.js";

export interface SeenGears {
	/** One a gear, the largest first; one without a count where only a part number or damage can be seen. */
	readonly readings: readonly Reading[];
	readonly detections: readonly Detection[];
	/** `no_gear` where none is seen face-on. */
	readonly refusal: Refusal | null;
}

/** Text on a part is as rough as damage; a patch that lies on a line by so much is the line. */
const ON_TEXT = 0.3;

/**
 * Gears of a picture as readings. Part numbers are text that no second reader has seen: they are accepted from
 * `textThreshold` on. Where no gear is seen face-on, teeth seen from the side are looked at for damage.
 */
export function seeGears(picture: Picture, lines: readonly TextLine[], textThreshold: number): SeenGears {
	const gears = readGears(picture);
	if (gears.length === 0) {
		const defects = damagedFlanks(picture).filter(({ box }) =>
			lines.every((line) => overlapOfSmaller(box, line.box) < ON_TEXT),
		);
		return { readings: readingsOf(null, lines, textThreshold, defects), detections: [], refusal: "no_gear" };
	}
	return {
		readings: gears.flatMap((gear) => readingsOf(gear, lines, textThreshold, gear.defects)),
		detections: gears.map(({ box, confidence }) => ({
			kind: "gear",
			box: [...box],
			quad: quadOfBox(box),
			score: confidence,
		})),
		refusal: null,
	};
}

/** The reading of one gear; none where nothing is seen of it. */
function readingsOf(
	gear: GearReading | null,
	lines: readonly TextLine[],
	textThreshold: number,
	defects: readonly Defect[],
): readonly Reading[] {
	const { toothCount, gearPart } = gearFields(gear, lines);
	const fields: Record<string, FieldReading> = {};
	if (toothCount) fields.toothCount = weighed(toothCount, 0, gear?.evidence ?? []);
	if (gearPart) fields.gearPart = weighed(gearPart, textThreshold, []);
	const lead = fields.toothCount ?? fields.gearPart;
	const boxes = [...Object.values(fields), ...defects].flatMap(({ box }) =>
		box === null ? [] : quadOfBox(box),
	);
	if (boxes.length === 0) return [];
	return [
		{
			kind: "gear",
			text: lead?.text ?? "",
			vin: null,
			characters: lead?.characters ?? [],
			confidence: lead?.confidence ?? 0,
			accepted: lead?.accepted ?? false,
			refusal: lead ? lead.refusal : "no_gear",
			fields,
			box: boundingBox(boxes),
			...((gear || defects.length > 0) && { defects: [...defects] }),
			...(gear && { shape: gear.shape }),
		},
	];
}

function weighed(draft: FieldDraft, threshold: number, evidence: GearReading["evidence"]): FieldReading {
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
