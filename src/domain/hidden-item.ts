import type { GoldenTruth, HiddenItem, Verdict } from "../contracts/agreement.js";
import type { Exception } from "../contracts/exception.js";
import type { Inspection, InspectionEvent } from "../contracts/inspection.js";
import { compareValues } from "./compare.js";
import { conclusionDue } from "./deadlines.js";
import { withDecision, withoutLastDecision } from "./decisions.js";
import { later } from "./history.js";
import { restated } from "./judgement.js";
import { resolutionOf, standingDecisions } from "./review.js";

/** Only what came to its regular end can be shown again: everything in it was decided, and nothing will change. */
export function canBeShownAgain(inspection: Inspection, exceptionId: string): boolean {
	const exception = inspection.exceptions.find((one) => one.exceptionId === exceptionId);
	const regular = inspection.closure === "completed" || inspection.closure === "capture_deadline";
	return inspection.status === "sealed" && regular && exception?.status === "resolved";
}

/**
 * What the standing decisions on an exception come to; null where there are none, or where they hand it on. A
 * release in spite of the discrepancy decides it away. A correction that contradicts the record states one.
 */
export function verdictOf(inspection: Inspection, exception: Exception): Verdict | null {
	const resolution = resolutionOf(inspection, exception);
	switch (resolution.status) {
		case "resolved":
			return resolution.disposition === "pass" || resolution.disposition === "concession"
				? "cleared"
				: "discrepancy";
		case "awaiting_second":
			return "cleared";
		case "awaiting_capture":
			return null;
		case "open":
			return standingDecisions(inspection, exception).at(-1)?.action === "correct_reading"
				? "discrepancy"
				: null;
	}
}

/** The truth from what truly stands on the witness: it agrees with what is expected, or it does not. */
export function truthOfText(field: string, text: string, expected: string): GoldenTruth {
	return { verdict: compareValues(field, text, expected).equal ? "cleared" : "discrepancy", text };
}

const CLOSING: readonly InspectionEvent["type"][] = ["disposition_reached", "sealed"];

/**
 * The inspection as it stood when the exception was opened, as if that had been at `shownAt`: every instant moves
 * with it, what was decided on the exception since is not there, and the outcome is open.
 */
export function rewound(original: Inspection, exceptionId: string, shownAt: string): Inspection {
	const opened = original.events.findLastIndex(
		({ type, detail }) => type === "exception_opened" && detail.exception === exceptionId,
	);
	const openedAt = original.events[opened]?.at ?? original.startedAt;
	const shift = Date.parse(shownAt) - Date.parse(openedAt);
	const moved = (instant: string): string => new Date(Date.parse(instant) + shift).toISOString();
	// what happened afterwards has happened by now
	const past = (instant: string): string => (moved(instant) < shownAt ? moved(instant) : shownAt);

	// decisions from before the exception was opened the last time are known to whoever sees it
	const known = new Set(original.events.slice(0, opened + 1).map(({ detail }) => detail.decision));
	const taken = new Set(
		original.exceptions
			.filter((exception) => exception.exceptionId === exceptionId)
			.flatMap(({ decisions }) => decisions.map(({ decisionId }) => decisionId)),
	);
	const events = original.events
		.filter(
			({ type, detail }, index) =>
				index <= opened ||
				(detail.exception !== exceptionId && !taken.has(detail.decision ?? "") && !CLOSING.includes(type)),
		)
		.map((event) => ({
			...event,
			at: past(event.at),
			detail: event.detail.capturesDue
				? { ...event.detail, capturesDue: moved(event.detail.capturesDue) }
				: event.detail,
		}));
	const exceptions = original.exceptions.map((exception) => {
		const mine = exception.exceptionId === exceptionId;
		const decisions = exception.decisions
			.filter(({ decisionId }) => !mine || known.has(decisionId))
			.map((decision) => ({
				...decision,
				at: past(decision.at),
				undoneAt: decision.undoneAt === null ? null : past(decision.undoneAt),
			}));
		if (!mine)
			return {
				...exception,
				decisions,
				openedAt: past(exception.openedAt),
				deadline: moved(exception.deadline),
			};
		const deadline = later(shownAt, original.plan.decisionDeadlineMinutes, "minutes");
		return {
			...exception,
			decisions,
			status: "open" as const,
			escalated: false,
			openedAt: shownAt,
			deadline,
		};
	});
	return restated({
		...original,
		status: "reviewing",
		disposition: null,
		closure: null,
		sealedAt: null,
		report: null,
		captures: original.captures.map((capture) => ({
			...capture,
			capturedAt: capture.capturedAt === null ? null : past(capture.capturedAt),
			receivedAt: past(capture.receivedAt),
		})),
		observations: original.observations.map((observation) => ({
			...observation,
			observedAt: past(observation.observedAt),
		})),
		events,
		exceptions,
		startedAt: past(original.startedAt),
		captureDeadline: moved(original.captureDeadline),
		updatedAt: shownAt,
	});
}

/**
 * The inspection as the person of a hidden item sees it: rewound, with what they did under the very rules of a real
 * decision. Null once it would be over for them too: the outcome stands, or the deadline has passed.
 */
export function asShown(original: Inspection, item: HiddenItem, now: string): Inspection | null {
	const { exceptionId, person, role } = item;
	const by = { name: person, role };
	const shown = item.steps.reduce(
		(inspection, step) =>
			step.step === "decided"
				? withDecision(inspection, exceptionId, step.decision, by, step.at)
				: withoutLastDecision(inspection, exceptionId, by, step.at),
		rewound(original, exceptionId, item.shownAt),
	);
	const exception = shown.exceptions.find((one) => one.exceptionId === exceptionId);
	const due = conclusionDue(shown);
	const over = due !== null ? due <= now : (exception?.deadline ?? now) <= now;
	return over ? null : shown;
}
