import type { Router } from "express";
import { z } from "zod";
import { Identifier } from "../../contracts/primitives.js";
import type { VehicleRecord } from "../../contracts/record.js";
import { VinspectError } from "../../domain/errors.js";
import type { WebDeps } from "../deps.js";
import { identityOf } from "../request-context.js";
import { ENGINEERS } from "./navigation.js";
import type { Site } from "./site.js";
import { inspectionsOf, vehicleRecordView } from "./views/vehicle-record.js";
import { groupVin } from "./views/vin.js";

const PAGE_SIZE = 50;
const FOUND_LIMIT = 100;

/** Who may look at records; who keeps them may import, too. */

const Query = z.object({
	search: z.string().trim().max(80).catch("").default(""),
	after: z.string().min(1).max(80).nullable().catch(null).default(null),
});

const Revision = z.coerce.number().int().positive().nullable().catch(null).default(null);
const RecordQuery = z.object({ revision: Revision, from: Revision, to: Revision });

const rowOf = ({ productionNumber, vin, model, market, revision, createdAt, createdBy }: VehicleRecord) => ({
	productionNumber,
	vin: groupVin(vin),
	model,
	market,
	revision,
	createdAt,
	createdBy,
});

/** Vehicle records: the list, and one with its revisions and inspections. */
export function vehicleRecordRoutes(router: Router, deps: WebDeps, site: Site): void {
	const { records } = deps.store;

	router.get("/vehicle-records", async (request, response) => {
		const { search, after } = Query.parse(request.query);
		const page =
			search === ""
				? await records.list(deps.plant, after, PAGE_SIZE)
				: { items: await records.find(deps.plant, search, FOUND_LIMIT + 1), next: null };
		const view = {
			records: page.items.slice(0, search === "" ? PAGE_SIZE : FOUND_LIMIT).map(rowOf),
			search,
			tooMany: search !== "" && page.items.length > FOUND_LIMIT,
			limit: FOUND_LIMIT,
			empty: page.items.length === 0,
			first: after === null ? null : "/vehicle-records",
			more: page.next === null ? null : `/vehicle-records?after=${encodeURIComponent(page.next)}`,
			mayImport: ENGINEERS.some((role) => role === identityOf(request)?.role),
		};
		await site.show(request, response, "vehicle-records", view);
	});

	router.get("/vehicle-records/:productionNumber", async (request, response) => {
		const { revision, from, to } = RecordQuery.parse(request.query);
		const named = Identifier.safeParse(request.params.productionNumber);
		const revisions = named.success ? await records.revisions(deps.plant, named.data) : [];
		const newest = revisions.at(-1);
		if (!named.success || newest === undefined) {
			throw new VinspectError("record_missing", "There is no vehicle record under this production number.");
		}
		const shown = revisions.find((one) => one.revision === revision) ?? newest;
		const inspections = await inspectionsOf(deps.store.inspections, deps.plant, named.data);
		const view = vehicleRecordView(site.localeOf(request), revisions, shown, { from, to }, inspections);
		await site.show(request, response, "vehicle-record", view, { area: "vehicle-records" });
	});
}
