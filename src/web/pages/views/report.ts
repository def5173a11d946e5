import type { Inspection } from "../../../contracts/inspection.js";
import { groupVin } from "./vin.js";

const BYTES_PER_KB = 1000;

/** What the report page shows around the report itself. */
export function reportView(inspection: Inspection) {
	const { report } = inspection;
	return {
		inspection,
		vin: groupVin(inspection.record.vin),
		report: report && { ...report, kilobytes: Math.ceil(report.bytes / BYTES_PER_KB) },
		here: `/inspections/${inspection.inspectionId}/report`,
	};
}
