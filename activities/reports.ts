import type { AuditLog } from "../src/audit/audit-log.js";
import { inspectionDrafts } from "../src/audit/inspection-events.js";
import type { Countersignature } from "../src/contracts/countersignature.js";
import type { Inspection, ReportReference } from "../src/contracts/inspection.js";
import { InspectionRecord } from "../src/contracts/report.js";
import { countersignRefusal } from "../src/domain/countersign.js";
import { VinspectError } from "../src/domain/errors.js";
import type { Store } from "../src/persistence/store.js";
import { buildInspectionRecord } from "../src/reporting/inspection-record.js";
import type { ReportCountersigner } from "../src/reporting/report-countersigner.js";
import type { ReportSealer } from "../src/reporting/report-sealer.js";
import type { ContentStore } from "../src/storage/content-store.js";

export interface ReportsDependencies {
	readonly store: Pick<Store, "observations" | "sealedReports" | "countersignatures">;
	readonly captures: ContentStore;
	readonly reports: ContentStore;
	readonly sealer: ReportSealer;
	/** Null where the plant has given no auditor's key. */
	readonly countersigner: ReportCountersigner | null;
	/** The plant's chain, whose end goes into each report; left out where none is kept. */
	readonly audit?: AuditLog | undefined;
}

export interface CountersignOrder {
	readonly inspectionId: string;
	readonly by: { readonly name: string; readonly role: string; readonly displayName: string };
	readonly reason: string;
}

export type ReportsActivities = ReturnType<typeof createReportsActivities>;

const REFUSALS = {
	role: "Only an auditor countersigns reports. 仅审核员可会签报告。",
	decided:
		"Whoever decided on this inspection can't countersign its report: ask another auditor. 参与过本检验判定的人员不能会签其报告，请由其他审核员会签。",
} as const;

export function createReportsActivities(deps: ReportsDependencies) {
	const { store, captures, reports, sealer, countersigner, audit } = deps;
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
			// First this inspection's own events: the end that is signed into the report stands behind them.
			await audit?.append(inspectionDrafts(inspection));
			const plantHead = await audit?.head();
			const report = await sealer.seal(
				buildInspectionRecord(inspection, observations, plantHead),
				(capture) => captures.get(capture),
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

		/**
		 * Adds the auditor's signature to a sealed report and archives it under its own digest; the sealed one
		 * stays. The first that was archived stands, however often and by whomever this is asked. Who had a part in
		 * the inspection is taken from the signed record. Errors: `report_not_ready`, `countersign_refused`,
		 * `signing_key_unavailable`.
		 */
		async countersignReport({ inspectionId, by, reason }: CountersignOrder): Promise<Countersignature> {
			const standing = await store.countersignatures.get(inspectionId);
			if (standing) return standing;
			const sealed = await store.sealedReports.get(inspectionId);
			if (!sealed)
				throw new VinspectError("report_not_ready", `The report of ${inspectionId} is not sealed yet.`);
			const record = await reports.get(sealed.record);
			const { inspection } = InspectionRecord.parse(JSON.parse(record.toString("utf8")));
			const refusal = countersignRefusal(by, inspection.exceptions);
			if (refusal) throw new VinspectError("countersign_refused", REFUSALS[refusal]);
			if (!countersigner)
				throw new VinspectError(
					"signing_key_unavailable",
					"Reports are signed with the plant's own key, and no auditor's key was given: set AUDITOR_P12 for the worker. 未配置审核员签名密钥，请为工作进程设置 AUDITOR_P12。",
				);
			const countersigned = await countersigner.countersign({
				pdf: await reports.get(sealed.pdf),
				plant: inspection.plant,
				reason: `${by.displayName} (${by.name}): ${reason}`,
			});
			const pdf = await reports.put(countersigned.pdf);
			return store.countersignatures.keep({
				inspectionId,
				by: by.name,
				displayName: by.displayName,
				reason,
				at: countersigned.signedAt.toISOString(),
				signer: countersigned.signer,
				pdf: pdf.sha256,
				bytes: pdf.bytes,
				sealed: sealed.pdf,
			});
		},
	};
}
