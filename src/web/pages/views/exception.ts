import type { Decision, DecisionAction, ExceptionStatus } from "../../../contracts/exception.js";
import type { FindingRule } from "../../../contracts/finding.js";
import type { Inspection } from "../../../contracts/inspection.js";
import type { PlannedWitness } from "../../../contracts/plan.js";
import type { CharacterReading, FieldReading } from "../../../contracts/reading.js";
import { CONDITION, WHOLE_CAPTURE } from "../../../domain/plan.js";
import type { ClaimedException } from "../../../persistence/store.js";
import { type DecisionReasons, reasonOf } from "../decision-reasons.js";
import { type Strip, stripOf } from "./characters.js";
import {
	cropAddress,
	findingView,
	type OverlayBox,
	overlaysOfFinding,
	statementLabel,
	type WitnessObservation,
} from "./inspection.js";
import { groupVin } from "./vin.js";
import { stateOfWitness, type WitnessState } from "./witness-progress.js";

/** Statuses in which a person can decide. */
export const DECIDABLE: readonly ExceptionStatus[] = ["open", "awaiting_second"];

/** The override that waits for a second person; null where none does. */
export function waitingOverride(exception: Pick<ClaimedException, "status" | "decisions">): Decision | null {
	if (exception.status !== "awaiting_second") return null;
	return exception.decisions.findLast((one) => one.action === "override" && one.undoneAt === null) ?? null;
}

/** Findings on something other than one text, which nobody can correct. */
const WITHOUT_TEXT: readonly FindingRule[] = ["presence", "cross_rule"];

/** What this person can decide here, in the order of the number keys. */
export function actionsFor(exception: ClaimedException, person: string): readonly DecisionAction[] {
	if (!DECIDABLE.includes(exception.status)) return [];
	const override = waitingOverride(exception);
	if (override?.by === person) return [];
	const { field, rule } = exception.finding;
	const readable: DecisionAction[] =
		WITHOUT_TEXT.includes(rule) || field === WHOLE_CAPTURE || field === CONDITION ? [] : ["correct_reading"];
	return [
		"confirm_discrepancy",
		...readable,
		"retake",
		"escalate",
		override ? "second_override" : "override",
	];
}

/** Marks what the person saw, so that a decision on something that changed since is noticed. */
export function seenMark(exception: Pick<ClaimedException, "status" | "decisions" | "escalated">): string {
	const undone = exception.decisions.filter(({ undoneAt }) => undoneAt !== null).length;
	return [exception.status, exception.decisions.length, undone, exception.escalated].join(".");
}

/** The last decision that stands, while it can be taken back. */
export function undoableDecision(exception: ClaimedException, inspection: Inspection): Decision | null {
	if (inspection.status === "sealing" || inspection.status === "sealed") return null;
	const last = exception.decisions.findLast(({ undoneAt }) => undoneAt === null);
	return last ?? null;
}

export interface SuspectPicture {
	readonly capture: string;
	readonly width: number;
	readonly height: number;
	/** `x y w h` the viewer opens at; the whole picture where nothing is marked. */
	readonly focus: string;
	readonly overlays: readonly OverlayBox[];
}

function suspectPicture(exception: ClaimedException, inspection: Inspection): SuspectPicture | null {
	const { finding } = exception;
	const wanted =
		finding.capture ??
		inspection.captures.findLast(({ witness }) => witness === finding.witness)?.sha256 ??
		null;
	const capture = inspection.captures.find(({ sha256 }) => sha256 === wanted);
	if (!capture) return null;
	const box = finding.box;
	return {
		capture: capture.sha256,
		width: capture.width,
		height: capture.height,
		focus: (box ?? [0, 0, capture.width, capture.height]).join(" "),
		overlays: overlaysOfFinding(finding),
	};
}

function readingOf(
	observations: readonly WitnessObservation[],
	witness: string,
	capture: string | null,
	field: string,
): FieldReading | undefined {
	const observation = observations.findLast(
		(one) => one.witness === witness && (capture === null || one.capture === capture),
	);
	return observation?.readings[0]?.fields[field];
}

export interface LabelledStrip {
	readonly label: PlannedWitness["label"] | null;
	readonly text: string;
	readonly strip: Strip;
}

function stripsOf(
	exception: ClaimedException,
	inspection: Inspection,
	observations: readonly WitnessObservation[],
): readonly LabelledStrip[] {
	const { finding } = exception;
	const charactersOf = (witness: string, capture: string | null): readonly CharacterReading[] =>
		readingOf(observations, witness, capture, finding.field)?.characters ?? [];
	const statements = Object.entries(finding.statements ?? {});
	if (statements.length > 0) {
		// Fields that a rule holds against each other have no text in common.
		const reference = finding.rule === "cross_rule" ? null : (finding.expected ?? statements[0]?.[1] ?? null);
		return statements.map(([key, text]) => ({
			label: statementLabel(key, inspection),
			text,
			strip: stripOf(text, reference === null ? [] : charactersOf(key, null), reference),
		}));
	}
	const text =
		finding.read ?? readingOf(observations, finding.witness, finding.capture, finding.field)?.text ?? "";
	if (text === "" && finding.expected === null) return [];
	const characters = charactersOf(finding.witness, finding.capture);
	return [{ label: null, text, strip: stripOf(text, characters, finding.expected) }];
}

export interface WitnessBeside {
	readonly id: string;
	readonly kind: PlannedWitness["kind"];
	readonly label: PlannedWitness["label"];
	readonly state: WitnessState;
	readonly text: string | null;
	readonly picture: string | null;
}

/** The vehicle's other witnesses, each with what it says of the same field and where it says so. */
function witnessesBeside(
	exception: ClaimedException,
	inspection: Inspection,
	observations: readonly WitnessObservation[],
): readonly WitnessBeside[] {
	return inspection.plan.witnesses
		.filter(({ id }) => id !== exception.finding.witness)
		.map(({ id, kind, label }) => {
			const capture = inspection.captures.findLast(({ witness }) => witness === id)?.sha256 ?? null;
			const reading = readingOf(observations, id, capture, exception.finding.field);
			const whole = capture === null ? null : `/api/v1/captures/${capture}?width=320`;
			return {
				id,
				kind,
				label,
				state: stateOfWitness(inspection, id),
				text: reading?.text || null,
				picture: capture !== null && reading?.box ? cropAddress(capture, reading.box, 480) : whole,
			};
		});
}

export type DecisionView = Decision & { readonly reasonWords: ReturnType<typeof reasonOf> };

/** Everything the exception page shows around the decide form. */
export function exceptionView(
	exception: ClaimedException,
	inspection: Inspection,
	observations: readonly WitnessObservation[],
	reasons: DecisionReasons,
) {
	const reading = readingOf(
		observations,
		exception.finding.witness,
		exception.finding.capture,
		exception.finding.field,
	);
	const decisions = exception.decisions.map(
		(decision): DecisionView => ({
			...decision,
			reasonWords: decision.reason === null ? null : reasonOf(reasons, decision.reason),
		}),
	);
	return {
		exception,
		finding: findingView(exception.finding, inspection),
		vin: groupVin(inspection.record.vin),
		record: inspection.record,
		plan: inspection.plan,
		picture: suspectPicture(exception, inspection),
		strips: stripsOf(exception, inspection, observations),
		evidence: reading?.evidence ?? [],
		beside: witnessesBeside(exception, inspection, observations),
		decisions,
		undoable: undoableDecision(exception, inspection),
		seen: seenMark(exception),
	};
}
