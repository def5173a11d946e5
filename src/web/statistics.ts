import type { Attention } from "../contracts/attention.js";
import type { ExceptionStatus } from "../contracts/exception.js";
import type { InspectionPlan } from "../contracts/plan.js";
import { type Bucket, EVERY_STATION } from "../contracts/statistics.js";
import type { StatisticsQuery, StatisticsReport } from "../contracts/statistics-report.js";
import { attentionNow } from "../domain/spc/attention.js";
import { lastWeek, type ReportedPeriod, reportedPeriod } from "../domain/spc/period.js";
import { statisticsReport } from "../domain/spc/report.js";
import { RULE_SETS } from "../domain/spc/rules.js";
import { nowOf, type WebDeps } from "./deps.js";

/** Individuals on a chart; more are a blur. */
const SHOWN_DECISIONS = 200;
/** Waiting exceptions that are looked at for what needs attention. */
const LOOKED_AT = 200;
const WAITING: readonly ExceptionStatus[] = ["open", "awaiting_second"];

type Narrowing = Pick<StatisticsQuery, "model" | "readers" | "shift">;

const narrowed = (buckets: readonly Bucket[], { model, readers, shift }: Narrowing): readonly Bucket[] =>
	buckets.filter(
		(bucket) =>
			(model === undefined || bucket.model === model) &&
			(readers === undefined || bucket.readers === readers) &&
			(shift === undefined || bucket.shift === shift),
	);

/** Buckets of a period, each period read once: what is shown and what needs attention are mostly the same week. */
export type ReadBuckets = (
	period: Pick<ReportedPeriod, "grain" | "from" | "to">,
) => Promise<readonly Bucket[]>;

/** Reads buckets for one answer. */
export function bucketReader({ store, plant }: Pick<WebDeps, "store" | "plant">): ReadBuckets {
	const read = new Map<string, Promise<readonly Bucket[]>>();
	return ({ grain, from, to }) => {
		const key = [grain, from, to].join();
		const buckets = read.get(key) ?? store.statistics.buckets(plant, grain, from, to);
		read.set(key, buckets);
		return buckets;
	};
}

/** The statistics that are asked for at an instant, from the roll-ups: no inspection is read. */
export async function readStatistics(
	deps: WebDeps,
	query: StatisticsQuery,
	now = nowOf(deps).toISOString(),
	bucketsOf = bucketReader(deps),
): Promise<StatisticsReport> {
	const { store, plant, calendar } = deps;
	const period = reportedPeriod(query, now, calendar);
	const { from, to } = period;
	const [all, decided, readerVersions] = await Promise.all([
		bucketsOf(period),
		store.statistics.decided(plant, query, from, to, SHOWN_DECISIONS),
		store.statistics.readerVersions(plant),
	]);
	const asked = narrowed(all, query);
	const counted = {
		buckets: asked.filter(({ station }) => station === (query.station ?? EVERY_STATION)),
		ofStations: asked.filter(({ station }) => station !== EVERY_STATION),
		decided,
		readerVersions,
	};
	return statisticsReport(period, counted, RULE_SETS[query.rules]);
}

/** What a line leader should look at now, whatever period is shown. */
export async function readAttention(
	deps: WebDeps,
	plans: readonly InspectionPlan[],
	now = nowOf(deps).toISOString(),
	bucketsOf = bucketReader(deps),
): Promise<readonly Attention[]> {
	const { store, calendar } = deps;
	const [week, waiting] = await Promise.all([
		bucketsOf(lastWeek(now, calendar)),
		store.exceptions.queue(WAITING, null, LOOKED_AT),
	]);
	return attentionNow(now, waiting.items, plans, week);
}
