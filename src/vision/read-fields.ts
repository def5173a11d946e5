import type { FieldReading } from "../contracts/reading.js";
import { judgeEvidence, type WeighedEvidence } from "../domain/acceptance.js";
import { FIELDS, type FieldName, isFieldName } from "../domain/fields.js";
import { quadSize } from "../domain/geometry.js";
import type { FieldDraft } from "../ocr/documents/field-draft.js";
import { parseValue } from "../ocr/documents/parse-value.js";
import type { PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import type { TextReader } from "../ocr/text-line.js";
import type { Picture } from "./picture.js";
import { rectify } from "./rectify.js";

export interface FieldReaders {
	readonly ppocr: PpocrReader;
	/** Second readers: of Latin text, and of Chinese. */
	readonly latin: TextReader;
	readonly chinese: TextReader;
}

const SECOND_HEIGHT = 48;

async function secondEvidence(
	picture: Picture,
	name: FieldName,
	draft: FieldDraft,
	reader: TextReader,
): Promise<WeighedEvidence> {
	const { width, height } = quadSize(draft.quad);
	const columns = Math.max(SECOND_HEIGHT, Math.round((width * SECOND_HEIGHT) / Math.max(1, height)));
	const read = await reader.readLine(rectify(picture, draft.quad, columns, SECOND_HEIGHT));
	return {
		reader: reader.name,
		family: reader.name,
		version: reader.version,
		text: read === null ? "" : String(parseValue(name, read.text, draft.unit) ?? read.text),
		confidence: read?.confidence ?? 0,
		consistent: true,
		soleThreshold: null,
	};
}

async function readField(
	picture: Picture,
	name: FieldName,
	draft: FieldDraft,
	readers: FieldReaders,
): Promise<FieldReading> {
	const form = draft.refusal ?? (draft.value === null ? "field_format" : null);
	// Readers are compared by the value they saw: `3 140 kg` and `3140kg` are one.
	const first: WeighedEvidence = {
		reader: readers.ppocr.name,
		family: readers.ppocr.name,
		version: readers.ppocr.version,
		text: String(draft.value ?? draft.text),
		confidence: draft.confidence,
		consistent: true,
		soleThreshold: readers.ppocr.acceptance.textLine,
	};
	let evidence = [first];
	let judgement = judgeEvidence(evidence, form);
	if (judgement.refusal === "single_reader") {
		const reader = FIELDS[name].type === "text" ? readers.chinese : readers.latin;
		evidence = [first, await secondEvidence(picture, name, draft, reader)];
		judgement = judgeEvidence(evidence, form);
	}
	return {
		text: draft.text,
		value: draft.value,
		unit: draft.unit,
		characters: [...draft.characters],
		...judgement,
		box: draft.box,
		evidence: evidence.map(({ reader, version, text, confidence }) => ({
			reader,
			version,
			text,
			confidence,
		})),
	};
}

/** Weighs every drafted field but the VIN, which is read by `readVin`. */
export async function readFields(
	picture: Picture,
	drafts: Readonly<Partial<Record<FieldName, FieldDraft>>>,
	readers: FieldReaders,
): Promise<Record<string, FieldReading>> {
	const fields: Record<string, FieldReading> = {};
	for (const [name, draft] of Object.entries(drafts))
		if (isFieldName(name) && name !== "vin") fields[name] = await readField(picture, name, draft, readers);
	return fields;
}
