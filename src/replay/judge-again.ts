import type { DecisionInput } from "../contracts/exception.js";
import type { Inspection, InspectionEvent } from "../contracts/inspection.js";
import type { ObservationSummary } from "../contracts/reading.js";
import { cancelled, withDeadlines } from "../domain/deadlines.js";
import { withDecision, withoutLastDecision } from "../domain/decisions.js";
import { concluded, openInspection, withCapture, withObservation } from "../domain/inspection.js";

/** Who acts in the history; the role, which judging does not ask for again, where it is known. */
const person = (name: string, role = "") => ({ name, role });

function decisionOf(past: Inspection, { detail, by }: InspectionEvent) {
	const decision = past.exceptions
		.find(({ exceptionId }) => exceptionId === detail.exception)
		?.decisions.find(({ decisionId }) => decisionId === detail.decision);
	if (!decision) return null;
	const { decisionId, exceptionId, action, correctedText, disposition, reason, comment, role } = decision;
	const input: DecisionInput = {
		decisionId,
		action,
		...(correctedText === null ? {} : { correctedText }),
		...(disposition === null ? {} : { disposition }),
		...(reason === null ? {} : { reason }),
		...(comment === null ? {} : { comment }),
		...(decision.blindReading && { blindReading: decision.blindReading }),
	};
	return { exceptionId, input, by: person(by, role) };
}

/**
 * Judges a past inspection again: what people and deadlines did is taken from its history, in its order and at its
 * times; what was seen is `seenAgain`. The rules are those of the present program, called as the workflow calls them.
 */
export function judgeAgain(
	past: Inspection,
	seenAgain: (event: InspectionEvent) => ObservationSummary | undefined,
): Inspection {
	const [first] = past.events;
	const { inspectionId, plant, productionNumber, sequence, record, plan, judgedBy } = past;
	const trackIn = { inspectionId, plant, productionNumber, sequence };
	const station = first?.detail.station ?? "";
	const by = person(first?.by ?? "");
	const opened = openInspection({ ...trackIn, station, by }, { record, plan, judgedBy }, past.startedAt);
	return past.events.slice(1).reduce((inspection, event) => step(inspection, event, past, seenAgain), opened);
}

function step(
	inspection: Inspection,
	event: InspectionEvent,
	past: Inspection,
	seenAgain: (event: InspectionEvent) => ObservationSummary | undefined,
): Inspection {
	const { at, by, detail } = event;
	switch (event.type) {
		case "capture_received": {
			const capture = past.captures.find(
				({ witness, sha256 }) => witness === detail.witness && sha256 === detail.sha256,
			);
			return capture ? withCapture(inspection, capture, person(by), at) : inspection;
		}
		case "observed": {
			const seen = seenAgain(event);
			return seen ? withObservation(inspection, seen, at) : inspection;
		}
		case "decided": {
			const decided = decisionOf(past, event);
			return decided
				? withDecision(inspection, decided.exceptionId, decided.input, decided.by, at)
				: inspection;
		}
		case "decision_undone":
			return withoutLastDecision(inspection, detail.exception ?? "", person(by), at);
		case "deadline_passed":
			return withDeadlines(inspection, at);
		case "cancelled":
			return cancelled(inspection, detail.reason ?? "", person(by), at);
		case "disposition_reached":
			return concluded(inspection, at);
		// what follows from the others, and what comes after the judgement
		case "track_in":
		case "exception_opened":
		case "retake_requested":
		case "sealed":
			return inspection;
	}
}
