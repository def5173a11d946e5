import type { Decision, DecisionInput, Exception } from "../contracts/exception.js";
import type { Inspection } from "../contracts/inspection.js";
import { changed, event, later, latest } from "./history.js";
import { restated } from "./judgement.js";
import { isDecided, type Person, resolutionOf, retakeWitnesses, standingDecisions } from "./review.js";

/** The exception with its status as the standing decisions make it. */
function resettled(inspection: Inspection, exceptionId: string): Inspection {
	const exceptions = inspection.exceptions.map((exception) =>
		exception.exceptionId === exceptionId
			? {
					...exception,
					status: resolutionOf(inspection, exception).status,
					escalated: standingDecisions(inspection, exception).some((d) => d.action === "escalate"),
				}
			: exception,
	);
	return restated({ ...inspection, exceptions });
}

function withDecisions(
	inspection: Inspection,
	exceptionId: string,
	change: (exception: Exception) => Partial<Exception>,
): Pick<Inspection, "exceptions"> {
	return {
		exceptions: inspection.exceptions.map((e) =>
			e.exceptionId === exceptionId ? { ...e, ...change(e) } : e,
		),
	};
}

/** Adds a decision that `whyNotDecidable` has no objection to; one that stands already changes nothing. */
export function withDecision(
	inspection: Inspection,
	exceptionId: string,
	input: DecisionInput,
	by: Person,
	at: string,
): Inspection {
	const exception = inspection.exceptions.find((e) => e.exceptionId === exceptionId);
	if (!exception || isDecided(exception, input.decisionId)) return inspection;
	const decision: Decision = {
		decisionId: input.decisionId,
		exceptionId,
		action: input.action,
		correctedText: input.correctedText ?? null,
		disposition: input.action === "confirm_discrepancy" ? (input.disposition ?? "rework") : null,
		reason: input.reason ?? null,
		comment: input.comment ?? null,
		by: by.name,
		role: by.role,
		at,
		undoneAt: null,
		undoneBy: null,
		...(input.blindReading === undefined ? {} : { blindReading: input.blindReading }),
	};
	const { decisionId, action } = decision;
	const { text: blind, sight } = decision.blindReading ?? { text: null, sight: null };
	const retaken = action === "retake" ? retakeWitnesses(inspection, exception) : [];
	const next = changed(
		inspection,
		at,
		{
			...withDecisions(inspection, exceptionId, (e) => ({ decisions: [...e.decisions, decision] })),
			...(retaken.length > 0
				? {
						captureDeadline: latest(
							inspection.captureDeadline,
							later(at, inspection.plan.captureDeadlineMinutes, "minutes"),
						),
					}
				: {}),
		},
		event("decided", at, by.name, {
			exception: exceptionId,
			decision: decisionId,
			action,
			...(blind === null ? {} : { blind }),
			...(sight === null ? {} : { sight }),
		}),
		...retaken.map((witness) =>
			event("retake_requested", at, by.name, { witness, exception: exceptionId, decision: decisionId }),
		),
	);
	return resettled(next, exceptionId);
}

/** Takes the last standing decision on an exception back. It stays in the record, marked as undone. */
export function withoutLastDecision(
	inspection: Inspection,
	exceptionId: string,
	by: Person,
	at: string,
): Inspection {
	const exception = inspection.exceptions.find((e) => e.exceptionId === exceptionId);
	const undone = exception && standingDecisions(inspection, exception).at(-1);
	if (!undone) return inspection;
	const next = changed(
		inspection,
		at,
		withDecisions(inspection, exceptionId, (e) => ({
			decisions: e.decisions.map((d) =>
				d.decisionId === undone.decisionId ? { ...d, undoneAt: at, undoneBy: by.name } : d,
			),
			// Whoever takes a decision back gets the time to take another.
			deadline: latest(e.deadline, later(at, inspection.plan.decisionDeadlineMinutes, "minutes")),
		})),
		event("decision_undone", at, by.name, { exception: exceptionId, undone: undone.decisionId }),
	);
	return resettled(next, exceptionId);
}
