import type { Exception } from "../contracts/exception.js";
import type { Finding } from "../contracts/finding.js";
import type { Inspection, InspectionEvent } from "../contracts/inspection.js";
import { crosscheck } from "./crosscheck.js";
import { isAwaitingRetake, judgedObservations, observationsOf, unreadCaptures } from "./evidence.js";
import { event, later, SYSTEM } from "./history.js";
import { judgeWitness } from "./judge-witness.js";
import { isFinished, retakeWitnesses } from "./review.js";

/** Findings as the captures read so far make them. A witness nobody captured is missing once its deadline has passed. */
function findingsOf(inspection: Inspection, at: string): readonly Finding[] {
	const { plan, record } = inspection;
	const onWitnesses = plan.witnesses.flatMap((witness) => {
		const before = inspection.findings.filter((f) => f.witness === witness.id);
		const observations = observationsOf(inspection, witness.id);
		const unread = unreadCaptures(inspection, witness.id).length > 0;
		// Captures that arrive together are judged together: the first alone might open an exception in vain.
		if (unread && before.length === 0) return [];
		if (observations.length === 0 && (unread || at < inspection.captureDeadline)) return before;
		return judgeWitness(plan, witness, observations, record);
	});
	return [...onWitnesses, ...crosscheck(plan, record, judgedObservations(inspection), onWitnesses)];
}

/** Whether two findings state the same facts; another picture of the same is not another fact. */
function sameFacts(a: Finding, b: Finding): boolean {
	return (
		a.outcome === b.outcome &&
		a.rule === b.rule &&
		a.read === b.read &&
		a.refusal === b.refusal &&
		JSON.stringify(a.statements) === JSON.stringify(b.statements) &&
		a.defects?.map(({ kind }) => kind).join() === b.defects?.map(({ kind }) => kind).join()
	);
}

/** Replaces the findings and brings the exceptions after them: opened, opened again, or superseded. */
export function judged(inspection: Inspection, at: string): Inspection {
	const findings = findingsOf(inspection, at);
	const { plan, inspectionId } = inspection;
	const openings: InspectionEvent[] = [];
	const exceptions = new Map(inspection.exceptions.map((e) => [e.exceptionId, e]));
	for (const [exceptionId, exception] of exceptions) {
		const finding = findings.find((f) => f.findingId === exception.finding.findingId);
		if (!finding || finding.outcome === "match") {
			exceptions.set(exceptionId, { ...exception, status: "superseded" });
		}
	}
	for (const finding of findings.filter((f) => f.outcome !== "match")) {
		const exceptionId = `${inspectionId}~${finding.findingId}`;
		const before = exceptions.get(exceptionId);
		const answered =
			before?.status === "awaiting_capture" &&
			!retakeWitnesses(inspection, before).some(
				(witness) => isAwaitingRetake(inspection, witness) || unreadCaptures(inspection, witness).length > 0,
			);
		const stands = before && before.status !== "superseded" && !answered;
		if (stands && (before.status === "awaiting_capture" || sameFacts(before.finding, finding))) {
			exceptions.set(exceptionId, { ...before, finding });
			continue;
		}
		exceptions.set(exceptionId, {
			exceptionId,
			inspectionId,
			finding,
			status: "open",
			escalated: false,
			openedAt: at,
			deadline: later(at, plan.decisionDeadlineMinutes, "minutes"),
			decisions: before?.decisions ?? [],
		});
		openings.push(
			event("exception_opened", at, SYSTEM, { exception: exceptionId, outcome: finding.outcome }),
		);
	}
	return restated({
		...inspection,
		findings: [...findings],
		exceptions: [...exceptions.values()],
		events: [...inspection.events, ...openings],
	});
}

/** Whether a person or a new capture has to settle it still. */
export const isUnresolved = ({ status }: Exception): boolean =>
	status === "open" || status === "awaiting_second" || status === "awaiting_capture";

/** Whether a planned witness still waits for a capture, or a capture for its reading. */
export function isCollecting(inspection: Inspection): boolean {
	return (
		unreadCaptures(inspection).length > 0 ||
		inspection.exceptions.some((e) => e.status === "awaiting_capture") ||
		inspection.plan.witnesses.some(({ id }) => !inspection.findings.some((f) => f.witness === id))
	);
}

/** Brings status and decision deadline after the rest. */
export function restated(inspection: Inspection): Inspection {
	if (isFinished(inspection)) return inspection;
	const due = inspection.exceptions
		.filter((e) => e.status === "open" || e.status === "awaiting_second")
		.map((e) => e.deadline)
		.sort();
	return {
		...inspection,
		status: isCollecting(inspection) ? "collecting" : "reviewing",
		decisionDeadline: due[0] ?? null,
	};
}
