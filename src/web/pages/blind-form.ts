import { BlindAnswer } from "../../contracts/exception.js";
import type { ClaimedException } from "../../persistence/store.js";
import type { Locale } from "./locales.js";
import { BLIND_CHOICES, type BlindChoice, blindChoicesFor } from "./views/blind.js";

/** What stands in the fields of a blind reading, as typed. */
export interface BlindValues {
	readonly choice: BlindChoice | null;
	readonly text: string;
}

export const NO_BLIND_VALUES: BlindValues = { choice: null, text: "" };

export function blindValuesOf(form: Readonly<Record<string, string>>): BlindValues {
	const text = form.text ?? "";
	const choice = BLIND_CHOICES.find((one) => one === form.choice);
	// whoever typed a text and chose nothing means the text
	return { choice: choice ?? (text.trim() === "" ? null : "text"), text };
}

/** The answer the fields give, or null where they give none that fits this exception. */
export function blindAnswerOf(
	{ choice, text }: BlindValues,
	exception: ClaimedException,
): BlindAnswer | null {
	if (choice === null || !blindChoicesFor(exception).includes(choice)) return null;
	const answer = BlindAnswer.safeParse(
		choice === "text" ? { text, sight: null } : { text: null, sight: choice },
	);
	return answer.success ? answer.data : null;
}

/** Everything the form of a blind reading shows: no word of what was read or is expected. */
export function blindForm(
	exception: ClaimedException,
	values: BlindValues,
	problem: { readonly title: string; readonly detail: string | null } | null,
) {
	const choices = blindChoicesFor(exception);
	return {
		exceptionId: exception.exceptionId,
		values,
		problem,
		asksForText: choices.includes("text"),
		choices: choices.map((choice, index) => ({
			choice,
			key: index + 1,
			checked: choice === values.choice,
		})),
	};
}

/** Words for fields that give no answer. */
export function problemOfBlind({ choice }: BlindValues, locale: Locale) {
	const title = choice === "text" ? locale.say("blind.textRequired") : locale.say("blind.chooseAnswer");
	return { title, detail: null };
}
