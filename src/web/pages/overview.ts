import type { Router } from "express";
import { z } from "zod";
import { Disposition, InspectionStatus } from "../../contracts/inspection.js";
import type { WebDeps } from "../deps.js";
import type { Site } from "./site.js";
import { GROUPINGS, type OverviewQuery, overviewView } from "./views/overview.js";

const PAGE_SIZE = 40;

/** An address somebody mistyped shows the whole line rather than an error. */
const Query = z.object({
	status: InspectionStatus.nullable().catch(null).default(null),
	disposition: Disposition.nullable().catch(null).default(null),
	model: z.string().min(1).max(80).nullable().catch(null).default(null),
	search: z.string().trim().max(80).catch("").default(""),
	group: z.enum(GROUPINGS).catch("none").default("none"),
	after: z.string().min(1).max(200).nullable().catch(null).default(null),
});

/** The line overview: counts, and the vehicles newest first. */
export function overviewRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.get("/", async (request, response) => {
		const query: OverviewQuery = Query.parse(request.query);
		const filter = {
			status: query.status ?? undefined,
			disposition: query.disposition ?? undefined,
			model: query.model ?? undefined,
			search: query.search === "" ? undefined : query.search,
		};
		const [counts, page, plans] = await Promise.all([
			deps.store.inspections.counts(),
			deps.store.inspections.rows(filter, query.after, PAGE_SIZE),
			deps.store.plans.list(deps.plant),
		]);
		const view = overviewView(query, counts, page, plans);
		await site.show(request, response, "overview", view, { eventsUrl: "/api/v1/events" });
	});
}
