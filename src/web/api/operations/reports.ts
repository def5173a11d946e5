import { InspectionParams } from "../../../contracts/api.js";
import type { ReportReference } from "../../../contracts/inspection.js";
import { InspectionRecord } from "../../../contracts/report.js";
import { VinspectError } from "../../../domain/errors.js";
import { ROLES } from "../../../persistence/store.js";
import type { WebDeps } from "../../deps.js";
import { languageOf } from "../../problem.js";
import type { Identity } from "../../request-context.js";
import { unchanged } from "../entity-tag.js";
import { visibleInspection } from "../inspection-access.js";
import { contentOperation, type Operation } from "../operation.js";

/** Pixels across a picture of the report's page: sharp on a tablet, light on the network. */
const PICTURE_WIDTH = 1200;

/** The sealed report: the signed PDF, its canonical record, and a page of it. */
export function reportOperations(deps: WebDeps): Operation[] {
	const sealed = async (inspectionId: string, actor: Identity): Promise<ReportReference> => {
		const { report, status } = await visibleInspection(deps, inspectionId, actor);
		if (report) return report;
		throw new VinspectError(
			"report_not_ready",
			`Inspection ${inspectionId} is ${status}; its report is there once it is sealed.`,
		);
	};
	const common = {
		method: "get",
		tag: "reports",
		roles: ROLES,
		params: InspectionParams,
		errors: ["inspection_missing", "report_not_ready", "workflow_unavailable"],
	} as const;
	const kept = (name: string, etag: string) => ({
		"Content-Disposition": `inline; filename="${name}"`,
		// an inspection is sealed once, but who may see it is asked every time
		"Cache-Control": "private, no-cache",
		ETag: etag,
	});
	return [
		contentOperation({
			...common,
			path: "/inspections/{inspectionId}/report.pdf",
			operationId: "getReportPdf",
			summary: "The signed report: PDF/A-3b with the record embedded, signed PAdES-B-B",
			mediaTypes: ["application/pdf"],
			description: "The very bytes that were signed.",
			async handle({ params, actor, request }) {
				const { pdf } = await sealed(params.inspectionId, actor);
				const headers = kept(`${params.inspectionId}.pdf`, `"${pdf}"`);
				if (unchanged(request, headers.ETag)) {
					return { status: 304, mediaType: "application/pdf", content: "", headers };
				}
				return { mediaType: "application/pdf", content: await deps.reports.get(pdf), headers };
			},
		}),
		contentOperation({
			...common,
			path: "/inspections/{inspectionId}/report.json",
			operationId: "getReportRecord",
			summary: "The inspection record as RFC 8785 canonical JSON: the very bytes embedded in the PDF",
			mediaTypes: ["application/json"],
			description: "The canonical record.",
			async handle({ params, actor, request }) {
				const { record } = await sealed(params.inspectionId, actor);
				const headers = kept(`${params.inspectionId}.json`, `"${record}"`);
				if (unchanged(request, headers.ETag)) {
					return { status: 304, mediaType: "application/json", content: "", headers };
				}
				return { mediaType: "application/json", content: await deps.reports.get(record), headers };
			},
		}),
		contentOperation({
			...common,
			path: "/inspections/{inspectionId}/report.html",
			operationId: "getReportPage",
			summary: "The report as a page, in English or Chinese by Accept-Language",
			mediaTypes: ["text/html"],
			description: "The page, made from the canonical record.",
			async handle({ params, actor, request }) {
				const { record: digest } = await sealed(params.inspectionId, actor);
				const bytes = await deps.reports.get(digest);
				const record = InspectionRecord.parse(JSON.parse(bytes.toString("utf8")));
				const content = deps.renderReportHtml(record, {
					language: languageOf(request),
					captureUrl: (sha256) => `/api/v1/captures/${sha256}?width=${PICTURE_WIDTH}`,
				});
				return {
					mediaType: "text/html; charset=utf-8",
					content,
					headers: { "Cache-Control": "private, no-cache", Vary: "Accept-Language" },
				};
			},
		}),
	];
}
