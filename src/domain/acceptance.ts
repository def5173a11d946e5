import type { Evidence, Refusal } from "../contracts/reading.js";

/** What one reader saw, with what is needed to weigh it. */
export interface WeighedEvidence extends Evidence {
	/** Readers of one family share weights or training data: their agreement is not independent. */
	readonly family: string;
	/** Every rendition this reader tried gave the same text. */
	readonly consistent: boolean;
	/**
	 * Confidence from which this reader is believed alone, fixed on pictures the figure is not reported on;
	 * null for a reader that is never believed alone.
	 */
	readonly soleThreshold: number | null;
}

export interface Judgement {
	readonly accepted: boolean;
	/** Calibrated, 0..1; 0 where nothing was read. */
	readonly confidence: number;
	readonly refusal: Refusal | null;
}

/** Below this a reader guesses, and its agreement is worth nothing. */
export const GUESS = 0.3;
/**
 * The product of two agreeing readers' doubts must stay below this. Two readers shown the same smear err alike: on
 * 221 photographs of no other use the surest 17 characters that two families read wrong in the same way had doubts
 * of 0.26 and 0.38 (product 0.10); every other had a product above 0.5.
 */
export const MOST_SHARED_DOUBT = 0.06;
/** A reader this sure of something else is not overruled: one misread a reflection at 0.91, the other saw it right at 0.34. */
const DENIAL = 0.3;

/**
 * Decides whether the first reader's text is believed, from evidence alone: the expected value, the check
 * digit and the vehicle's record have no way in. `form` is what rules the text out whatever was seen (length,
 * forbidden letters …). A text is accepted when its form is right and either readers of two families saw it,
 * or one saw it in every rendition above its sole threshold and no other reader denies it.
 */
export function judgeEvidence(evidence: readonly WeighedEvidence[], form: Refusal | null): Judgement {
	const [first, ...others] = evidence;
	if (!first || first.text === "") return { accepted: false, confidence: 0, refusal: form ?? "no_text" };
	if (form !== null) return { accepted: false, confidence: first.confidence, refusal: form };
	const independent = others.filter(({ family }) => family !== first.family);
	const agreeing = independent.filter(({ text }) => text === first.text);
	if (evidence.some(({ text, confidence }) => text !== first.text && confidence >= DENIAL))
		return { accepted: false, confidence: first.confidence, refusal: "readers_disagree" };
	const supported = agreeing.filter(({ confidence }) => confidence >= GUESS);
	// Independent errors multiply.
	const doubt = [first, ...supported].reduce((product, { confidence }) => product * (1 - confidence), 1);
	const agreed = first.confidence >= GUESS && supported.length > 0;
	if (agreed && doubt <= MOST_SHARED_DOUBT) return { accepted: true, confidence: 1 - doubt, refusal: null };
	if (first.soleThreshold !== null && first.consistent && first.confidence >= first.soleThreshold)
		return { accepted: true, confidence: first.confidence, refusal: null };
	return {
		accepted: false,
		confidence: first.confidence,
		refusal: first.confidence < GUESS || !first.consistent ? "low_confidence" : "single_reader",
	};
}
