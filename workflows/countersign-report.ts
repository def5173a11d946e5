import type { CountersignOrder } from "../activities/reports.js";
import type { Countersignature } from "../src/contracts/countersignature.js";
import { countersigning } from "./activity-proxies.js";

/** An auditor's signature on a sealed report. Its id holds the inspection's, so that there is one of them. */
export async function countersignReport(order: CountersignOrder): Promise<Countersignature> {
	return countersigning.countersignReport(order);
}
