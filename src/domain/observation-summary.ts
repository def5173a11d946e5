import type {
	Evidence,
	FieldReading,
	Observation,
	ObservationSummary,
	ObservedField,
	Reading,
	Refusal,
	WitnessKind,
} from "../contracts/reading.js";
import type { CaptureToTry } from "../contracts/try-out.js";
import { codeVinField } from "./code-vin.js";
import { isFusible, slotsOf } from "./fuse.js";

/** The surest reading of the wanted kind; an accepted one before the others. */
function bestReading(kind: WitnessKind, readings: readonly Reading[]): Reading | undefined {
	return readings
		.filter((reading) => reading.kind === kind)
		.toSorted((a, b) => Number(b.accepted) - Number(a.accepted) || b.confidence - a.confidence)[0];
}

/** What the judgement needs of a field that was read: its characters too where captures can be fused from them. */
export function observedField(field: string, seen: FieldReading): ObservedField {
	const { text, value, confidence, accepted, refusal, box, characters } = seen;
	const observed = { text, value, confidence, accepted, refusal, box };
	if (field !== "vin" || !isFusible(characters, refusal)) return observed;
	return { ...observed, slots: slotsOf(characters), second: secondOf(seen.evidence) };
}

/**
 * What the reader of another family saw. Where both saw the same, the characters are the surer one's and the other's
 * support is the lesser of both.
 */
function secondOf([first, other]: readonly Evidence[]): ObservedField["second"] {
	if (!first || !other || other.text === "") return null;
	const { text, confidence } = other;
	return { text, confidence: text === first.text ? Math.min(confidence, first.confidence) : confidence };
}

/** What the judgement needs of an observation, for the fields that are planned. */
export function summaryOf(
	request: CaptureToTry,
	observation: Observation,
	observedAt: string,
): ObservationSummary {
	const { witness, kind, fields, capture } = request;
	const reading = bestReading(kind, observation.readings);
	const observed = fields.flatMap((field): [string, ObservedField][] => {
		const seen = reading?.fields[field];
		return seen ? [[field, observedField(field, seen)]] : [];
	});
	const lookedFor = observation.readings.flatMap((seen) =>
		seen.kind === kind && seen.defects ? [seen.defects] : [],
	);
	// What a code states goes beside the text where either is planned, so that the two can be held together.
	const planned = fields.includes("codeVin");
	const codeVin = planned || fields.includes("vin") ? codeVinField(observation.codes ?? []) : null;
	if (codeVin) observed.push(["codeVin", codeVin]);
	return {
		capture,
		witness,
		kind,
		retake: observation.quality.retake,
		absent: reading === undefined && !(planned && codeVin !== null),
		refusal: reading?.refusal ?? null,
		fields: Object.fromEntries(observed),
		// Whichever of several gears is meant, damage on any of them is for a person to see.
		...(lookedFor.length > 0 && { defects: lookedFor.flat() }),
		observedAt,
	};
}

/** A capture of which nothing could be read, and why. */
export function unreadSummary(
	{ witness, kind, capture }: Pick<CaptureToTry, "witness" | "kind" | "capture">,
	refusal: Refusal,
	observedAt: string,
): ObservationSummary {
	return { capture, witness, kind, retake: null, absent: false, refusal, fields: {}, observedAt };
}
