import type { Countersignature } from "../../../contracts/countersignature.js";
import type { Inspection } from "../../../contracts/inspection.js";
import { groupVin } from "./vin.js";

const BYTES_PER_KB = 1000;

/** What the report page shows of the second signature. */
export interface CountersignView {
	readonly countersignature: Countersignature | null;
	/** Whether this person may add it now. */
	readonly mayCountersign: boolean;
	/** This auditor decided on the inspection and may not countersign it. */
	readonly tookPart: boolean;
	/** As it was typed before something was wrong. */
	readonly reason: string;
	readonly badReason: boolean;
	readonly problem: { readonly words: string; readonly detail: string } | null;
}

/** What the report page shows around the report itself. */
export function reportView(inspection: Inspection, countersign: CountersignView) {
	const { report } = inspection;
	return {
		inspection,
		vin: groupVin(inspection.record.vin),
		report: report && { ...report, kilobytes: Math.ceil(report.bytes / BYTES_PER_KB) },
		countersign,
		here: `/inspections/${inspection.inspectionId}/report`,
	};
}
