import type { Finding } from "../contracts/finding.js";
import { VEHICLE } from "./plan.js";

/** A finding between witnesses or on the record itself, before anything is said. */
export function vehicleFinding(name: string, field: string): Omit<Finding, "rule" | "outcome"> {
	return {
		findingId: `${VEHICLE}.${name}`,
		witness: VEHICLE,
		kind: null,
		field,
		read: null,
		expected: null,
		refusal: null,
		differences: [],
		confidence: null,
		capture: null,
		box: null,
	};
}
