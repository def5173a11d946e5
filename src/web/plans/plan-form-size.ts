import { WitnessKind } from "../../contracts/reading.js";
import { fieldsOfKind } from "../../domain/fields-of-kind.js";
import { MOST_WITNESSES } from "../../domain/plan.js";
import { RULES } from "../../domain/rules/index.js";

/** What the editor's inputs take (`maxlength` in templates/pages/plan-edit.hbs), in UTF-16 units. */
const NAME_LENGTH = 80;
const LABEL_LENGTH = 200;
/** Minutes, seconds, revisions, the button, the CSRF token: none is as long. */
const OTHER_LENGTH = 80;
/** A UTF-16 unit takes at most three bytes of UTF-8, each of them sent as `%E5`. */
const LONGEST_UNIT = "字";

const name = "n".repeat(NAME_LENGTH);
const label = LONGEST_UNIT.repeat(LABEL_LENGTH);
const other = "0".repeat(OTHER_LENGTH);

const GENERAL: Readonly<Record<string, string>> = {
	...{ _csrf: other, do: other, origin: name, revision: other, newest: other },
	...{ model: name, "label.en": label, "label.zh": label, market: other, checkDigit: other },
	...{ captureDeadlineMinutes: other, decisionDeadlineMinutes: other, undoSeconds: other },
};

const witnessOf = (index: number, kind: WitnessKind): [string, string][] =>
	Object.entries({
		...{ kind, id: name, "label.en": label, "label.zh": label, station: name },
		...Object.fromEntries(fieldsOfKind(kind).map((field) => [`field.${field}`, "on"])),
	}).map(([key, value]) => [`w.${index}.${key}`, value]);

/** The editor's form with as many witnesses as a plan may have, all of one kind, everything ticked and full. */
function formOfWitnesses(kind: WitnessKind): URLSearchParams {
	return new URLSearchParams([
		...Object.entries(GENERAL),
		...Array.from({ length: MOST_WITNESSES }, (_, index) => witnessOf(index, kind)).flat(),
		...RULES.map((rule): [string, string] => [`rule.${rule.name}`, "on"]),
	]);
}

const forms = WitnessKind.options.map(formOfWitnesses);

/** How many fields the largest form of a plan has, and how many bytes: what the web must take in to save it. */
export const LARGEST_PLAN_FORM = {
	fields: Math.max(...forms.map((form) => form.size)),
	bytes: Math.max(...forms.map((form) => form.toString().length)),
};
