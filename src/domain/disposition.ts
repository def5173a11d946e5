import type { Disposition, Inspection } from "../contracts/inspection.js";
import { resolutionOf } from "./review.js";

/** From the best outcome to the worst; the worst of all findings is the vehicle's. */
const SEVERITY: readonly Disposition[] = ["pass", "concession", "rework", "hold", "scrap"];

const worst = (dispositions: readonly Disposition[]): Disposition =>
	dispositions.reduce((a, b) => (SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a), "pass");

/**
 * The vehicle's outcome. What is not proved is held: a witness nobody judged, an exception nobody resolved,
 * an inspection that a deadline or a cancellation ended.
 */
export function dispositionOf(inspection: Inspection): Disposition {
	const { closure, plan, findings, exceptions } = inspection;
	if (closure === "cancelled" || closure === "decision_deadline") return "hold";
	const unjudged = plan.witnesses.some(({ id }) => !findings.some((f) => f.witness === id));
	if (unjudged) return "hold";
	return worst(
		findings
			.filter((finding) => finding.outcome !== "match")
			.map((finding) => {
				const exception = exceptions.find((e) => e.finding.findingId === finding.findingId);
				if (exception?.status !== "resolved") return "hold";
				const resolution = resolutionOf(inspection, exception);
				return resolution.status === "resolved" ? resolution.disposition : "hold";
			}),
	);
}
