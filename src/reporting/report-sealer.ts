import type { Sha256 } from "../contracts/primitives.js";
import type { InspectionRecord } from "../contracts/report.js";

export interface SealedReport {
	/** PDF/A-3b with the record embedded, signed PAdES-B-B. */
	readonly pdf: Uint8Array;
	/** The record as RFC 8785 canonical JSON, UTF-8: the very bytes embedded in the PDF. */
	readonly record: Uint8Array;
	readonly pages: number;
}

/**
 * Renders, signs and verifies a report. Resolves only when the signed bytes verify. Errors:
 * `signing_key_unavailable`, `signing_key_expired`, `report_unverifiable`.
 */
export interface ReportSealer {
	seal(record: InspectionRecord, picture: (capture: Sha256) => Promise<Uint8Array>): Promise<SealedReport>;
}
