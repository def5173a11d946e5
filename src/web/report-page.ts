import type { Sha256 } from "../contracts/primitives.js";
import type { InspectionRecord } from "../contracts/report.js";
import { renderReportHtml } from "../reporting/report-html.js";

/** Where the report's stylesheet is served. */
export const REPORT_STYLESHEET_URL = "/report.css";

/**
 * A sealed report as a page of its own. `captureUrl` is the address of a whole capture; the part of it that a
 * finding is about is asked for with `box`.
 */
export function renderReportPage(
	record: InspectionRecord,
	options: { readonly language: "en" | "zh"; readonly captureUrl: (capture: Sha256) => string },
): string {
	const { inspectionId } = record.inspection;
	const report = renderReportHtml(record, {
		locale: options.language,
		reportUrl: `/api/v1/inspections/${inspectionId}/report.pdf`,
		pictureUrl(capture, box) {
			const whole = options.captureUrl(capture);
			if (box === undefined) return whole;
			return `${whole}${whole.includes("?") ? "&" : "?"}box=${box.join(",")}`;
		},
	});
	return [
		"<!doctype html>",
		`<html lang="${options.language}">`,
		`<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
		`<title>${inspectionId}</title><link rel="stylesheet" href="${REPORT_STYLESHEET_URL}"></head>`,
		`<body>${report}</body></html>`,
	].join("\n");
}
