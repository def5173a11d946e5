import type { FieldReading } from "../contracts/reading.js";
import type { FieldName } from "../domain/fields.js";
import { overlapOfSmaller } from "../domain/geometry.js";
import type { TextLine } from "../ocr/text-line.js";
import { findSeals, type Seal } from "./find-seals.js";
import type { Picture } from "./picture.js";

/**
 * A company's own seal is round (State Council regulation 国发〔1999〕25号, section 3); a longer one, or one that
 * says what it is for, is the seal for certificates.
 */
const ROUND = 1.25;
const PURPOSE = /合格证|专用章|一致性/u;

function nameOf({ box, elongation }: Seal, lines: readonly TextLine[]): FieldName {
	const inside = lines.filter((line) => overlapOfSmaller(line.box, box) > 0.6);
	return elongation > ROUND || inside.some(({ text }) => PURPOSE.test(text))
		? "certificateSeal"
		: "companySeal";
}

/** The certificate's two seals, each a field where it was seen; a seal that is not there is not among them. */
export async function readSeals(
	picture: Picture,
	lines: readonly TextLine[],
): Promise<Record<string, FieldReading>> {
	const fields: Record<string, FieldReading> = {};
	const seals = (await findSeals(picture)).map((seal) => ({ seal, name: nameOf(seal, lines) }));
	// The words of a seal are often not legible: of two round ones the second is the other kind.
	seals.sort((a, b) => Number(b.name === "certificateSeal") - Number(a.name === "certificateSeal"));
	for (const { seal, name } of seals) {
		fields[name in fields && name === "companySeal" ? "certificateSeal" : name] ??= {
			text: "",
			value: 1,
			unit: null,
			characters: [],
			confidence: seal.closed,
			accepted: true,
			refusal: null,
			box: [...seal.box],
			evidence: [],
		};
	}
	return fields;
}
