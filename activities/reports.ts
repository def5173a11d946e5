import type { Inspection, ReportReference } from "../src/contracts/inspection.js";
import type { Store } from "../src/persistence/store.js";
import { buildInspectionRecord } from "../src/reporting/inspection-record.js";
import type { ReportSealer } from "../src/reporting/report-sealer.js";
import type { ContentStore } from "../src/storage/content-store.js";

export interface ReportsDependencies {
	readonly store: Pick<Store, "observations" | "sealedReports">;
	readonly captures: ContentStore;
	readonly reports: ContentStore;
	readonly sealer: ReportSealer;
}

export type ReportsActivities = ReturnType<typeof createReportsActivities>;

export function createReportsActivities({ store, captures, reports, sealer }: ReportsDependencies) {
	return {
		/**
		 * Signs, verifies and archives the report. Two signatures over one record would be two valid reports:
		 * the first that was archived stands, however often this is asked.
		 */
		async sealReport(inspection: Inspection): Promise<ReportReference> {
			const { inspectionId } = inspection;
			const standing = await store.sealedReports.get(inspectionId);
			if (standing) return standing;
			const observations = await store.observations.of(inspectionId);
			const report = await sealer.seal(buildInspectionRecord(inspection, observations), (capture) =>
				captures.get(capture),
			);
			const pdf = await reports.put(report.pdf);
			const record = await reports.put(report.record);
			return store.sealedReports.keep(inspectionId, {
				pdf: pdf.sha256,
				record: record.sha256,
				pages: report.pages,
				bytes: pdf.bytes,
				sealedAt: new Date().toISOString(),
			});
		},
	};
}
