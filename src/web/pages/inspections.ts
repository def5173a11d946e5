import type { Router } from "express";
import { z } from "zod";
import { VinspectError } from "../../domain/errors.js";
import { AUDITORS } from "../api/inspection-access.js";
import type { WebDeps } from "../deps.js";
import { searchCriteria } from "../search-criteria.js";
import { personOf, type Site } from "./site.js";
import { readSearch, searchValues, searchView } from "./views/search.js";

const PAGE_SIZE = 50;
const After = z.string().min(1).max(300).nullable().catch(null).default(null);

/** Every inspection there was, found by what people know of it. What is searched for stands in the address. */
export function inspectionSearchRoutes(router: Router, deps: WebDeps, site: Site): void {
	const pageOf = async (criteria: Parameters<typeof deps.store.search.find>[0], after: string | null) => {
		try {
			return { after, page: await deps.store.search.find(criteria, after, PAGE_SIZE) };
		} catch (error) {
			// a cursor that somebody cut short: the list begins anew rather than not at all
			if (!(error instanceof VinspectError) || error.code !== "request_invalid") throw error;
			return { after: null, page: await deps.store.search.find(criteria, null, PAGE_SIZE) };
		}
	};

	router.get("/inspections", async (request, response) => {
		const values = searchValues(request.query);
		const { filter, errors } = readSearch(values);
		const [found, plans, accounts] = await Promise.all([
			filter && pageOf(searchCriteria(filter), After.parse(request.query.after)),
			deps.store.plans.list(deps.plant),
			deps.store.accounts.list(),
		]);
		const planned = plans.flatMap(({ witnesses }) => witnesses.map(({ station }) => station));
		const choices = {
			plans,
			stations: [...new Set(planned)].sort(),
			operators: accounts.filter(({ role }) => role !== "station").map(({ name }) => name),
		};
		const view = searchView(values, errors, found?.after ?? null, found?.page ?? null, choices);
		const mayAudit = AUDITORS.includes(personOf(request).role);
		await site.show(request, response, "inspections", { ...view, mayAudit }, { status: filter ? 200 : 422 });
	});
}
