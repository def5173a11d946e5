import { type Confusion, confusionsOf } from "./alignment.js";
import { type AcceptancePoint, acceptanceCurve, type Calibration, calibrationOf } from "./calibration.js";
import { type FusionOutcome, type FusionTally, fusionTally } from "./fusion.js";
import type { Outcome, Verdict } from "./outcome.js";
import { quantileOf } from "./statistics.js";

/** How the readings of one group of pictures compare with what is on them. */
export interface Tally {
	readonly pictures: number;
	/** Pictures with a VIN a person could read, those read letter for letter, and those accepted among them. */
	readonly withVin: number;
	readonly exact: number;
	readonly accepted: number;
	/** VINs accepted, on any picture, that are not what is on it: must be 0. */
	readonly acceptedWrong: number;
	/** Pictures no person could read, and how many of those were not accepted. */
	readonly unreadable: number;
	readonly unreadableRefused: number;
	/** Characters of the VINs, and those read right; what was not read counts as wrong. */
	readonly characters: number;
	readonly charactersRight: number;
	/** Expected calibration error of the characters read; null where none was. */
	readonly calibrationError: number | null;
	/** Gears whose number of teeth is known, counts accepted, and wrong ones among them: must be 0. */
	readonly gears: number;
	readonly gearsAccepted: number;
	readonly gearsAcceptedWrong: number;
	/** Gears judged for defects: damaged ones and those flagged, good ones and those flagged. */
	readonly damaged: number;
	readonly damagedFlagged: number;
	readonly good: number;
	readonly goodFlagged: number;
	/** Fields the labels name besides the VIN, those exact, accepted, and accepted wrong. */
	readonly fields: number;
	readonly fieldsExact: number;
	readonly fieldsAccepted: number;
	readonly fieldsAcceptedWrong: number;
	readonly failed: number;
	/** Milliseconds a picture, decoding included. */
	readonly median: number | null;
	readonly p95: number | null;
}

/** Median and 95th percentile of one step, in milliseconds. */
export interface StepTime {
	readonly runs: number;
	readonly median: number;
	readonly p95: number;
}

/** All there is to say about pictures of one nature: photographs or rendered ones. */
export interface Summary {
	/** By kind and source, by kind where it has several sources, and `all` last. */
	readonly groups: Readonly<Record<string, Tally>>;
	readonly calibration: Calibration;
	readonly acceptance: readonly AcceptancePoint[];
	readonly confusions: readonly Confusion[];
	readonly steps: Readonly<Record<string, StepTime>>;
	/** Of witnesses with several captures; absent where there are none. */
	readonly fusion?: FusionTally;
}

export const ALL = "all";

/** Characters that were read, each right or not. */
function judgedCharacters(outcomes: readonly Outcome[]) {
	return outcomes.flatMap(({ characters }) =>
		characters.flatMap(({ truth, read, p }) => (p === null ? [] : [{ p, correct: truth === read }])),
	);
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
	const count = (fits: (outcome: Outcome) => boolean) => outcomes.filter(fits).length;
	const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, each) => total + of(each), 0);
	const verdict = (target: Outcome["target"], ...verdicts: Verdict[]) =>
		count((outcome) => outcome.target === target && verdicts.includes(outcome.verdict));
	const flagged = (there: boolean, ...said: boolean[]) =>
		count(
			({ defect }) => defect?.there === there && defect.flagged !== null && said.includes(defect.flagged),
		);
	const judged = judgedCharacters(outcomes);
	const times = outcomes.flatMap(({ ms }) => ms.total ?? []);
	return {
		pictures: outcomes.length,
		withVin: count(({ target }) => target === "vin"),
		exact: verdict("vin", "accepted", "exact"),
		accepted: count(({ target, verdict }) => target !== "toothCount" && verdict.startsWith("accepted")),
		acceptedWrong: count(({ target, verdict }) => target !== "toothCount" && verdict === "accepted_wrong"),
		unreadable: count(({ target }) => target === "unreadable"),
		unreadableRefused: verdict("unreadable", "refused"),
		characters: sum(({ characters }) => characters.filter(({ truth }) => truth !== "").length),
		charactersRight: sum(({ characters }) => characters.filter(({ truth, read }) => truth === read).length),
		calibrationError: judged.length === 0 ? null : calibrationOf(judged).error,
		gears: count(({ target }) => target === "toothCount"),
		gearsAccepted: verdict("toothCount", "accepted", "accepted_wrong"),
		gearsAcceptedWrong: verdict("toothCount", "accepted_wrong"),
		damaged: flagged(true, true, false),
		damagedFlagged: flagged(true, true),
		good: flagged(false, true, false),
		goodFlagged: flagged(false, true),
		fields: sum(({ fields }) => fields.named),
		fieldsExact: sum(({ fields }) => fields.exact),
		fieldsAccepted: sum(({ fields }) => fields.accepted),
		fieldsAcceptedWrong: sum(({ fields }) => fields.wrong),
		failed: count(({ verdict }) => verdict === "failed"),
		median: times.length === 0 ? null : quantileOf(times, 0.5),
		p95: times.length === 0 ? null : quantileOf(times, 0.95),
	};
}

/** Median and 95th percentile by step, of any runs' milliseconds. */
export function stepTimes(runs: readonly Readonly<Record<string, number>>[]): Record<string, StepTime> {
	const times: Record<string, number[]> = {};
	for (const ms of runs)
		for (const [step, value] of Object.entries(ms)) {
			times[step] ??= [];
			times[step].push(value);
		}
	return Object.fromEntries(
		Object.entries(times).map(([step, values]) => [
			step,
			{ runs: values.length, median: quantileOf(values, 0.5), p95: quantileOf(values, 0.95) },
		]),
	);
}

export function summaryOf(outcomes: readonly Outcome[], bursts: readonly FusionOutcome[] = []): Summary {
	const byGroup = new Map<string, Outcome[]>();
	const add = (group: string, outcome: Outcome) =>
		byGroup.set(group, [...(byGroup.get(group) ?? []), outcome]);
	for (const outcome of outcomes) {
		add(outcome.kind, outcome);
		if (outcome.source !== null) add(`${outcome.kind}, ${outcome.source}`, outcome);
	}
	const groups = [...byGroup].toSorted(([a], [b]) => (a < b ? -1 : 1));
	const shown = groups.filter(
		// A kind of one source has one row, not two that say the same.
		([name, members]) =>
			!groups.some(([other, others]) => other.startsWith(`${name}, `) && others.length === members.length),
	);
	return {
		groups: Object.fromEntries([...shown, [ALL, outcomes] as const].map(([name, of]) => [name, tallyOf(of)])),
		calibration: calibrationOf(judgedCharacters(outcomes)),
		acceptance: acceptanceCurve(
			outcomes.flatMap(({ target, reading }) => (target !== "toothCount" && reading ? [reading] : [])),
		),
		confusions: confusionsOf(outcomes.flatMap(({ characters }) => characters)),
		steps: stepTimes(outcomes.map(({ ms }) => ms)),
		...(bursts.length > 0 && { fusion: fusionTally(bursts) }),
	};
}
