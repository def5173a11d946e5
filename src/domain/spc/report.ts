import type { Bucket, DecidedException, ReaderVersion, Tally } from "../../contracts/statistics.js";
import type {
	DecisionPoint,
	Division,
	Figures,
	SharePoint,
	StatisticsReport,
} from "../../contracts/statistics-report.js";
import { type ControlPoint, individualsChart, pChart } from "./control-limits.js";
import type { ReportedPeriod } from "./period.js";
import { type Rule, violationsOf } from "./rules.js";
import { addedTallies, pareto, percentile } from "./tally.js";

export function figuresOf(tally: Tally): Figures {
	const { vehicles, firsts, firstPasses, exceptions, falseCalls, seconds } = tally;
	const perHundred = (count: number) => (vehicles === 0 ? null : (100 * count) / vehicles);
	return {
		vehicles,
		firstPassYield: firsts === 0 ? null : firstPasses / firsts,
		exceptionsPerHundred: perHundred(exceptions),
		falseCallsPerHundred: perHundred(falseCalls),
		medianSeconds: percentile(seconds, 0.5),
		ninetiethSeconds: percentile(seconds, 0.9),
	};
}

export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const key = keyOf(item);
		const group = groups.get(key);
		if (group) group.push(item);
		else groups.set(key, [item]);
	}
	return groups;
}

const tallied = (buckets: readonly Bucket[]): Tally => addedTallies(buckets.map(({ tally }) => tally));

/** Figures of each part of the buckets, in the order of their names. */
export function dividedBy(buckets: readonly Bucket[], division: Division) {
	return [...groupedBy(buckets, (bucket) => bucket[division])]
		.map(([name, part]) => ({ name, figures: figuresOf(tallied(part)) }))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const judgedOf = ({ value, centre, lower, upper }: ControlPoint, violates: readonly Rule[]) => ({
	value,
	centre,
	lower,
	upper,
	violates: [...violates],
});

/** Which share of vehicles a chart follows. */
export type Counted = "withException" | "withFalseCall";

/** Shares of vehicles, oldest subgroup first; hours, shifts or days without a vehicle have no point. */
export function sharePoints(
	buckets: readonly Bucket[],
	grain: StatisticsReport["grain"],
	rules: readonly Rule[],
	counted: Counted = "withException",
): SharePoint[] {
	const groups = groupedBy(buckets, ({ start, day }) => (grain === "day" ? day : start));
	const subgroups = [...groups.values()]
		.flatMap((part) => {
			const [first] = part;
			const vehicles = part.reduce((sum, { tally }) => sum + tally.vehicles, 0);
			const count = part.reduce((sum, { tally }) => sum + tally[counted], 0);
			if (!first || vehicles === 0) return [];
			const { start, day, shift } = first;
			return [{ start, day, shift: grain === "day" ? null : shift, vehicles, count }];
		})
		.sort((a, b) => (a.start < b.start ? -1 : 1));
	const points = pChart(subgroups.map(({ vehicles: size, count }) => ({ size, count })));
	const violated = violationsOf(
		points.map(({ z }) => z),
		rules,
	);
	return subgroups.flatMap((subgroup, index) => {
		const point = points[index];
		if (!point) return [];
		return [{ ...subgroup, ...judgedOf(point, violated[index] ?? []), judged: point.z !== null }];
	});
}

/** A decision within the second counts as one second: its logarithm has to be a number. */
const LEAST_SECONDS = 1;

/**
 * Individuals and moving ranges of the time to decide. Waiting times are skewed to the right, so limits are put
 * on their logarithm (NIST/SEMATECH e-Handbook 6.5.2: transform what is not normal) and given back in seconds;
 * a moving range is then the factor between two decisions.
 */
export function decisionPoints(
	decided: readonly DecidedException[],
	rules: readonly Rule[],
): DecisionPoint[] {
	const { individuals, ranges } = individualsChart(
		decided.map(({ seconds }) => Math.log(Math.max(LEAST_SECONDS, seconds))),
	);
	const back = ({ value, centre, lower, upper, z }: ControlPoint): ControlPoint => ({
		value: Math.exp(value),
		centre: Math.exp(centre),
		lower: Math.exp(lower),
		upper: Math.exp(upper),
		z,
	});
	const violated = violationsOf(
		individuals.map(({ z }) => z),
		rules,
	);
	const jumps = violationsOf(
		ranges.map(({ z }) => z),
		["beyond_three_sigma"],
	);
	return decided.flatMap(({ exceptionId, at, end }, index) => {
		const point = individuals[index];
		const range = ranges[index - 1];
		if (!point) return [];
		return [
			{
				exceptionId,
				at,
				end,
				...judgedOf(back(point), violated[index] ?? []),
				range: range ? judgedOf(back(range), jumps[index - 1] ?? []) : null,
			},
		];
	});
}

/** Everything the page of statistics shows, from what was counted in its period. */
export function statisticsReport(
	{ from, to, shown }: ReportedPeriod,
	counted: {
		/** Buckets of what was asked for, of one station or of all together. */
		readonly buckets: readonly Bucket[];
		/** Buckets of each station by itself, but for the station as asked for as the others. */
		readonly ofStations: readonly Bucket[];
		readonly decided: readonly DecidedException[];
		readonly readerVersions: readonly ReaderVersion[];
	},
	rules: readonly Rule[],
): StatisticsReport {
	const { buckets, ofStations, decided, readerVersions } = counted;
	const tally = tallied(buckets);
	return {
		from,
		to,
		grain: shown,
		tally,
		figures: figuresOf(tally),
		divisions: {
			station: dividedBy(ofStations, "station"),
			shift: dividedBy(buckets, "shift"),
			model: dividedBy(buckets, "model"),
			readers: dividedBy(buckets, "readers"),
		},
		shares: sharePoints(buckets, shown, rules),
		decisions: decisionPoints(decided, rules),
		defects: [...pareto(tally.defects)],
		readerVersions: [...readerVersions],
	};
}
