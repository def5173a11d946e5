import type { Exception } from "../contracts/exception.js";
import type { Inspection } from "../contracts/inspection.js";
import { unreadCaptures } from "./evidence.js";
import { changed, event, later, SYSTEM } from "./history.js";
import { isCollecting, isUnresolved, judged, restated } from "./judgement.js";
import { isFinished, type Person, retakeWitnesses, standingDecisions } from "./review.js";

const captureDeadlinePassed = ({ events, captureDeadline }: Inspection): boolean =>
	events.some((e) => e.type === "deadline_passed" && e.detail.capturesDue === captureDeadline);

/** When time alone changes something next; null while nothing but people and captures can. */
export function nextDeadline(inspection: Inspection): string | null {
	const instants = [inspection.decisionDeadline, conclusionDue(inspection)];
	if (isCollecting(inspection) && !captureDeadlinePassed(inspection))
		instants.push(inspection.captureDeadline);
	return instants.filter((instant) => instant !== null).sort()[0] ?? null;
}

/** What the clock does: captures that did not come are missing, decisions that did not come hold the vehicle. */
export function withDeadlines(inspection: Inspection, at: string): Inspection {
	if (isFinished(inspection)) return inspection;
	const collected = captureDeadlineReached(inspection, at);
	return decisionDeadlineReached(collected, at);
}

function captureDeadlineReached(inspection: Inspection, at: string): Inspection {
	const waiting = isCollecting(inspection) && !captureDeadlinePassed(inspection);
	if (!waiting || at < inspection.captureDeadline) return inspection;
	// A retake nobody delivered: the exception is open again, on what was there before.
	const undelivered = inspection.exceptions.filter(
		(e) =>
			e.status === "awaiting_capture" &&
			retakeWitnesses(inspection, e).every((w) => unreadCaptures(inspection, w).length === 0),
	);
	const reopened = undelivered.map((e) => e.exceptionId);
	const next = changed(
		inspection,
		at,
		{
			exceptions: inspection.exceptions.map((e) =>
				reopened.includes(e.exceptionId)
					? {
							...e,
							status: "open",
							openedAt: at,
							deadline: later(at, inspection.plan.decisionDeadlineMinutes, "minutes"),
						}
					: e,
			),
		},
		event("deadline_passed", at, SYSTEM, { capturesDue: inspection.captureDeadline }),
		...undelivered.map((e) =>
			event("exception_opened", at, SYSTEM, { exception: e.exceptionId, outcome: e.finding.outcome }),
		),
	);
	return judged(next, at);
}

function decisionDeadlineReached(inspection: Inspection, at: string): Inspection {
	const { decisionDeadline } = inspection;
	if (decisionDeadline === null || at < decisionDeadline) return inspection;
	return restated(
		changed(
			inspection,
			at,
			{ closure: "decision_deadline", exceptions: expired(inspection.exceptions) },
			event("deadline_passed", at, SYSTEM, { decisionDue: decisionDeadline }),
		),
	);
}

const expired = (exceptions: readonly Exception[]): Exception[] =>
	exceptions.map((e) => (isUnresolved(e) ? { ...e, status: "expired" } : e));

export function cancelled(inspection: Inspection, reason: string, by: Person, at: string): Inspection {
	if (isFinished(inspection)) return inspection;
	return restated(
		changed(
			inspection,
			at,
			{ closure: "cancelled", exceptions: expired(inspection.exceptions) },
			event("cancelled", at, by.name, { reason }),
		),
	);
}

/** When the outcome stands: at once where nobody had to decide, after the time for undo where somebody did. */
export function conclusionDue(inspection: Inspection): string | null {
	if (inspection.closure !== null) return inspection.updatedAt;
	if (isCollecting(inspection) || inspection.exceptions.some(isUnresolved)) return null;
	const decided = inspection.exceptions
		.filter((e) => e.status === "resolved")
		.flatMap((e) => standingDecisions(inspection, e))
		.map((d) => later(d.at, inspection.plan.undoSeconds, "seconds"))
		.sort();
	return decided.at(-1) ?? inspection.updatedAt;
}
