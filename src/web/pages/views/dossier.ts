import type { Decision, Exception } from "../../../contracts/exception.js";
import type { FindingOutcome } from "../../../contracts/finding.js";
import type { Inspection, InspectionEvent } from "../../../contracts/inspection.js";
import type { Bilingual } from "../../../contracts/primitives.js";
import type { FieldReading } from "../../../contracts/reading.js";
import type { FoundInspection } from "../../../contracts/search.js";
import type { WitnessObservation } from "./inspection.js";

/** What a timeline can be narrowed to. */
export const TIMELINE_KINDS = ["all", "capture", "reading", "finding", "decision", "course"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Which part of the timeline an event belongs to. */
const KIND_OF: Readonly<Record<InspectionEvent["type"], Exclude<TimelineKind, "all">>> = {
	track_in: "course",
	capture_received: "capture",
	observed: "reading",
	exception_opened: "finding",
	decided: "decision",
	decision_undone: "decision",
	retake_requested: "decision",
	deadline_passed: "course",
	cancelled: "course",
	disposition_reached: "course",
	sealed: "course",
};

/** One field as it was read on a capture: what, and whether it was believed. */
interface ReadField {
	readonly field: string;
	readonly text: string;
	readonly accepted: boolean;
	readonly refusal: FieldReading["refusal"];
}

export interface ShownFinding {
	readonly label: Bilingual | null;
	readonly field: string;
	readonly outcome: FindingOutcome;
	readonly read: string | null;
	readonly expected: string | null;
}

/** What an entry of the timeline shows beyond its event's own facts. */
export interface EntryDetail {
	readonly kind: Exclude<TimelineKind, "all">;
	readonly label: Bilingual | null;
	readonly picture: string | null;
	readonly fields: readonly ReadField[];
	readonly findings: readonly ShownFinding[];
	readonly decision: (Decision & { readonly reasonWords: Bilingual | null }) | null;
	readonly exceptionId: string | null;
	readonly undone: boolean;
	/** What a second person read before they saw more. */
	readonly blind: Decision["blindReading"] | null;
}

const NO_DETAIL = {
	label: null,
	picture: null,
	fields: [],
	findings: [],
	decision: null,
	exceptionId: null,
	undone: false,
	blind: null,
};

function fieldsOf(observation: WitnessObservation | undefined): ReadField[] {
	return (observation?.readings ?? []).flatMap(({ fields }) =>
		Object.entries(fields).map(([field, { text, accepted, refusal }]) => ({
			field,
			text,
			accepted,
			refusal,
		})),
	);
}

/** What is known of one event: its picture, what was read, what was found, who decided what and why. */
export function entryDetail(
	event: InspectionEvent,
	inspection: Inspection,
	observations: readonly WitnessObservation[],
	reasonWords: (code: string) => Bilingual | null,
): EntryDetail {
	const kind = KIND_OF[event.type];
	const { witness, sha256, exception: exceptionId } = event.detail;
	const labelOf = (id: string | undefined) =>
		inspection.plan.witnesses.find((planned) => planned.id === id)?.label ?? null;
	const shown = ({ finding }: Pick<Exception, "finding">): ShownFinding => ({
		label: labelOf(finding.witness),
		field: finding.field,
		outcome: finding.outcome,
		read: finding.read,
		expected: finding.expected,
	});
	if (kind === "capture" || kind === "reading") {
		const observation = observations.find((one) => one.witness === witness && one.capture === sha256);
		const matching = inspection.findings.filter(
			(finding) => finding.outcome === "match" && finding.witness === witness && finding.capture === sha256,
		);
		return {
			...NO_DETAIL,
			kind,
			label: labelOf(witness),
			picture: kind === "capture" ? (sha256 ?? null) : null,
			fields: kind === "reading" ? fieldsOf(observation) : [],
			findings: kind === "reading" ? matching.map((finding) => shown({ finding })) : [],
		};
	}
	const exception = inspection.exceptions.find((one) => one.exceptionId === exceptionId);
	if (!exception) return { ...NO_DETAIL, kind };
	const decisionId = event.detail.decision ?? event.detail.undone;
	const decision = exception.decisions.find((one) => one.decisionId === decisionId);
	return {
		...NO_DETAIL,
		kind,
		label: labelOf(exception.finding.witness),
		findings: [shown(exception)],
		decision: decision
			? { ...decision, reasonWords: decision.reason === null ? null : reasonWords(decision.reason) }
			: null,
		exceptionId: exception.exceptionId,
		blind: decision?.blindReading ?? null,
		undone: (decision?.undoneAt ?? null) !== null,
	};
}

/** The address of an inspection with its timeline narrowed to one kind. */
function timelineAddress(inspectionId: string, kind: TimelineKind): string {
	return `/inspections/${inspectionId}${kind === "all" ? "" : `?timeline=${kind}`}#timeline`;
}

/** Whether an entry is shown; a reading shows its findings too. */
function isShown({ kind, findings }: EntryDetail, wanted: TimelineKind): boolean {
	return (
		wanted === "all" || kind === wanted || (wanted === "finding" && findings.length > 0 && kind === "reading")
	);
}

/** The dossier's part of an inspection's page: the timeline, what narrows it, and the vehicle's other inspections. */
export function dossierView<Event extends InspectionEvent>(
	inspection: Inspection,
	observations: readonly WitnessObservation[],
	events: readonly Event[],
	asked: {
		readonly timeline: TimelineKind;
		/** Every inspection of this vehicle. */
		readonly ofVehicle: readonly FoundInspection[];
		readonly reasonWords: (code: string) => Bilingual | null;
	},
) {
	const { inspectionId } = inspection;
	const entries = events
		.map((event) => ({ ...event, entry: entryDetail(event, inspection, observations, asked.reasonWords) }))
		.filter(({ entry }) => isShown(entry, asked.timeline));
	return {
		events: entries,
		kinds: TIMELINE_KINDS.map((kind) => ({
			kind,
			current: kind === asked.timeline,
			href: timelineAddress(inspectionId, kind),
		})),
		siblings:
			asked.ofVehicle.length > 1
				? asked.ofVehicle.map((one) => ({ ...one, current: one.inspectionId === inspectionId }))
				: [],
		timeline: asked.timeline,
	};
}
