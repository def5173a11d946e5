import { concluded, sealed } from "../src/domain/inspection.js";
import { reports } from "./activity-proxies.js";
import type { CurrentInspection } from "./current-inspection.js";

/** Fixes the outcome, and is done only when the signed report is verified and archived. */
export async function sealReport(current: CurrentInspection): Promise<void> {
	current.change(concluded);
	const report = await reports.sealReport(current.state);
	current.change((inspection, at) => sealed(inspection, report, at));
}
