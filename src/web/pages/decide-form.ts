import { randomUUID } from "node:crypto";
import { DecisionAction, DecisionOrder, DiscrepancyDisposition } from "../../contracts/exception.js";
import type { VinspectError } from "../../domain/errors.js";
import { awaitedRelease } from "../../domain/review.js";
import type { ClaimedException } from "../../persistence/store.js";
import { DECIDERS } from "../api/inspection-access.js";
import type { Identity } from "../request-context.js";
import { type DecisionReasons, reasonOf } from "./decision-reasons.js";
import type { Locale } from "./locales.js";
import { actionsFor, DECIDABLE, escalatedBy, seenMark } from "./views/exception.js";

/** Letters that choose a reason of the chosen decision: those no other key of the page has. */
const REASON_KEYS = "abdefijklmopqtvwxyz";
/** Decisions that name a reason, which is why choosing one by its letter takes them. */
const NEEDS_REASON: readonly DecisionAction[] = ["override", "second_override"];

export function mayDecide({ role }: Identity): boolean {
	return DECIDERS.includes(role);
}

/** What stands in the form's fields, as typed. */
export interface DecideValues {
	readonly decisionId: string;
	readonly action: DecisionAction | null;
	readonly disposition: string;
	readonly correctedText: string;
	/** Of every action, chosen or not: whoever changes their mind finds them again. */
	readonly reasons: Readonly<Partial<Record<DecisionAction, string>>>;
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
		reasons: {},
		comment: "",
	};
}

/** The fields as sent. Each action has its own list of reasons, so its reason has its own field. */
export function valuesOf(form: Readonly<Record<string, string>>): DecideValues {
	const action = DecisionAction.safeParse(form.action);
	const reasons = Object.fromEntries(
		DecisionAction.options.map((one) => [one, form[`reason_${one}`] ?? ""] as const),
	);
	return {
		decisionId: form.decisionId ?? randomUUID(),
		action: action.success ? action.data : null,
		disposition: form.disposition ?? "rework",
		correctedText: form.correctedText ?? "",
		reasons,
		comment: form.comment ?? "",
	};
}

/** The decision the fields ask for, or which of them is wrong. */
export function decisionOf(values: DecideValues) {
	const reason = (values.action === null ? undefined : values.reasons[values.action]) ?? "";
	return DecisionOrder.safeParse({
		decisionId: values.decisionId,
		action: values.action,
		...(values.action === "correct_reading" ? { correctedText: values.correctedText } : {}),
		...(values.action === "confirm_discrepancy" ? { disposition: values.disposition } : {}),
		...(reason === "" ? {} : { reason }),
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

const STALE_CODES: readonly string[] = [
	"decision_rejected",
	"revision_conflict",
	"inspection_finished",
	"blind_reading_missing",
];

/** Words for a decision that was refused, on the exception as it is now. */
export function problemOfRefusal(
	{ code, kind, message }: VinspectError,
	exception: ClaimedException,
	locale: Locale,
): DecideProblem {
	const title = kind[locale.language];
	const { claim } = exception;
	const detail =
		code === "exception_claimed" && claim !== null
			? locale.say("exception.claimLost", { by: claim.by, time: locale.time(claim.expiresAt) })
			: // the detail is in English: it helps where the title alone does not say which rule refused
				code === "decision_rejected" && message !== kind.en
				? message
				: null;
	return { title, detail, stale: STALE_CODES.includes(code), field: null };
}

/** A reason with the letter that chooses it; letters run through all groups of an action. */
function letteredReasons(groups: DecisionReasons[DecisionAction], chosen: string | null) {
	let used = 0;
	return (groups ?? []).map(({ en, zh, reasons }) => ({
		en,
		zh,
		reasons: reasons.map((reason) => {
			const key = REASON_KEYS[used]?.toUpperCase() ?? "";
			used += 1;
			return { ...reason, key, selected: reason.code === chosen };
		}),
	}));
}

/** Everything the decide form shows. `blind`: this person has to read the picture before they may see more. */
export function decideForm(
	exception: ClaimedException,
	person: Identity,
	reasons: DecisionReasons,
	values: DecideValues,
	problem: DecideProblem | null,
	blind: boolean,
) {
	const allowed = mayDecide(person);
	const actions = allowed && !blind ? actionsFor(exception, person.name) : [];
	const release = blind ? null : awaitedRelease(exception);
	return {
		exceptionId: exception.exceptionId,
		status: exception.status,
		deadline: exception.deadline,
		decidable: DECIDABLE.includes(exception.status),
		allowed,
		blind,
		seen: seenMark(exception),
		values,
		problem,
		release: release && {
			...release,
			reasonWords: release.reason === null ? null : reasonOf(reasons, release.reason),
			own: release.by === person.name,
		},
		// where the fields are gone, what was typed in them is shown instead
		kept: actions.length > 0 ? "" : [values.correctedText, values.comment].filter(Boolean).join(" · "),
		ownEscalation: DECIDABLE.includes(exception.status) && escalatedBy(exception, person.name),
		actions: actions.map((action, index) => ({
			action,
			key: index + 1,
			checked: action === values.action,
			decidesByReason: NEEDS_REASON.includes(action),
			groups: letteredReasons(reasons[action], values.reasons[action] ?? null),
		})),
		dispositions: DiscrepancyDisposition.options.map((disposition) => ({
			disposition,
			key: disposition.charAt(0).toUpperCase(),
			checked: disposition === values.disposition,
		})),
	};
}
