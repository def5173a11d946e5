import type { BlindReading, Decision, Exception } from "../contracts/exception.js";
import type { Finding } from "../contracts/finding.js";
import { compareValues } from "./compare.js";
import { CONDITION, WHOLE_CAPTURE } from "./plan.js";

/** Whether a finding is about one text, which a person can read off a picture. */
export function asksForText({ rule, field }: Finding): boolean {
	return (
		rule !== "presence" &&
		rule !== "cross_rule" &&
		rule !== "check_digit" &&
		field !== WHOLE_CAPTURE &&
		field !== CONDITION
	);
}

/** How a blind reading stands to what the first person let stand. */
export type BlindAgreement = "agrees" | "differs" | "undecided";

/**
 * The text the first person vouches for: what they corrected the reading to, or, with an override, what was
 * read, which an override does not contest. Null where they vouch for no text.
 */
export function vouchedText(finding: Finding, first: Decision): string | null {
	return first.action === "correct_reading" ? first.correctedText : finding.read;
}

/**
 * Whether the second person, reading blind, saw what the first person let stand. An override lets stand that
 * the witness is not as required. `undecided` where one of the two says nothing that can be compared.
 */
export function blindAgreement(finding: Finding, first: Decision, blind: BlindReading): BlindAgreement {
	if (blind.text !== null) {
		const vouched = vouchedText(finding, first);
		if (vouched === null) return "undecided";
		return compareValues(finding.field, blind.text, vouched).equal ? "agrees" : "differs";
	}
	if (blind.sight === null || blind.sight === "cannot_tell") return "undecided";
	const released = first.action === "override" ? "not_as_required" : "as_required";
	return blind.sight === released ? "agrees" : "differs";
}

/** The release that a second person's decision answers: the last that stood before it. */
export function releaseBefore({ decisions }: Exception, decisionId: string): Decision | null {
	const before = decisions.slice(
		0,
		decisions.findIndex((one) => one.decisionId === decisionId),
	);
	return before.findLast(({ action }) => action === "override" || action === "correct_reading") ?? null;
}
