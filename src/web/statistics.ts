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

/** The statistics that are asked for, from the roll-ups: no inspection is read. */
export async function readStatistics(deps: WebDeps, query: StatisticsQuery): Promise<StatisticsReport> {
	const { store, plant, calendar } = deps;
	const period = reportedPeriod(query, nowOf(deps).toISOString(), calendar);
	const { from, to, grain } = period;
	const [all, decided, readerVersions] = await Promise.all([
		store.statistics.buckets(plant, grain, from, to),
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
): Promise<readonly Attention[]> {
	const { store, plant, calendar } = deps;
	const now = nowOf(deps).toISOString();
	const { from, to }: ReportedPeriod = lastWeek(now, calendar);
	const [week, waiting] = await Promise.all([
		store.statistics.buckets(plant, "shift", from, to),
		store.exceptions.queue(WAITING, null, LOOKED_AT),
	]);
	return attentionNow(now, waiting.items, plans, week);
}
