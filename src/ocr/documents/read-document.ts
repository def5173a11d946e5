import type { FieldValue, Refusal } from "../../contracts/reading.js";
import { FIELDS, type FieldName } from "../../domain/fields.js";
import type { TextLine } from "../text-line.js";
import { assignValues, type Item } from "./assign-values.js";
import { type CaptionedLine, findCaptions } from "./captions.js";
import { CERTIFICATE } from "./certificate-layout.js";
import { findVins, readEuPlate } from "./eu-plate.js";
import type { FieldDraft } from "./field-draft.js";
import { boxAround, charactersOf, confidenceOf, quadAround, type Span, slice, textOf } from "./glyphs.js";
import { LABEL } from "./label-layout.js";
import type { Layout, Phrase } from "./layout.js";
import { NAMEPLATE } from "./nameplate-layout.js";
import { alongPage, uprightFrame } from "./page.js";
import { isBlank, parseCode, parseValue } from "./parse-value.js";
import { splitValue } from "./split-value.js";
import { unwrapped } from "./wrapped-captions.js";

export type DocumentKind = "nameplate" | "certificate" | "label";

const LAYOUTS: Readonly<Record<DocumentKind, Layout>> = {
	nameplate: NAMEPLATE,
	certificate: CERTIFICATE,
	label: LABEL,
};

type Fields = Partial<Record<FieldName, FieldDraft>>;

interface Claim {
	readonly field: FieldName;
	readonly draft: FieldDraft;
	/** How well the caption fits its spelling; 0 letter for letter. */
	readonly cost: number;
}

/**
 * Named fields of one upright document. Captions are found in any of the layout's spellings and languages;
 * where the document has none, values are known by their grammar and order. `value` is null, with the reason,
 * where the text does not parse as its field's type or where the document names the field twice with
 * different values. Fields the document does not show are left out.
 */
export function readDocument(kind: DocumentKind, lines: readonly TextLine[]): Fields {
	const layout = LAYOUTS[kind];
	const readable = alongPage(lines.filter((line) => line.text.trim() !== ""));
	const known = new Map<TextLine, CaptionedLine>();
	const captionsOf = (line: TextLine): CaptionedLine => {
		const found = known.get(line) ?? findCaptions(line, layout);
		known.set(line, found);
		return found;
	};
	const captioned = unwrapped(readable, captionsOf).map(captionsOf);
	const free = captioned.flatMap(({ free: span }) => (span ? [span] : []));
	const matches = captioned.flatMap((line) => line.matches);
	const place = uprightFrame(readable);
	const sentences = layout.phrases.filter(({ isSentence }) => isSentence);
	const isSentence = (span: Span) => phraseClaims(span, sentences).length > 0;
	const { items, rest } = assignValues(
		matches,
		free.filter((span) => !isSentence(span)),
		place,
	);
	const unclaimed = [...rest, ...free.filter(isSentence)];
	const claims = [
		...items.flatMap(claimsOf),
		...unclaimed.flatMap((span) => phraseClaims(span, layout.phrases)),
	];
	const fields = settle(claims);
	const unlabelled: Claim[] = readEuPlate(rest, place).map(({ field, value }) => ({
		field,
		draft: draftOf(field, value, textOf(value), null),
		cost: 0,
	}));
	for (const [field, draft] of entries(settle(unlabelled))) fields[field] ??= draft;
	if (fields.vin === undefined || fields.vin.value === null) {
		const vin = settle(findVins(rest).map((span) => vinClaim(span))).vin;
		if (vin) fields.vin = vin;
	}
	return fields;
}

function vinClaim(span: Span): Claim {
	return { field: "vin", draft: draftOf("vin", [span], textOf([span]), null), cost: 0 };
}

function claimsOf({ match, value }: Item): readonly Claim[] {
	const { fields, division } = match.caption;
	const parts = fields.length > 1 ? splitValue(value, fields.length, division) : [value];
	return fields.flatMap((field, i) => {
		const part = parts[i];
		if (part === undefined || isBlank(textOf(part))) return [];
		const claim = (name: FieldName) => ({
			field: name,
			draft: draftOf(name, part, textOf(part), match.unit),
			cost: match.cost,
		});
		const inPounds = /LB|POUND/iu.test(textOf(part)) ? POUNDS[field] : undefined;
		const ratings = inPounds ? [claim(inPounds)].filter(({ draft }) => draft.value !== null) : [];
		return [claim(field), ...ratings];
	});
}

/** Ratings that a label of 49 CFR 567.4(g) states in pounds and kilograms side by side. */
const POUNDS: Partial<Record<FieldName, FieldName>> = {
	grossMass: "grossMassPounds",
	frontAxleMass: "frontAxlePounds",
	rearAxleMass: "rearAxlePounds",
};

function phraseClaims(span: Span, phrases: readonly Phrase[]): readonly Claim[] {
	const whole = textOf([span]);
	return phrases.flatMap(({ field, pattern }) => {
		const text = pattern.exec(whole)?.[1];
		if (!text) return [];
		const from = Array.from(whole.slice(0, whole.indexOf(text))).length;
		const part = slice(span, from, from + Array.from(text).length);
		return [{ field, draft: draftOf(field, [part], textOf([part]), null), cost: 0 }];
	});
}

function draftOf(
	field: FieldName,
	spans: readonly [Span, ...Span[]],
	text: string,
	captionUnit: string | null,
): FieldDraft {
	const value = parseValue(field, text, captionUnit);
	const refusal = value === null ? refusalOf(field, text) : null;
	return {
		text,
		value,
		unit: FIELDS[field].unit,
		characters: charactersOf(spans),
		confidence: confidenceOf(spans, FIELDS[field].type === "text"),
		box: boxAround(spans),
		quad: quadAround(spans),
		...(refusal && { refusal }),
	};
}

function refusalOf(field: FieldName, text: string): Refusal {
	if (field !== "vin") return "field_format";
	const code = parseCode(text)?.replace(/[^0-9A-Z]/gu, "") ?? "";
	if (code.length !== 17) return "length";
	return /[IOQ]/.test(code) ? "forbidden_letter" : "field_format";
}

/** One draft per field: what parses before what does not, then the better caption. */
function settle(claims: readonly Claim[]): Fields {
	const fields: Fields = {};
	const ordered = [...claims].sort(
		(a, b) => Number(a.draft.value === null) - Number(b.draft.value === null) || a.cost - b.cost,
	);
	for (const { field, draft, cost } of ordered) {
		const first = fields[field];
		if (first === undefined) fields[field] = draft;
		else if (cost === 0 && draft.value !== null && !agree(first.value, draft.value)) {
			fields[field] = { ...first, value: null, refusal: field === "vin" ? "several_vins" : "field_format" };
		}
	}
	return fields;
}

function agree(a: FieldValue | null, b: FieldValue): boolean {
	return a === b || (typeof a === "string" && typeof b === "string" && isPart(a, b));
}

/** `2026-03` says no other than `2026-03-14`. */
function isPart(a: string, b: string): boolean {
	return a.startsWith(b) || b.startsWith(a);
}

function entries(fields: Fields): readonly (readonly [FieldName, FieldDraft])[] {
	return Object.entries(fields).map(([name, draft]) => [name as FieldName, draft] as const);
}
