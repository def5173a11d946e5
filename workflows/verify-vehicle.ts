import {
	ActivityFailure,
	ApplicationFailure,
	allHandlersFinished,
	CancellationScope,
	condition,
	isCancellation,
} from "@temporalio/workflow";
import type { Disposition, ReportReference } from "../src/contracts/inspection.js";
import { cancelled, conclusionDue, nextDeadline, withDeadlines } from "../src/domain/deadlines.js";
import { openInspection, type TrackIn } from "../src/domain/inspection.js";
import { opening } from "./activity-proxies.js";
import { CurrentInspection, now } from "./current-inspection.js";
import { receiveMessages } from "./receive-messages.js";
import { sealReport } from "./seal-report.js";

export interface VerificationOutcome {
	readonly disposition: Disposition | null;
	readonly report: ReportReference | null;
}

/**
 * One vehicle's inspection from track-in to the sealed report: captures are read as they arrive, people
 * decide on what does not match, deadlines hold the vehicle. The workflow's id is the inspection's.
 */
export async function verifyVehicle(trackedIn: TrackIn): Promise<VerificationOutcome> {
	const current = new CurrentInspection();
	const reading = new CancellationScope();
	const opened = open(current, trackedIn);
	receiveMessages(current, reading, opened);
	await openedOrRefused(opened);
	const projecting = CancellationScope.nonCancellable(() => current.keepProjected());
	await untilConcluded(current);
	reading.cancel();
	await CancellationScope.nonCancellable(async () => {
		await sealReport(current);
		await projecting;
		await condition(allHandlersFinished);
	});
	return { disposition: current.state.disposition, report: current.state.report };
}

/** Pins the revisions of record and plan that this inspection compares with. */
async function open(current: CurrentInspection, trackedIn: TrackIn): Promise<void> {
	try {
		const pinned = await opening.pinRecordAndPlan(trackedIn.plant, trackedIn.productionNumber);
		current.open(openInspection(trackedIn, pinned, now()));
	} catch (error) {
		// The cause carries the name of what is wrong; the activity's envelope would hide it.
		throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
	}
}

/** An inspection that can't be opened fails, so that the vehicle can be tracked in again once that is mended. */
async function openedOrRefused(opened: Promise<void>): Promise<void> {
	try {
		await opened;
	} catch (error) {
		await condition(allHandlersFinished);
		throw error;
	}
}

/** Waits for captures, people and deadlines until the outcome stands. Being cancelled is an outcome: hold. */
async function untilConcluded(current: CurrentInspection): Promise<void> {
	try {
		for (;;) {
			current.change(withDeadlines);
			const conclusion = conclusionDue(current.state);
			if (conclusion !== null && conclusion <= now()) return;
			const { version } = current.state;
			const due = nextDeadline(current.state);
			const changed = () => current.state.version !== version;
			if (due === null) await condition(changed);
			else await condition(changed, Math.max(Date.parse(due) - Date.now(), 1));
		}
	} catch (error) {
		if (!isCancellation(error)) throw error;
		const operator = { name: "temporal", role: "administrator" };
		current.change((inspection, at) => cancelled(inspection, "workflow cancelled", operator, at));
	}
}
