import type { InspectionRecord } from "../../src/contracts/report.js";
import { VinspectError } from "../../src/domain/errors.js";
import type { ReportSealer, SealedReport } from "../../src/reporting/report-sealer.js";

/** Seals without rendering or signing: for tests of everything before the report. */
export class ScriptedSealer implements ReportSealer {
	keyIsThere = true;
	readonly sealed: InspectionRecord[] = [];

	async seal(record: InspectionRecord): Promise<SealedReport> {
		if (!this.keyIsThere) throw new VinspectError("signing_key_unavailable", "The key is locked away.");
		this.sealed.push(record);
		const bytes = Buffer.from(JSON.stringify(record));
		return {
			pdf: Buffer.concat([Buffer.from(`%PDF ${this.sealed.length}\n`), bytes]),
			record: bytes,
			pages: 1,
		};
	}
}
