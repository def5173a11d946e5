import type {
	BlindReading,
	Decision,
	DecisionAction,
	ExceptionStatus,
} from "../../../contracts/exception.js";
import type { FindingRule } from "../../../contracts/finding.js";
import type { Inspection } from "../../../contracts/inspection.js";
import type { PlannedWitness } from "../../../contracts/plan.js";
import type { CharacterReading } from "../../../contracts/reading.js";
import { CONDITION, WHOLE_CAPTURE } from "../../../domain/plan.js";
import { awaitedRelease } from "../../../domain/review.js";
import type { ClaimedException } from "../../../persistence/store.js";
import { type DecisionReasons, reasonOf } from "../decision-reasons.js";
import { blindComparison } from "./blind.js";
import { type Strip, stripOf } from "./characters.js";
import { type ExceptionItem, readingOf } from "./exception-item.js";
import { cropAddress, findingView, statementLabel, type WitnessObservation } from "./inspection.js";
import { suspectPictures } from "./suspect-pictures.js";
import { groupVin } from "./vin.js";
import { stateOfWitness, type WitnessState } from "./witness-progress.js";

/** Statuses in which a person can decide. */
export const DECIDABLE: readonly ExceptionStatus[] = ["open", "awaiting_second"];

/** Whether this person handed it on since it was opened: somebody else decides it then. */
export function escalatedBy(
	{ decisions, openedAt }: Pick<ClaimedException, "decisions" | "openedAt">,
	person: string,
): boolean {
	return decisions.some(
		({ action, by, at, undoneAt }) =>
			action === "escalate" && by === person && undoneAt === null && at >= openedAt,
	);
}

/** Whether somebody other than this person has to act here: they asked for the release, or escalated. */
export function isForOthers(exception: ClaimedException, person: string): boolean {
	return awaitedRelease(exception)?.by === person || escalatedBy(exception, person);
}

/** Findings on something other than one text, which nobody can correct. */
const WITHOUT_TEXT: readonly FindingRule[] = ["presence", "cross_rule", "check_digit"];

/** What this person can decide here, in the order of the number keys. */
export function actionsFor(exception: ClaimedException, person: string): readonly DecisionAction[] {
	if (!DECIDABLE.includes(exception.status) || isForOthers(exception, person)) return [];
	if (awaitedRelease(exception)) {
		return ["second_override", "decline_override", "confirm_discrepancy", "retake", "escalate"];
	}
	const { field, rule } = exception.finding;
	const readable: DecisionAction[] =
		WITHOUT_TEXT.includes(rule) || field === WHOLE_CAPTURE || field === CONDITION ? [] : ["correct_reading"];
	return ["confirm_discrepancy", ...readable, "retake", "escalate", "override"];
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

export type DecisionView = Omit<Decision, "blindReading"> & {
	readonly blindReading: BlindReading | null;
	readonly reasonWords: ReturnType<typeof reasonOf>;
};

/**
 * Everything the exception page shows around the decide form. `chosenCapture` is the picture asked for;
 * `blind` is what this person read before they were shown the release that waits.
 */
export function exceptionView(
	{ exception, inspection, observations }: ExceptionItem,
	reasons: DecisionReasons,
	{ chosenCapture, blind }: { readonly chosenCapture: string | null; readonly blind: BlindReading | null },
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
			blindReading: decision.blindReading ?? null,
			reasonWords: decision.reason === null ? null : reasonOf(reasons, decision.reason),
		}),
	);
	return {
		exception,
		finding: findingView(exception.finding, inspection),
		vin: groupVin(inspection.record.vin),
		record: inspection.record,
		plan: inspection.plan,
		pictures: suspectPictures({ exception, inspection, observations }, chosenCapture),
		comparison: blindComparison(exception, blind),
		strips: stripsOf(exception, inspection, observations),
		evidence: reading?.evidence ?? [],
		beside: witnessesBeside(exception, inspection, observations),
		decisions,
		undoable: undoableDecision(exception, inspection),
		seen: seenMark(exception),
	};
}
