import type { Attention } from "../../contracts/attention.js";
import type { Exception } from "../../contracts/exception.js";
import type { InspectionPlan } from "../../contracts/plan.js";
import { type Bucket, EVERY_STATION, type Tally } from "../../contracts/statistics.js";
import { sharesApart } from "./control-limits.js";
import { type Counted, groupedBy, sharePoints } from "./report.js";
import type { Rule } from "./rules.js";
import { addedTallies } from "./tally.js";

type Waiting = Pick<Exception, "exceptionId" | "deadline" | "finding"> & { readonly model: string };

/** An exception is due soon when this much time is left. */
const SOON = 15 * 60_000;
/** Vehicles that wait for the same station's pictures before it counts as silent. */
const WAITING_FOR_STATION = 3;
/** Vehicles of a shift without one picture from a station before it counts as silent. */
const SHIFT_WITHOUT_PICTURES = 5;
/** Vehicles each side must have before two versions of the readers are compared. */
const LEAST_TO_COMPARE = 50;
const DAY = 24 * 3_600_000;

/** Rules that speak of what happens now: a point out of its limits, or a level that has moved. */
const WATCHED: readonly Rule[] = ["beyond_three_sigma", "eight_on_one_side"];

function deadlines(waiting: readonly Waiting[], now: number): Attention[] {
	const inTurn = waiting.toSorted((a, b) => (a.deadline < b.deadline ? -1 : 1));
	const overdue = inTurn.filter(({ deadline }) => Date.parse(deadline) <= now);
	const due = inTurn.filter(
		({ deadline }) => Date.parse(deadline) > now && Date.parse(deadline) <= now + SOON,
	);
	const item = (kind: "overdue" | "due", some: readonly Waiting[]): Attention[] => {
		const [first] = some;
		return first ? [{ kind, count: some.length, exceptionId: first.exceptionId }] : [];
	};
	return [...item("overdue", overdue), ...item("due", due)];
}

function silentStations(
	waiting: readonly Waiting[],
	plans: readonly InspectionPlan[],
	lastShift: readonly Bucket[],
): Attention[] {
	const stationOf = new Map(
		plans.flatMap(({ model, witnesses }) =>
			witnesses.map(({ id, station }) => [`${model}/${id}`, station] as const),
		),
	);
	const unseen = waiting.filter(({ finding }) => finding.outcome === "missing" && finding.capture === null);
	const waitingFor = groupedBy(
		unseen,
		({ model, finding }) => stationOf.get(`${model}/${finding.witness}`) ?? "",
	);
	const withoutPictures = [...groupedBy(lastShift, ({ station }) => station)].filter(([station, buckets]) => {
		const { vehicles, captured } = addedTallies(buckets.map(({ tally }) => tally));
		return station !== EVERY_STATION && vehicles >= SHIFT_WITHOUT_PICTURES && captured === 0;
	});
	const silent = new Map<string, Attention>();
	for (const [station, buckets] of withoutPictures) {
		const { vehicles } = addedTallies(buckets.map(({ tally }) => tally));
		silent.set(station, { kind: "silent", station, count: vehicles, exceptionId: null });
	}
	for (const [station, some] of waitingFor) {
		const [first] = some;
		if (station === "" || !first || some.length < WAITING_FOR_STATION) continue;
		silent.set(station, { kind: "silent", station, count: some.length, exceptionId: first.exceptionId });
	}
	return [...silent.values()];
}

function outOfControl(buckets: readonly Bucket[], now: number): Attention[] {
	const charts = [
		["exceptions_out_of_control", "withException"],
		["false_calls_out_of_control", "withFalseCall"],
	] as const satisfies readonly (readonly [Attention["kind"], Counted])[];
	return [...groupedBy(buckets, ({ station }) => station)].flatMap(([station, own]) =>
		charts.flatMap(([kind, counted]): Attention[] => {
			// what is better than its limits needs nobody now
			const last = sharePoints(own, "shift", WATCHED, counted).findLast(
				({ start, violates, value, centre }) =>
					violates.length > 0 && value > centre && Date.parse(start) > now - DAY,
			);
			if (!last) return [];
			const { start, value, lower, upper, violates } = last;
			const named = station === EVERY_STATION ? null : station;
			return [{ kind, station: named, at: start, value, lower, upper, rules: [...violates] }];
		}),
	);
}

function differingReaders(buckets: readonly Bucket[]): Attention[] {
	const whole = buckets.filter(({ station }) => station === EVERY_STATION);
	const shareOf = (some: readonly Bucket[]) => {
		const { vehicles, withException }: Tally = addedTallies(some.map(({ tally }) => tally));
		return { size: vehicles, count: withException };
	};
	const versions = [...groupedBy(whole, ({ readers }) => readers).keys()];
	const differing = versions.flatMap((version) => {
		const own = shareOf(whole.filter(({ readers }) => readers === version));
		const others = shareOf(whole.filter(({ readers }) => readers !== version));
		if (Math.min(own.size, others.size) < LEAST_TO_COMPARE) return [];
		const apart = sharesApart(own, others);
		if (apart === null || Math.abs(apart) < 3) return [];
		const item: Attention = {
			kind: "readers_differ",
			version,
			share: own.count / own.size,
			others: others.count / others.size,
		};
		return [{ item, newest: whole.findLast(({ readers }) => readers === version)?.start ?? "" }];
	});
	// of two versions each differs from the other: the one in use is the one to look at
	const [newest] = differing.toSorted((a, b) => (a.newest > b.newest ? -1 : 1));
	return newest ? [newest.item] : [];
}

/**
 * What needs attention at an instant.
 *
 * @param waiting exceptions nobody has decided, nearest deadline first
 * @param week buckets of shifts of the last seven days, of every station
 */
export function attentionNow(
	now: string,
	waiting: readonly Waiting[],
	plans: readonly InspectionPlan[],
	week: readonly Bucket[],
): readonly Attention[] {
	const at = Date.parse(now);
	const newest = week.at(-1)?.start;
	const lastShift = week.filter(({ start }) => start === newest && Date.parse(start) > at - DAY);
	return [
		...deadlines(waiting, at),
		...silentStations(waiting, plans, lastShift),
		...outOfControl(week, at),
		...differingReaders(week),
	];
}
