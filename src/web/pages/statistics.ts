import type { Router } from "express";
import { z } from "zod";
import { StatisticsQuery } from "../../contracts/statistics-report.js";
import { nowOf, type WebDeps } from "../deps.js";
import { bucketReader, readAttention, readStatistics } from "../statistics.js";
import type { Site } from "./site.js";
import { statisticsView } from "./views/statistics.js";

const { period, from, to, station, model, readers, shift, rules } = StatisticsQuery.shape;

/** An address somebody mistyped, and a filter left at "all", ask for everything. */
const Query = z.object({
	period: period.catch("week"),
	from: from.catch(undefined),
	to: to.catch(undefined),
	station: station.catch(undefined),
	model: model.catch(undefined),
	readers: readers.catch(undefined),
	shift: shift.catch(undefined),
	rules: rules.catch("western_electric"),
});

/** The line leader's page: what needs attention now, figures, control charts, defects. */
export function statisticsRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.get("/statistics", async (request, response) => {
		const query: StatisticsQuery = Query.parse(request.query);
		const plans = await deps.store.plans.list(deps.plant);
		const now = nowOf(deps).toISOString();
		const bucketsOf = bucketReader(deps);
		const [report, attention] = await Promise.all([
			readStatistics(deps, query, now, bucketsOf),
			readAttention(deps, plans, now, bucketsOf),
		]);
		const view = statisticsView(query, report, attention, plans, deps.calendar, site.localeOf(request));
		await site.show(request, response, "statistics", view, { eventsUrl: "/api/v1/events" });
	});
}
