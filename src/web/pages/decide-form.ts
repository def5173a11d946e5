import { randomUUID } from "node:crypto";
import { DecisionAction, DecisionInput, DiscrepancyDisposition } from "../../contracts/exception.js";
import type { VinspectError } from "../../domain/errors.js";
import type { ClaimedException } from "../../persistence/store.js";
import { DECIDERS } from "../api/operations/exceptions.js";
import type { Identity } from "../request-context.js";
import type { DecisionReasons } from "./decision-reasons.js";
import type { Locale } from "./locales.js";
import { actionsFor, DECIDABLE, seenMark, waitingOverride } from "./views/exception.js";

export function mayDecide({ role }: Identity): boolean {
	return DECIDERS.includes(role);
}

/** What stands in the form's fields, as typed. */
export interface DecideValues {
	readonly decisionId: string;
	readonly action: DecisionAction | null;
	readonly disposition: string;
	readonly correctedText: string;
	readonly reason: string;
	readonly comment: string;
}

/** What is wrong, shown beside the form. */
export interface DecideProblem {
	readonly title: string;
	readonly detail: string | null;
	/** The exception is not what the form was opened on: reading it again is the way on. */
	readonly stale: boolean;
	readonly field: "correctedText" | "reason" | null;
}

/** An empty form; its decision id makes a double click one decision. */
export function emptyValues(): DecideValues {
	return {
		decisionId: randomUUID(),
		action: null,
		disposition: "rework",
		correctedText: "",
		reason: "",
		comment: "",
	};
}

/** The fields as sent. Each action has its own list of reasons, so its reason has its own field. */
export function valuesOf(form: Readonly<Record<string, string>>): DecideValues {
	const action = DecisionAction.safeParse(form.action);
	return {
		decisionId: form.decisionId ?? randomUUID(),
		action: action.success ? action.data : null,
		disposition: form.disposition ?? "rework",
		correctedText: form.correctedText ?? "",
		reason: (action.success ? form[`reason_${action.data}`] : undefined) ?? "",
		comment: form.comment ?? "",
	};
}

/** The decision the fields ask for, or which of them is wrong. */
export function decisionOf(values: DecideValues) {
	return DecisionInput.safeParse({
		decisionId: values.decisionId,
		action: values.action,
		...(values.action === "correct_reading" ? { correctedText: values.correctedText } : {}),
		...(values.action === "confirm_discrepancy" ? { disposition: values.disposition } : {}),
		...(values.reason === "" ? {} : { reason: values.reason }),
		...(values.comment.trim() === "" ? {} : { comment: values.comment }),
	});
}

/** Words for a decision that could not be read from the form. */
export function problemOfFields(
	values: DecideValues,
	wrong: readonly string[],
	locale: Locale,
): DecideProblem {
	if (values.action === "correct_reading" && wrong.includes("correctedText")) {
		return {
			title: locale.say("exception.correctedRequired"),
			detail: null,
			stale: false,
			field: "correctedText",
		};
	}
	if (wrong.includes("reason")) {
		return { title: locale.say("exception.reasonRequired"), detail: null, stale: false, field: "reason" };
	}
	return { title: locale.say("exception.chooseAction"), detail: null, stale: false, field: null };
}

const STALE_CODES: readonly string[] = ["decision_rejected", "revision_conflict", "inspection_finished"];

/** Words for a decision that was refused. */
export function problemOfRefusal({ code, kind, message }: VinspectError, locale: Locale): DecideProblem {
	const title = kind[locale.language];
	return {
		title,
		// the detail is in English: it helps where the title alone does not say which rule refused
		detail: code === "decision_rejected" && message !== kind.en ? message : null,
		stale: STALE_CODES.includes(code),
		field: null,
	};
}

/** Everything the decide form shows. */
export function decideForm(
	exception: ClaimedException,
	person: Identity,
	reasons: DecisionReasons,
	values: DecideValues,
	problem: DecideProblem | null,
) {
	const allowed = mayDecide(person);
	const actions = allowed ? actionsFor(exception, person.name) : [];
	const override = waitingOverride(exception);
	return {
		exceptionId: exception.exceptionId,
		status: exception.status,
		decidable: DECIDABLE.includes(exception.status),
		allowed,
		seen: seenMark(exception),
		values,
		problem,
		override,
		// where the fields are gone, what was typed in them is shown instead
		kept: actions.length > 0 ? "" : [values.correctedText, values.comment].filter(Boolean).join(" · "),
		ownOverride: override !== null && override.by === person.name,
		actions: actions.map((action, index) => ({
			action,
			key: index + 1,
			checked: action === values.action,
			needsReason: action === "override" || action === "second_override",
			groups: (reasons[action] ?? []).map((group) => ({
				en: group.en,
				zh: group.zh,
				reasons: group.reasons.map((reason) => ({
					...reason,
					selected: action === values.action && reason.code === values.reason,
				})),
			})),
		})),
		dispositions: DiscrepancyDisposition.options.map((disposition) => ({
			disposition,
			key: disposition.charAt(0).toUpperCase(),
			checked: disposition === values.disposition,
		})),
	};
}
