import { InspectionParams } from "../../../contracts/api.js";
import { Countersignature, CountersignInput } from "../../../contracts/countersignature.js";
import { FoundPage, SearchFilter, SearchQuery } from "../../../contracts/search.js";
import { VinspectError } from "../../../domain/errors.js";
import type { WebDeps } from "../../deps.js";
import { searchCriteria } from "../../search-criteria.js";
import { streamCsv } from "../../search-export.js";
import { jsonBody } from "../bodies.js";
import { unchanged } from "../entity-tag.js";
import { visibleInspection } from "../inspection-access.js";
import { contentOperation, jsonOperation, type Operation, streamOperation } from "../operation.js";

const READERS = ["auditor", "engineer", "administrator"] as const;

/** What an auditor does: search, export, countersign. */
export function auditOperations(deps: WebDeps): Operation[] {
	const standing = async (inspectionId: string): Promise<Countersignature> => {
		const countersignature = await deps.store.countersignatures.get(inspectionId);
		if (countersignature) return countersignature;
		throw new VinspectError("report_not_ready", `The report of ${inspectionId} is not countersigned.`);
	};
	return [
		jsonOperation({
			method: "get",
			path: "/search/inspections",
			operationId: "searchInspections",
			summary: "Inspections by VIN, production number, period, station, model, outcome and operator",
			tag: "audit",
			roles: READERS,
			query: SearchQuery,
			answers: { 200: { schema: FoundPage, description: "One page, newest first." } },
			errors: [],
			async handle({ query: { after, limit, ...filter } }) {
				const criteria = searchCriteria(SearchFilter.parse(filter));
				const { items, next } = await deps.store.search.find(criteria, after ?? null, limit);
				return { status: 200, body: { items: [...items], next } };
			},
		}),
		streamOperation({
			method: "get",
			path: "/search/inspections.csv",
			operationId: "exportInspections",
			summary: "The whole result of a search as CSV, newest first",
			tag: "audit",
			roles: READERS,
			query: SearchFilter,
			errors: [],
			mediaTypes: ["text/csv"],
			description:
				"UTF-8 with a byte order mark; cells that a spreadsheet would run begin with an apostrophe.",
			handle: ({ query, response }) => streamCsv(deps.store.search, searchCriteria(query), response),
		}),
		jsonOperation({
			method: "post",
			path: "/inspections/{inspectionId}/countersignature",
			operationId: "countersignReport",
			summary: "Add the auditor's signature to the sealed report, or find it there",
			tag: "audit",
			roles: ["auditor"],
			params: InspectionParams,
			body: jsonBody(CountersignInput),
			answers: { 200: { schema: Countersignature, description: "The counter-signature that stands." } },
			errors: [
				"inspection_missing",
				"report_not_ready",
				"countersign_refused",
				"signing_key_unavailable",
				"signing_key_expired",
				"report_unverifiable",
				"workflow_unavailable",
			],
			async handle({ params: { inspectionId }, body, actor }) {
				const { report } = await visibleInspection(deps, inspectionId, actor);
				if (!report) throw new VinspectError("report_not_ready", `${inspectionId} is not sealed yet.`);
				return { status: 200, body: await deps.gateway.countersign({ inspectionId, by: actor, ...body }) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/inspections/{inspectionId}/countersignature",
			operationId: "getCountersignature",
			summary: "Who countersigned the report, when and why",
			tag: "audit",
			roles: READERS,
			params: InspectionParams,
			answers: { 200: { schema: Countersignature, description: "The counter-signature." } },
			errors: ["report_not_ready"],
			async handle({ params }) {
				return { status: 200, body: await standing(params.inspectionId) };
			},
		}),
		contentOperation({
			method: "get",
			path: "/inspections/{inspectionId}/countersigned.pdf",
			operationId: "getCountersignedPdf",
			summary: "The report with both signatures; the sealed one stays beside it",
			tag: "audit",
			roles: READERS,
			params: InspectionParams,
			errors: ["report_not_ready"],
			mediaTypes: ["application/pdf"],
			description: "The very bytes that were countersigned.",
			async handle({ params: { inspectionId }, request }) {
				const { pdf } = await standing(inspectionId);
				const headers = {
					"Content-Disposition": `inline; filename="${inspectionId}-countersigned.pdf"`,
					"Cache-Control": "private, no-cache",
					ETag: `"${pdf}"`,
				};
				if (unchanged(request, headers.ETag))
					return { status: 304, mediaType: "application/pdf", content: "", headers };
				return { mediaType: "application/pdf", content: await deps.reports.get(pdf), headers };
			},
		}),
	];
}
