import type { Decision, DecisionInput, Exception, ExceptionStatus } from "../contracts/exception.js";
import type { Disposition, Inspection } from "../contracts/inspection.js";
import { compareValues } from "./compare.js";
import { witnessStatements } from "./crosscheck.js";
import type { ErrorCode } from "./errors.js";
import { judgedObservations } from "./evidence.js";
import { CONDITION, WHOLE_CAPTURE } from "./plan.js";

/** Who acts, as the web layer has proved it. */
export interface Person {
	readonly name: string;
	readonly role: string;
}

/** Why a request can't be granted now: an error of the registry and what to tell the person, in both languages. */
export interface Objection {
	readonly code: ErrorCode;
	readonly message: string;
}

/** Where an exception stands after its decisions, and what they make of the vehicle. */
export type Resolution =
	| { readonly status: Exclude<ExceptionStatus, "resolved" | "superseded" | "expired"> }
	| { readonly status: "resolved"; readonly disposition: Disposition };

const OPEN: Resolution = { status: "open" };

/** Decisions on an exception since it was last opened, without those taken back. */
export function standingDecisions(inspection: Inspection, exception: Exception): readonly Decision[] {
	const opened = inspection.events.findLastIndex(
		({ type, detail }) => type === "exception_opened" && detail.exception === exception.exceptionId,
	);
	const since = new Set(inspection.events.slice(opened + 1).map(({ detail }) => detail.decision));
	return exception.decisions.filter((d) => d.undoneAt === null && since.has(d.decisionId));
}

/** Whether what a person reads on the witness leaves nothing to object to. */
function correctionAgrees(inspection: Inspection, exception: Exception, text: string): boolean {
	const { finding } = exception;
	if (finding.expected !== null) return compareValues(finding.field, text, finding.expected).equal;
	const others = witnessStatements(inspection.plan, judgedObservations(inspection), finding.field)
		.filter(({ witness }) => witness !== finding.witness)
		.map(({ statement }) => statement.value);
	if (finding.outcome === "conflict") {
		return Object.values(finding.statements ?? {}).some((s) => compareValues(finding.field, text, s).equal);
	}
	return others.every((value) => compareValues(finding.field, text, value).equal);
}

/** A correction that turns an accepted reading into a match releases a vehicle, as an override does. */
const contradictsAcceptedReading = (exception: Exception): boolean =>
	exception.finding.outcome === "mismatch" || exception.finding.outcome === "conflict";

/** Follows the standing decisions from the first to the last. */
export function resolutionOf(inspection: Inspection, exception: Exception): Resolution {
	let resolution = OPEN;
	let released: Disposition = "concession";
	for (const decision of standingDecisions(inspection, exception)) {
		switch (decision.action) {
			case "escalate":
				break;
			case "retake":
				resolution = { status: "awaiting_capture" };
				break;
			case "confirm_discrepancy":
				resolution = { status: "resolved", disposition: decision.disposition ?? "rework" };
				break;
			case "correct_reading":
				released = "pass";
				if (!correctionAgrees(inspection, exception, decision.correctedText ?? "")) resolution = OPEN;
				else if (contradictsAcceptedReading(exception)) resolution = { status: "awaiting_second" };
				else resolution = { status: "resolved", disposition: "pass" };
				break;
			case "override":
				released = "concession";
				resolution = { status: "awaiting_second" };
				break;
			case "second_override":
				resolution = { status: "resolved", disposition: released };
				break;
			case "decline_override":
				resolution = OPEN;
				break;
		}
	}
	return resolution;
}

/** The release that waits for a second person: an override, or a correction of an accepted reading. */
export function awaitedRelease({
	status,
	decisions,
}: Pick<Exception, "status" | "decisions">): Decision | null {
	if (status !== "awaiting_second") return null;
	return (
		decisions.findLast(
			({ action, undoneAt }) => undoneAt === null && (action === "override" || action === "correct_reading"),
		) ?? null
	);
}

/** A statement stands under its witness, with what tells it apart from the witness's others after an `@`. */
const witnessOfStatement = (key: string): string => key.split("@")[0] ?? key;

/** Witnesses of which a retake for this exception asks new captures. */
export function retakeWitnesses(inspection: Inspection, exception: Exception): readonly string[] {
	const { finding } = exception;
	const named = [finding.witness, ...Object.keys(finding.statements ?? {}).map(witnessOfStatement)];
	return inspection.plan.witnesses.map((witness) => witness.id).filter((id) => named.includes(id));
}

const rejected = (en: string, zh: string): Objection => ({
	code: "decision_rejected",
	message: `${en} ${zh}`,
});

const FINISHED: Objection = {
	code: "inspection_finished",
	message: "This inspection is finished; nothing can be added to it. 该检验已结束，不能再更改。",
};

/** Whether the inspection has come to its end: its outcome stands, or is about to. */
export const isFinished = ({ closure, status }: Inspection): boolean =>
	closure !== null || status === "sealing" || status === "sealed";

/** Anything that changes an inspection is refused once its outcome stands. */
export function whyNotChangeable(inspection: Inspection): Objection | null {
	return isFinished(inspection) ? FINISHED : null;
}

function whyNotActable(exception: Exception, action: DecisionInput["action"]): Objection | null {
	switch (exception.status) {
		case "open":
			return action === "second_override" || action === "decline_override"
				? rejected("No release waits for a second person here.", "此异常没有等待第二人确认的放行。")
				: null;
		case "awaiting_second":
			return action === "override" || action === "correct_reading"
				? rejected(
						"A release waits for a second person already: confirm it, decide otherwise, or undo it.",
						"已有放行等待第二人确认：请确认、改判或撤销。",
					)
				: null;
		case "awaiting_capture":
			return rejected(
				"A new capture was asked for: wait for it or undo the retake.",
				"已要求重拍：请等待新图像或撤销重拍。",
			);
		case "resolved":
			return rejected(
				"This exception is decided: undo the decision to take another.",
				"该异常已判定：请先撤销再重新判定。",
			);
		case "superseded":
			return rejected("A newer capture settled this exception.", "新的采集图像已取代该异常。");
		case "expired":
			return rejected(
				"The time for this decision is over; the vehicle is held.",
				"判定时限已过，车辆已被扣留。",
			);
	}
}

function whyNotFitting(
	inspection: Inspection,
	exception: Exception,
	decision: DecisionInput,
	by: Person,
): Objection | null {
	const standing = standingDecisions(inspection, exception);
	const { finding } = exception;
	if (standing.some((d) => d.action === "escalate" && d.by === by.name)) {
		return rejected(
			"You escalated this exception: somebody else decides it.",
			"您已上报该异常，须由他人判定。",
		);
	}
	if (decision.action === "second_override" || decision.action === "decline_override") {
		const first = standing.findLast((d) => d.action === "override" || d.action === "correct_reading");
		if (first?.by === by.name) {
			return rejected(
				"A release takes effect with a second person: somebody else has to confirm it.",
				"放行须由另一人确认。",
			);
		}
		// only a decision that is new is asked this: those in recorded histories stand
		if (decision.blindReading === undefined) {
			return {
				code: "blind_reading_missing",
				message:
					"Whoever confirms or declines a release first reads the picture without knowing what was read. 确认或拒绝放行前，须先在不知识别结果的情况下独立判读图像。",
			};
		}
	}
	if (
		decision.action === "correct_reading" &&
		(finding.rule === "presence" || [WHOLE_CAPTURE, CONDITION].includes(finding.field))
	) {
		return rejected(
			"There is no single text to correct: ask for a retake, or confirm the discrepancy.",
			"没有可更正的单一读数：请要求重拍或确认差异。",
		);
	}
	if (decision.action === "correct_reading" && finding.rule === "cross_rule") {
		return rejected(
			"The rule speaks of several fields: there is no single text to correct. Confirm the discrepancy, or ask for a retake.",
			"该规则涉及多个项目，没有可更正的单一读数：请确认差异或要求重拍。",
		);
	}
	if (decision.action === "correct_reading" && finding.rule === "check_digit") {
		return rejected(
			"The check digit of the record's VIN fails: nothing was misread. Mend the vehicle record.",
			"车辆记录中的 VIN 校验位不符，并非误读：请更正车辆配置记录。",
		);
	}
	if (decision.action === "retake" && retakeWitnesses(inspection, exception).length === 0) {
		return rejected("No capture can settle this exception.", "重拍无法解决该异常。");
	}
	return null;
}

/** Whether this decision was taken before: sent twice, by a double click or a repeated request, it is one. */
export function isDecided({ decisions }: Pick<Exception, "decisions">, decisionId: string): boolean {
	return decisions.some((decision) => decision.decisionId === decisionId);
}

/** Why a decision can't be taken now; null where it can. A decision that stands already is no objection. */
export function whyNotDecidable(
	inspection: Inspection,
	exceptionId: string,
	decision: DecisionInput,
	by: Person,
): Objection | null {
	const exception = inspection.exceptions.find((e) => e.exceptionId === exceptionId);
	if (!exception) return whyNotChangeable(inspection) ?? exceptionMissing(exceptionId);
	if (isDecided(exception, decision.decisionId)) return null;
	if (inspection.exceptions.some((e) => isDecided(e, decision.decisionId))) {
		return rejected("This decision id belongs to another exception.", "该判定编号已用于其他异常。");
	}
	return (
		whyNotChangeable(inspection) ??
		whyNotActable(exception, decision.action) ??
		whyNotFitting(inspection, exception, decision, by)
	);
}

/** Why the last decision on an exception can't be taken back; null where it can. */
export function whyNotUndoable(inspection: Inspection, exceptionId: string): Objection | null {
	const exception = inspection.exceptions.find((e) => e.exceptionId === exceptionId);
	const objection = whyNotChangeable(inspection);
	if (objection) return objection;
	if (!exception) return exceptionMissing(exceptionId);
	if (exception.status === "superseded" || exception.status === "expired") {
		return whyNotActable(exception, "confirm_discrepancy");
	}
	return standingDecisions(inspection, exception).length === 0
		? rejected("There is no decision to undo.", "没有可撤销的判定。")
		: null;
}

/** The objection to an exception id that this inspection does not have. */
export function exceptionMissing(exceptionId: string): Objection {
	return {
		code: "exception_missing",
		message: `There is no exception ${exceptionId}. 异常 ${exceptionId} 不存在。`,
	};
}
