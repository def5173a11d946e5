import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GUESS, judgeEvidence, type WeighedEvidence } from "../../src/domain/acceptance.js";

const first: WeighedEvidence = {
	reader: "ppocr",
	family: "ppocr",
	version: "1",
	text: "LMGKT1G80N1145942",
	confidence: 0.65,
	consistent: true,
	soleThreshold: 0.75,
};
const second: WeighedEvidence = {
	...first,
	reader: "tesseract",
	family: "tesseract",
	confidence: 0.7,
	soleThreshold: null,
};

describe("acceptance", () => {
	test("believes one reader only from its own threshold and when all its renditions agree", () => {
		expect(judgeEvidence([first], null)).toMatchObject({ accepted: false, refusal: "single_reader" });
		expect(judgeEvidence([{ ...first, confidence: 0.8 }], null)).toMatchObject({
			accepted: true,
			refusal: null,
		});
		expect(judgeEvidence([{ ...first, confidence: 0.8, consistent: false }], null).accepted).toBe(false);
		expect(judgeEvidence([{ ...first, confidence: 0.99, soleThreshold: null }], null).accepted).toBe(false);
	});

	test("believes two families that saw the same, and is surer than either", () => {
		const { accepted, confidence } = judgeEvidence([first, { ...second, confidence: 0.9 }], null);
		expect(accepted).toBe(true);
		expect(confidence).toBeCloseTo(1 - 0.35 * 0.1);
	});

	test("does not count two readers of one family as two", () => {
		expect(judgeEvidence([first, { ...second, family: "ppocr" }], null).accepted).toBe(false);
	});

	test("does not believe two that agree with much doubt: both may have seen the same smear", () => {
		const smeared = [
			{ ...first, confidence: 0.742 },
			{ ...second, confidence: 0.62 },
		];
		expect(judgeEvidence(smeared, null)).toMatchObject({ accepted: false, refusal: "single_reader" });
	});

	test("does not count agreement of guesses", () => {
		const guess = GUESS - 0.05;
		expect(judgeEvidence([{ ...first, confidence: guess }, second], null).accepted).toBe(false);
		expect(judgeEvidence([first, { ...second, confidence: guess }], null).accepted).toBe(false);
	});

	test("stops at a reader that saw something else, however sure the first is", () => {
		const other = { ...second, text: "LMGKT1G8ON1145942", confidence: 0.9 };
		const judgement = judgeEvidence([{ ...first, confidence: 0.99 }, other], null);
		expect(judgement).toMatchObject({ accepted: false, refusal: "readers_disagree" });
	});

	const evidence = fc.array(
		fc.record({
			reader: fc.constantFrom("a", "b"),
			family: fc.constantFrom("a", "b"),
			version: fc.constant("1"),
			text: fc.constantFrom("", "X", "Y"),
			confidence: fc.double({ min: 0, max: 1, noNaN: true }),
			consistent: fc.boolean(),
			soleThreshold: fc.constantFrom(null, 0.75, 0.9),
		}),
	);

	test("a wrong form is never accepted, whatever was seen", () => {
		fc.assert(
			fc.property(evidence, fc.constantFrom("length" as const, "forbidden_letter" as const), (seen, form) => {
				const judgement = judgeEvidence(seen, form);
				expect(judgement.accepted).toBe(false);
				expect(judgement.refusal).toBe(form);
			}),
		);
	});

	test("a verdict is accepted or says why not, and losing confidence never gains acceptance", () => {
		fc.assert(
			fc.property(evidence, fc.double({ min: 0, max: 1, noNaN: true }), (seen, share) => {
				const judgement = judgeEvidence(seen, null);
				expect(judgement.accepted).toBe(judgement.refusal === null);
				const [lead, ...rest] = seen;
				if (!lead) return;
				const weaker = judgeEvidence([{ ...lead, confidence: lead.confidence * share }, ...rest], null);
				expect(weaker.accepted && !judgement.accepted).toBe(false);
			}),
		);
	});
});
