import type { FieldValue, ObservationSummary, ObservedField, Refusal } from "../contracts/reading.js";
import { compareValues } from "./compare.js";
import { type FusedText, fuseTakes } from "./fuse.js";

/** What of an observation says what its capture shows. */
export type SeenCapture = Pick<ObservationSummary, "capture" | "retake" | "absent" | "fields">;

/** A field as one capture shows it. */
export interface FieldSighting {
	readonly capture: string;
	readonly observed: ObservedField;
}

/** An accepted sighting: its value may be compared. */
export interface Statement extends FieldSighting {
	readonly value: FieldValue;
	/** Captures it was fused from; undefined where one capture states it alone. */
	readonly fusedFrom?: readonly string[];
}

/** Best first: the surest, then by digest, so that the order of arrival plays no part. */
const bestFirst = (a: FieldSighting, b: FieldSighting): number =>
	b.observed.confidence - a.observed.confidence || (a.capture < b.capture ? -1 : 1);

/** Captures that show the witness well enough to be read. */
export const legible = <T extends SeenCapture>(observations: readonly T[]): readonly T[] =>
	observations.filter((o) => o.retake === null && !o.absent);

/** A field in every capture that shows it, best first. */
export function sightings(field: string, observations: readonly SeenCapture[]): FieldSighting[] {
	return legible(observations)
		.flatMap(({ capture, fields }) => {
			const observed = fields[field];
			return observed ? [{ capture, observed }] : [];
		})
		.sort(bestFirst);
}

/** What several refused captures show together, believed or not; null where there are not two to fuse. */
export function fusedText(seen: readonly FieldSighting[]): FusedText | null {
	return fuseTakes(
		seen.map(({ observed: { text, confidence, slots = [], refusal, second } }) => ({
			...{ text, confidence, slots, refusal, second },
		})),
	);
}

/** What several captures state together of which none was believed alone; empty where they state nothing. */
function fusedStatement(seen: readonly FieldSighting[]): Statement[] {
	const fused = fusedText(seen);
	const [best] = seen;
	if (!best || !fused?.accepted) return [];
	const { text, confidence } = fused;
	return [
		{
			capture: best.capture,
			observed: { ...best.observed, text, value: text, confidence, accepted: true, refusal: null },
			value: text,
			fusedFrom: seen.map(({ capture }) => capture).toSorted(),
		},
	];
}

/**
 * What the captures of one witness state for a field, surest first. Refused readings state nothing alone;
 * together they may.
 */
export function statements(field: string, observations: readonly SeenCapture[]): Statement[] {
	const seen = sightings(field, observations);
	const stated = seen.flatMap((sighting) => {
		const { accepted, value } = sighting.observed;
		return accepted && value !== null ? [{ ...sighting, value }] : [];
	});
	return stated.length > 0 ? stated : fusedStatement(seen);
}

/** What captures of one witness come to for a field, with nothing expected of it. */
export interface JointReading {
	/** As the surest capture shows it or, where they were fused, as they show it together. */
	readonly text: string;
	readonly value: FieldValue | null;
	readonly confidence: number;
	readonly accepted: boolean;
	readonly refusal: Refusal | null;
	/** Captures it was fused from. */
	readonly fusedFrom?: readonly string[];
	/** Accepted captures that state different values, capture → value: nobody knows which to believe. */
	readonly statements?: Readonly<Record<string, FieldValue>>;
}

/** The joint reading of a field; null where no capture shows it. */
export function jointReading(field: string, observations: readonly SeenCapture[]): JointReading | null {
	const [surest] = sightings(field, observations);
	const stated = statements(field, observations);
	const [best = surest, ...others] = stated;
	if (!best) return null;
	const { text, value, confidence, accepted, refusal } = best.observed;
	const said = { text, value, confidence, accepted, refusal };
	if (others.some((other) => !compareValues(field, other.value, value ?? "").equal))
		return {
			...{ ...said, accepted: false },
			statements: Object.fromEntries(stated.map((each) => [each.capture, each.value])),
		};
	const fusedFrom = stated[0]?.fusedFrom;
	return fusedFrom ? { ...said, fusedFrom } : said;
}
