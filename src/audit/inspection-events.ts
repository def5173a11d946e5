import type { AuditDraft } from "../contracts/audit.js";
import { type Inspection, InspectionEvent } from "../contracts/inspection.js";
import type { Sha256 } from "../contracts/primitives.js";
import { SYSTEM } from "../domain/history.js";
import { chainEvents } from "../reporting/audit-chain.js";
import { wellFormed } from "../reporting/canonical-json.js";
import { auditDraft, digestOf } from "./draft.js";

/** What an event's digest is taken over: the capture, what was seen, the decision, the findings, the report. */
function contentOf(event: InspectionEvent, inspection: Inspection): Sha256 | null {
	const { witness, sha256, decision, exception: exceptionId, pdf } = event.detail;
	const exception = inspection.exceptions.find((one) => one.exceptionId === exceptionId);
	switch (event.type) {
		case "capture_received":
			return sha256 ?? null;
		case "observed": {
			const seen = inspection.observations.find((one) => one.witness === witness && one.capture === sha256);
			return seen ? digestOf(seen) : null;
		}
		case "exception_opened":
			return exception ? digestOf(exception.finding) : null;
		case "decided": {
			const taken = exception?.decisions.find((one) => one.decisionId === decision);
			// Without what is added when it is taken back: the digest is that of the decision as it was made.
			return taken ? digestOf({ ...taken, undoneAt: null, undoneBy: null }) : null;
		}
		case "disposition_reached":
			return digestOf(inspection.findings);
		case "sealed":
			return pdf ?? null;
		default:
			return null;
	}
}

function whyOf(event: InspectionEvent, inspection: Inspection): string {
	const { decision: decisionId, reason = "" } = event.detail;
	const decision = inspection.exceptions
		.flatMap(({ decisions }) => decisions)
		.find((one) => one.decisionId === decisionId);
	return decision ? [decision.reason, decision.comment].filter(Boolean).join(": ") : reason;
}

function roleOf(event: InspectionEvent, inspection: Inspection): string {
	if (event.by === SYSTEM) return "system";
	if (event.type === "track_in" || event.type === "capture_received") return "station";
	const decisions = inspection.exceptions.flatMap(({ decisions }) => decisions);
	return decisions.find(({ by }) => by === event.by)?.role ?? "account";
}

/**
 * What an inspection's own events say in the plant's chain. An event's id is the inspection's and its place in the
 * history, which is the workflow's and never shortened: told again, it is the same. `link` is its hash in the
 * inspection's own chain, the one that is signed into the report.
 */
export function inspectionDrafts(inspection: Inspection): AuditDraft[] {
	const { inspectionId } = inspection;
	const events = InspectionEvent.array().parse(wellFormed(inspection.events));
	return chainEvents(inspectionId, events).map(({ prev: _, hash, ...event }, place) =>
		auditDraft({ name: event.by, role: roleOf(event, inspection) }, event.type, inspectionId, {
			eventId: `inspection/${inspectionId}/${place}`,
			at: event.at,
			why: whyOf(event, inspection),
			sha256: contentOf(event, inspection),
			detail: { ...event.detail, link: hash },
		}),
	);
}
