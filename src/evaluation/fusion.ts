import type { Observation } from "../contracts/reading.js";
import { summaryOf } from "../domain/observation-summary.js";
import {
	type FieldSighting,
	fusedText,
	type SeenCapture,
	sightings,
	statements,
} from "../domain/statements.js";
import { type LabelledPicture, witnessKindOf } from "./labels.js";

/** What a VIN came to, against what is on the vehicle. */
interface Reached {
	/** Letter for letter, accepted or not. */
	readonly exact: boolean;
	readonly accepted: boolean;
	/** Accepted, and not what is there. */
	readonly wrong: boolean;
}

/** The captures of one witness, judged one by one and together. */
export interface FusionOutcome {
	readonly captures: number;
	/** The capture that came first. */
	readonly first: Reached;
	/** The capture whose reading is surest of itself: an accepted one where there is one. */
	readonly best: Reached;
	/** As the workflow judges them: what captures state alone or fused; where they state nothing a person sees the surest. */
	readonly together: Reached;
	/** Accepted captures that state different numbers: a person decides. */
	readonly conflict: boolean;
	/** None was believed alone, and there were two to fuse; null otherwise. */
	readonly fused: Reached | null;
	/** Accepted together as the number that was wrongly ordered. */
	readonly escaped: boolean;
}

const reached = (read: string, accepted: boolean, vin: string): Reached => ({
	exact: read === vin,
	accepted,
	wrong: accepted && read !== vin,
});

/**
 * Judges the captures of one witness that carries `vin`. `wrongOrder` is a number it might have been ordered with
 * by mistake, null where none is tried.
 */
export function fusionOutcomeOf(
	vin: string,
	observations: readonly SeenCapture[],
	wrongOrder: string | null = null,
): FusionOutcome {
	const seen = sightings("vin", observations).toSorted(
		(a, b) => Number(b.observed.accepted) - Number(a.observed.accepted),
	);
	const alone = ({ observed }: Partial<FieldSighting>) =>
		reached(String(observed?.value ?? ""), observed?.accepted ?? false, vin);
	const best = alone(seen[0] ?? {});
	const first = observations[0]?.capture;
	const fusion = best.accepted ? null : fusedText(seen);
	const fused = fusion && reached(fusion.text, fusion.accepted, vin);
	const stated = new Set(statements("vin", observations).map(({ value }) => value));
	const conflict = stated.size > 1;
	return {
		captures: observations.length,
		first: alone(seen.find(({ capture }) => capture === first) ?? {}),
		best,
		together: conflict ? { ...best, accepted: false, wrong: false } : fused?.accepted ? fused : best,
		conflict,
		fused,
		escaped: wrongOrder !== null && !conflict && stated.has(wrongOrder),
	};
}

/** A labelled picture, and what was seen in it: null where it could not be taken in. */
export interface SeenPicture {
	readonly label: LabelledPicture;
	readonly observation: Observation | null;
}

/**
 * Judges the bursts among labelled pictures, each picture once, as captures are: the same bytes are one capture.
 * Pictures whose label names no burst or no VIN are left out.
 */
export function burstOutcomes(pictures: readonly SeenPicture[]): FusionOutcome[] {
	const bursts = new Map<string, { vin: string; captures: Map<string, SeenCapture> }>();
	for (const { label, observation } of pictures) {
		if (label.burst === undefined || !label.vin || observation === null) continue;
		const kind = witnessKindOf(label);
		const burst = bursts.get(label.burst) ?? { vin: label.vin, captures: new Map() };
		if (burst.vin !== label.vin)
			throw new Error(`The pictures of burst ${label.burst} carry different VINs.`);
		const { capture } = observation;
		const asked = { capture, witness: kind, kind, fields: ["vin"] };
		burst.captures.set(capture, summaryOf(asked, observation, new Date(0).toISOString()));
		bursts.set(label.burst, burst);
	}
	return [...bursts.values()]
		.filter(({ captures }) => captures.size > 1)
		.map(({ vin, captures }) => fusionOutcomeOf(vin, [...captures.values()]));
}

/** How many witnesses of several captures came to what. */
export interface FusionTally {
	readonly witnesses: number;
	readonly captures: number;
	readonly first: Counts;
	readonly best: Counts;
	readonly together: Counts;
	/** Read letter for letter together and not by the best, and the other way round; the same of acceptance. */
	readonly exactGained: number;
	readonly exactLost: number;
	readonly acceptedGained: number;
	readonly acceptedLost: number;
	readonly conflicts: number;
	/** Witnesses of which no capture was believed alone and two or more could be fused. */
	readonly fusible: number;
	readonly fused: Counts;
	readonly escapes: number;
}

/** Witnesses read letter for letter, accepted, and accepted wrong: the last must be 0. */
export interface Counts {
	readonly exact: number;
	readonly accepted: number;
	readonly wrong: number;
}

export function fusionTally(outcomes: readonly FusionOutcome[]): FusionTally {
	const count = (fits: (outcome: FusionOutcome) => boolean) => outcomes.filter(fits).length;
	const countsOf = (each: readonly Reached[]): Counts => ({
		exact: each.filter(({ exact }) => exact).length,
		accepted: each.filter(({ accepted }) => accepted).length,
		wrong: each.filter(({ wrong }) => wrong).length,
	});
	const fused = outcomes.flatMap((outcome) => outcome.fused ?? []);
	return {
		witnesses: outcomes.length,
		captures: outcomes.reduce((sum, { captures }) => sum + captures, 0),
		first: countsOf(outcomes.map(({ first }) => first)),
		best: countsOf(outcomes.map(({ best }) => best)),
		together: countsOf(outcomes.map(({ together }) => together)),
		exactGained: count(({ best, together }) => together.exact && !best.exact),
		exactLost: count(({ best, together }) => best.exact && !together.exact),
		acceptedGained: count(({ best, together }) => together.accepted && !best.accepted),
		acceptedLost: count(({ best, together }) => best.accepted && !together.accepted),
		conflicts: count(({ conflict }) => conflict),
		fusible: fused.length,
		fused: countsOf(fused),
		escapes: count(({ escaped }) => escaped),
	};
}

/** Natures of pictures in which captures were accepted together and wrong, one sentence each. */
export function wrongTogether(found: Readonly<Record<string, { readonly fusion?: FusionTally }>>): string[] {
	return Object.entries(found).flatMap(([nature, { fusion }]) =>
		fusion && fusion.together.wrong > 0
			? [`accepted wrong together: ${fusion.together.wrong} of ${fusion.witnesses} witnesses, ${nature}.`]
			: [],
	);
}
