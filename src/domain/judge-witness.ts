import type { Finding } from "../contracts/finding.js";
import type { PlannedWitness } from "../contracts/plan.js";
import type { FieldValue, ObservationSummary, Refusal } from "../contracts/reading.js";
import type { VehicleRecord } from "../contracts/record.js";
import { compareValues } from "./compare.js";
import { witnessFinding } from "./empty-finding.js";
import { FIELDS, isFieldName } from "./fields.js";
import { gearCondition } from "./gear-condition.js";
import { normalised } from "./normalise.js";
import { WHOLE_CAPTURE } from "./plan.js";
import { type FieldSighting, legible, type Statement, sightings, statements } from "./statements.js";

/** What of a planned witness the judgement asks for. */
export type JudgedWitness = Pick<PlannedWitness, "id" | "kind" | "fields">;

/** What the witnesses are held against: of a vehicle's record, what its witnesses may state. */
export type Expectation = Pick<VehicleRecord, "attributes"> & { readonly vin: string | null };

/** What the vehicle's record says for a field; null where it says nothing. */
export function expectedValue(record: Expectation, field: string): FieldValue | null {
	if (field === "vin" || field === "codeVin") return record.vin;
	return Object.hasOwn(record.attributes, field) ? (record.attributes[field] ?? null) : null;
}

function asRead(field: string, sighting: FieldSighting & Pick<Partial<Statement>, "fusedFrom">) {
	const { value, text, confidence, box } = sighting.observed;
	return {
		...(sighting.fusedFrom ? { fusedFrom: [...sighting.fusedFrom] } : {}),
		// Positions in `differences` count in the normalised text.
		read: value === null ? text : normalised(field, value),
		confidence,
		capture: sighting.capture,
		box,
	};
}

const expectedText = (field: string, expected: FieldValue | null): string | null =>
	expected === null ? null : normalised(field, expected);

/** The witness as a whole: whether it was captured, shown and fit to be read. */
function presence(
	witness: JudgedWitness,
	outcome: Finding["outcome"],
	capture: string | null,
	refusal: Refusal | null,
): Finding {
	return { ...witnessFinding(witness, WHOLE_CAPTURE), rule: "presence", outcome, capture, refusal };
}

function unreadableField(
	witness: JudgedWitness,
	field: string,
	expected: FieldValue | null,
	observations: readonly ObservationSummary[],
): Finding {
	const best = sightings(field, observations)[0];
	const seen = best ?? { capture: observations[0]?.capture ?? null };
	return {
		...witnessFinding(witness, field),
		rule: "record_equality",
		outcome: "unreadable",
		expected: expectedText(field, expected),
		refusal: best?.observed.refusal ?? observations[0]?.refusal ?? "field_absent",
		capture: seen.capture,
		...(best ? asRead(field, best) : {}),
	};
}

/** Two captures of one witness that state different things: nobody knows which to believe. */
function selfConflict(
	witness: JudgedWitness,
	field: string,
	expected: FieldValue | null,
	stated: readonly Statement[],
): Finding {
	return {
		...witnessFinding(witness, field),
		rule: "witness_agreement",
		outcome: "conflict",
		expected: expectedText(field, expected),
		capture: stated[0]?.capture ?? null,
		box: stated[0]?.observed.box ?? null,
		statements: Object.fromEntries(
			stated.map((s) => [`${witness.id}@${s.capture.slice(0, 12)}`, normalised(field, s.value)]),
		),
	};
}

function againstRecord(
	witness: JudgedWitness,
	field: string,
	expected: FieldValue,
	stated: Statement,
): Finding {
	const { equal, differences } = compareValues(field, stated.value, expected);
	return {
		...witnessFinding(witness, field),
		rule: "record_equality",
		outcome: equal ? "match" : "mismatch",
		expected: expectedText(field, expected),
		differences: [...differences],
		...asRead(field, stated),
	};
}

/** The plan asks for a field that neither the record nor another witness states: nothing proves it, so a person looks. */
function unordered(witness: JudgedWitness, field: string, stated: Statement): Finding {
	return {
		...witnessFinding(witness, field),
		rule: "record_equality",
		outcome: "mismatch",
		...asRead(field, stated),
	};
}

const isMark = (field: string): boolean => isFieldName(field) && FIELDS[field].type === "mark";

/** A seal is there or missing; the record has no value to compare it with. */
function mark(
	witness: JudgedWitness,
	field: string,
	observations: readonly ObservationSummary[],
	stated: Statement | undefined,
): Finding {
	return {
		...witnessFinding(witness, field),
		rule: "presence",
		outcome: stated ? "match" : "missing",
		capture: stated?.capture ?? observations[0]?.capture ?? null,
		confidence: stated?.observed.confidence ?? null,
		box: stated?.observed.box ?? null,
	};
}

function judgeField(
	witness: JudgedWitness,
	field: string,
	observations: readonly ObservationSummary[],
	expected: FieldValue | null,
	shownElsewhere: boolean,
): readonly Finding[] {
	const stated = statements(field, observations);
	const [best, ...others] = stated;
	if (isMark(field)) return [mark(witness, field, observations, best)];
	if (!best) return [unreadableField(witness, field, expected, observations)];
	if (others.some((other) => !compareValues(field, other.value, best.value).equal)) {
		return [selfConflict(witness, field, expected, stated)];
	}
	if (expected !== null) return [againstRecord(witness, field, expected, best)];
	return shownElsewhere ? [] : [unordered(witness, field, best)];
}

/** The two texts of one capture that shows another VIN in its code than in its text; null where none does. */
function contradictingCode(witness: JudgedWitness, observations: readonly ObservationSummary[]) {
	if (!witness.fields.includes("vin")) return null;
	const texts = statements("vin", observations);
	for (const code of statements("codeVin", observations)) {
		const text = texts.find(({ capture }) => capture === code.capture);
		if (text && !compareValues("vin", text.value, code.value).equal) return { code, text };
	}
	return null;
}

/**
 * What the codes in a witness's captures state: judged as a field where the plan asks for it. Elsewhere a code
 * speaks up where it contradicts the text beside it, or where it stands alone, and agrees in silence with a
 * text that is a mismatch already. The text is judged without it.
 */
function judgeCode(
	witness: JudgedWitness,
	observations: readonly ObservationSummary[],
	record: Expectation,
): readonly Finding[] {
	const expected = expectedValue(record, "codeVin");
	const planned = witness.fields.includes("codeVin");
	const contradiction = contradictingCode(witness, observations);
	if (contradiction) {
		const { code, text } = contradiction;
		return [
			{
				...witnessFinding(witness, "codeVin"),
				rule: "code_agreement",
				outcome: "conflict",
				...asRead("codeVin", code),
				expected: expectedText("codeVin", expected),
				differences: [...compareValues("vin", code.value, text.value).differences],
				statements: {
					[`${witness.id}.vin`]: normalised("vin", text.value),
					[`${witness.id}.codeVin`]: normalised("vin", code.value),
				},
			},
		];
	}
	const stated = statements("codeVin", observations);
	if (!planned && stated.length === 0) return [];
	const repeated = stated.every(({ value }) =>
		statements("vin", observations).some((s) => s.value === value),
	);
	const findings = judgeField(witness, "codeVin", observations, expected, false);
	return planned || !repeated ? findings : findings.filter(({ outcome }) => outcome === "match");
}

/** Why nothing of a witness could be read: the picture's own fault first. */
const wholeRefusal = (observation: ObservationSummary): Refusal =>
	observation.retake ??
	observation.refusal ??
	Object.values(observation.fields).find((field) => field.refusal !== null)?.refusal ??
	"no_text";

/**
 * Findings on one witness from all captures of it that count: one on the witness as a whole, one for each planned
 * field where it could be read, and one on its condition where damage was looked for. A reading that was not accepted is `unreadable`, never a match
 * and never a mismatch. An accepted reading stands before a refused one of another capture.
 */
export function judgeWitness(
	plan: { readonly witnesses: readonly JudgedWitness[] },
	witness: JudgedWitness,
	observations: readonly ObservationSummary[],
	record: Expectation,
): readonly Finding[] {
	const ordered = observations.toSorted((a, b) => (a.capture < b.capture ? -1 : 1));
	const shown = legible(ordered);
	const [first] = ordered;
	if (!first) return [presence(witness, "missing", null, null)];
	if (shown.length === 0) {
		const unfit = ordered.find((o) => o.retake !== null);
		if (unfit) return [presence(witness, "unreadable", unfit.capture, wholeRefusal(unfit))];
		return [presence(witness, "missing", first.capture, first.refusal)];
	}
	return [...judgeShown(plan, witness, shown, record), ...gearCondition(witness, shown)];
}

/** Findings on what the captures fit to be read say; there is at least one. */
function judgeShown(
	plan: { readonly witnesses: readonly JudgedWitness[] },
	witness: JudgedWitness,
	shown: readonly ObservationSummary[],
	record: Expectation,
): readonly Finding[] {
	const readable = witness.fields.some((field) => statements(field, shown).length > 0);
	const [onlyField, ...moreFields] = witness.fields;
	const unread = shown.find((o) => o.refusal !== null) ?? shown[0];
	const unreadable = presence(
		witness,
		"unreadable",
		unread?.capture ?? null,
		unread ? wholeRefusal(unread) : null,
	);
	const code = judgeCode(witness, shown, record);
	if (!readable && (moreFields.length > 0 || onlyField === undefined)) return [unreadable, ...code];
	const texts = witness.fields.filter((field) => field !== "codeVin");
	const fields = texts.flatMap((field) =>
		judgeField(
			witness,
			field,
			shown,
			expectedValue(record, field),
			plan.witnesses.some((other) => other.id !== witness.id && other.fields.includes(field)),
		),
	);
	if (readable) return [presence(witness, "match", shown[0]?.capture ?? null, null), ...fields, ...code];
	return fields.length + code.length > 0 ? [...fields, ...code] : [unreadable];
}
