import { type CancellationScope, condition, setHandler } from "@temporalio/workflow";
import type { Exception } from "../src/contracts/exception.js";
import { cancelled } from "../src/domain/deadlines.js";
import { withDecision, withoutLastDecision } from "../src/domain/decisions.js";
import { hasCapture, whyNotCapturable, withCapture } from "../src/domain/inspection.js";
import { exceptionMissing, whyNotChangeable, whyNotDecidable, whyNotUndoable } from "../src/domain/review.js";
import { type CurrentInspection, refusal, refuse } from "./current-inspection.js";
import { inspectWitness } from "./inspect-witness.js";
import * as messages from "./messages.js";

/**
 * Sets what stations and people can ask of the inspection. Validators are synchronous and pure: a request
 * they refuse leaves nothing in history. `opened` rejects where the inspection could not be opened.
 */
export function receiveMessages(
	current: CurrentInspection,
	reading: CancellationScope,
	opened: Promise<void>,
): void {
	setHandler(messages.current, () => current.state);

	setHandler(messages.trackIn, async () => {
		await opened;
		await current.projected();
		return current.state;
	});

	setHandler(
		messages.submitCapture,
		({ capture, by }) => {
			if (hasCapture(current.state, capture)) return "duplicate";
			current.change((inspection, at) => withCapture(inspection, capture, by, at));
			void reading.run(() => inspectWitness(current, capture));
			return "accepted";
		},
		{ validator: ({ capture }) => refuse(whyNotCapturable(current.state, capture)) },
	);

	setHandler(
		messages.decide,
		async ({ exceptionId, decision, by }) => {
			current.change((inspection, at) => withDecision(inspection, exceptionId, decision, by, at));
			return answer(current, exceptionId);
		},
		{
			validator: ({ exceptionId, decision, by }) =>
				refuse(whyNotDecidable(current.state, exceptionId, decision, by)),
		},
	);

	setHandler(
		messages.undoDecision,
		async ({ exceptionId, by }) => {
			current.change((inspection, at) => withoutLastDecision(inspection, exceptionId, by, at));
			return answer(current, exceptionId);
		},
		{ validator: ({ exceptionId }) => refuse(whyNotUndoable(current.state, exceptionId)) },
	);

	setHandler(
		messages.cancelInspection,
		async ({ reason, by }) => {
			current.change((inspection, at) => cancelled(inspection, reason, by, at));
			await condition(() => current.state.disposition !== null);
			await current.projected();
			return current.state;
		},
		{ validator: (_: messages.Cancellation) => refuse(whyNotChangeable(current.state)) },
	);
}

/** The exception as it stands now, once the store shows it. */
async function answer(current: CurrentInspection, exceptionId: string): Promise<Exception> {
	const exception = current.state.exceptions.find((e) => e.exceptionId === exceptionId);
	if (!exception) throw refusal(exceptionMissing(exceptionId));
	await current.projected();
	return exception;
}
