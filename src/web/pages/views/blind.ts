import type { BlindReading, Decision } from "../../../contracts/exception.js";
import { asksForText, blindAgreement, vouchedText } from "../../../domain/blind-reading.js";
import { awaitedRelease } from "../../../domain/review.js";
import type { ClaimedException } from "../../../persistence/store.js";
import { type Strip, stripOf } from "./characters.js";
import type { ExceptionItem } from "./exception-item.js";
import { blindPictures, suspectPictures } from "./suspect-pictures.js";

/** The choices of the blind form, in the order of the number keys. */
export const BLIND_CHOICES = ["text", "as_required", "not_as_required", "cannot_tell"] as const;
export type BlindChoice = (typeof BLIND_CHOICES)[number];

/** Which choices fit a finding: a text where one stands there, else whether it is as it should be. */
export function blindChoicesFor({ finding }: ClaimedException): readonly BlindChoice[] {
	if (!asksForText(finding)) return ["as_required", "not_as_required", "cannot_tell"];
	// several witnesses may show several texts
	return finding.outcome === "conflict"
		? ["text", "not_as_required", "cannot_tell"]
		: ["text", "cannot_tell"];
}

/**
 * What the page of a blind reading shows: pictures and the name of what to look at, and nothing that was read
 * or is expected.
 */
export function blindView(item: ExceptionItem, chosenCapture: string | null) {
	const { exception, inspection } = item;
	const { witness, field, kind } = exception.finding;
	return {
		exceptionId: exception.exceptionId,
		productionNumber: exception.productionNumber,
		deadline: exception.deadline,
		plan: { label: inspection.plan.label },
		witnessLabel: inspection.plan.witnesses.find(({ id }) => id === witness)?.label ?? null,
		field,
		kind,
		asker: awaitedRelease(exception)?.by ?? "",
		pictures: blindPictures(suspectPictures(item, chosenCapture)),
	};
}

export interface BlindComparison {
	readonly release: Decision;
	readonly blind: BlindReading;
	readonly agreement: ReturnType<typeof blindAgreement>;
	/** What was read blind over what the first person vouches for, where both are texts. */
	readonly strip: Strip | null;
	readonly vouched: string | null;
}

/** How this person's blind reading stands to the release they are asked for; null before there is one. */
export function blindComparison(
	exception: ClaimedException,
	blind: BlindReading | null,
): BlindComparison | null {
	const release = awaitedRelease(exception);
	if (release === null || blind === null) return null;
	const vouched = vouchedText(exception.finding, release);
	return {
		release,
		blind,
		vouched,
		agreement: blindAgreement(exception.finding, release, blind),
		strip: blind.text === null || vouched === null ? null : stripOf(blind.text, [], vouched),
	};
}
