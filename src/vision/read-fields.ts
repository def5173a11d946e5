import type { FieldReading } from "../contracts/reading.js";
import { judgeEvidence, type WeighedEvidence } from "../domain/acceptance.js";
import { FIELDS, type FieldName, isFieldName } from "../domain/fields.js";
import { quadBetween, quadSize } from "../domain/geometry.js";
import { normalised } from "../domain/normalise.js";
import type { FieldDraft } from "../ocr/documents/field-draft.js";
import { parseValue } from "../ocr/documents/parse-value.js";
import type { PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import type { TextReader } from "../ocr/text-line.js";
import { readUpright } from "./document-lines.js";
import type { Picture } from "./picture.js";
import { rectify } from "./rectify.js";

export interface FieldReaders {
	readonly ppocr: PpocrReader;
	/** Second readers: of Latin text, and of Chinese. */
	readonly latin: TextReader;
	readonly chinese: TextReader;
}

/** Height in pixels at which a field alone is read again. */
const ALONE_HEIGHT = 48;
/** Read surer than this a field needs no second look; 柒油 for 柴油 came at 0.91. */
const SURE = 0.97;
/** White space left and right of a field alone, in heights: characters at the very edge are misread. */
const MARGIN = 0.4;
/** Narrow digits run into each other for a reader of columns; widened, they don't. */
const WIDENED = 1.3;

/** The field cut out of the picture by itself, upright, `stretch` times as wide as it is. */
function alone(picture: Picture, { quad }: FieldDraft, stretch: number): Picture {
	const { width, height } = quadSize(quad);
	const margin = (MARGIN * height) / Math.max(1, width);
	const columns = Math.round(((width + 2 * MARGIN * height) * stretch * ALONE_HEIGHT) / Math.max(1, height));
	const widened = quadBetween(quad, -margin, 1 + margin);
	return rectify(picture, widened, Math.max(ALONE_HEIGHT, columns), ALONE_HEIGHT);
}

/** Readers are compared by the value they saw: `3 140 kg` and `3140kg` are one. */
function seen(name: FieldName, draft: FieldDraft, text: string): string {
	// The cut may hold what divides the value from its caption or from its neighbour.
	const own = text.replace(/^[\s:：;；,，|/／]+|[\s;；,，|/／]+$/gu, "");
	return normalised(name, parseValue(name, own, draft.unit) ?? own);
}

async function secondEvidence(
	picture: Picture,
	name: FieldName,
	draft: FieldDraft,
	reader: TextReader,
): Promise<WeighedEvidence> {
	const read = await reader.readLine(alone(picture, draft, 1));
	return {
		reader: reader.name,
		family: reader.name,
		version: reader.version,
		text: read === null ? "" : seen(name, draft, read.text),
		confidence: read?.confidence ?? 0,
		consistent: true,
		soleThreshold: null,
	};
}

/** The same reader's second look, at the field by itself: surer where it sees the same, not believed where it doesn't. */
async function lookedAtAgain(
	picture: Picture,
	name: FieldName,
	draft: FieldDraft,
	first: WeighedEvidence,
	reader: PpocrReader,
): Promise<WeighedEvidence> {
	const [again] = await readUpright(reader, [alone(picture, draft, 1)], WIDENED);
	const same = again !== undefined && seen(name, draft, again.text) === first.text;
	return { ...first, consistent: same, confidence: Math.max(first.confidence, same ? again.confidence : 0) };
}

async function readField(
	picture: Picture,
	name: FieldName,
	draft: FieldDraft,
	readers: FieldReaders,
): Promise<FieldReading> {
	const form = draft.refusal ?? (draft.value === null ? "field_format" : null);
	const drafted: WeighedEvidence = {
		reader: readers.ppocr.name,
		family: readers.ppocr.name,
		version: readers.ppocr.version,
		text: normalised(name, draft.value ?? draft.text),
		confidence: draft.confidence,
		consistent: true,
		// Of some thousands of ideographs one is easily taken for its like, and again at a second look.
		soleThreshold:
			FIELDS[name].type === "text" && draft.confidence < SURE ? null : readers.ppocr.acceptance.textLine,
	};
	let evidence = [drafted];
	let judgement = judgeEvidence(evidence, form);
	if (form === null && (!judgement.accepted || draft.confidence < SURE)) {
		evidence = [await lookedAtAgain(picture, name, draft, drafted, readers.ppocr)];
		judgement = judgeEvidence(evidence, form);
	}
	if (judgement.refusal === "single_reader") {
		const isLatin = FIELDS[name].type !== "text" && !/\p{Script=Han}/u.test(draft.text);
		const reader = isLatin ? readers.latin : readers.chinese;
		evidence = [...evidence, await secondEvidence(picture, name, draft, reader)];
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
