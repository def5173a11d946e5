import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlindAnswer, type Decision, DecisionInput, DecisionOrder } from "../../src/contracts/exception.js";
import type { Finding } from "../../src/contracts/finding.js";
import { asksForText, blindAgreement, releaseBefore } from "../../src/domain/blind-reading.js";
import type { ClaimedException } from "../../src/persistence/store.js";
import { withoutReading } from "../../src/web/blind-second.js";
import { blindView } from "../../src/web/pages/views/blind.js";
import { createMemoryStore } from "../support/memory-store.js";
import { sampleInspection } from "../support/sample-inspection.js";

const VIN = "LSJA24U62PS012345";
const FINDING: Finding = {
	findingId: "stamp.vin",
	witness: "stamp",
	kind: "stamp",
	field: "vin",
	rule: "record_equality",
	outcome: "mismatch",
	read: VIN,
	expected: "LSJA24U62PS012346",
	refusal: "low_confidence",
	differences: [16],
	confidence: 0.62,
	capture: "a".repeat(64),
	box: [1, 2, 3, 4],
};
const AT = "2026-03-14T08:30:00.000Z";
const decision = (fill: Partial<Decision>): Decision => ({
	decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c01",
	exceptionId: "P-1~stamp.vin",
	action: "override",
	correctedText: null,
	disposition: null,
	reason: null,
	comment: null,
	by: "anna",
	role: "operator",
	at: AT,
	undoneAt: null,
	undoneBy: null,
	...fill,
});
const read = (text: string) => ({ text, sight: null, at: AT });
const saw = (sight: "as_required" | "not_as_required" | "cannot_tell") => ({ text: null, sight, at: AT });

describe("a blind reading beside the first person's", () => {
	it("is held against what an override lets stand: what was read", () => {
		const override = decision({});
		expect(blindAgreement(FINDING, override, read(VIN))).toBe("agrees");
		expect(blindAgreement(FINDING, override, read("lsja24u62ps012345"))).toBe("agrees");
		expect(blindAgreement(FINDING, override, read("LSJA24U62PS012346"))).toBe("differs");
		expect(blindAgreement({ ...FINDING, read: null }, override, read(VIN))).toBe("undecided");
	});

	it("is held against what a correction says stands there", () => {
		const corrected = decision({ action: "correct_reading", correctedText: "LSJA24U62PS012346" });
		expect(blindAgreement(FINDING, corrected, read("LSJA24U62PS012346"))).toBe("agrees");
		expect(blindAgreement(FINDING, corrected, read(VIN))).toBe("differs");
	});

	it("of a witness without a text is held against what the release makes of it", () => {
		expect(blindAgreement(FINDING, decision({}), saw("not_as_required"))).toBe("agrees");
		expect(blindAgreement(FINDING, decision({}), saw("as_required"))).toBe("differs");
		expect(blindAgreement(FINDING, decision({}), saw("cannot_tell"))).toBe("undecided");
	});

	it("differs for every text that is not the one vouched for", () => {
		const letters = fc.stringMatching(/^[A-HJ-NPR-Z0-9]{17}$/);
		fc.assert(
			fc.property(letters, letters, (a, b) => {
				const corrected = decision({ action: "correct_reading", correctedText: a });
				expect(blindAgreement(FINDING, corrected, read(b))).toBe(a === b ? "agrees" : "differs");
			}),
		);
	});

	it("asks for a text only where there is one", () => {
		expect(asksForText(FINDING)).toBe(true);
		for (const rule of ["presence", "cross_rule", "check_digit"] as const) {
			expect(asksForText({ ...FINDING, rule })).toBe(false);
		}
		expect(asksForText({ ...FINDING, field: "condition" })).toBe(false);
		expect(asksForText({ ...FINDING, rule: "witness_agreement" })).toBe(true);
	});

	it("belongs to the last release before the decision it came with", () => {
		const first = decision({});
		const escalated = decision({ decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c02", action: "escalate" });
		const second = decision({
			decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c03",
			action: "second_override",
		});
		const exception = { decisions: [first, escalated, second] } as unknown as ClaimedException;
		expect(releaseBefore(exception, second.decisionId)).toBe(first);
		expect(releaseBefore(exception, first.decisionId)).toBeNull();
	});
});

describe("what a second person is shown before they read", () => {
	it("holds neither what was read nor what is expected, nor a word of the first person's", () => {
		const secret = { reason: "secret-reason", comment: "secret comment", correctedText: "secret text" };
		const exception: ClaimedException = {
			exceptionId: "P-1~stamp.vin",
			inspectionId: "P-1",
			finding: { ...FINDING, statements: { stamp: VIN, plate: "other" }, fusedFrom: ["b".repeat(64)] },
			status: "awaiting_second",
			escalated: false,
			openedAt: AT,
			deadline: AT,
			decisions: [decision(secret)],
			claim: null,
			productionNumber: "P-1",
			vin: "LSJA24U62PS012346",
			model: "m",
		};
		const shown = JSON.stringify(withoutReading(exception));
		expect(shown).not.toMatch(/LSJA24U62PS01234|secret|0\.62|low_confidence|other/);
		expect(shown).toContain("a".repeat(64));
	});

	it("is pictures and where to look on them, of every witness the finding is about", async () => {
		const { inspection, observations } = await sampleInspection();
		for (const exception of inspection.exceptions) {
			const { productionNumber, record, plan } = inspection;
			const claimed = { ...exception, claim: null, productionNumber, vin: record.vin, model: plan.model };
			const view = blindView({ exception: claimed, inspection, observations }, null);
			expect(view.pictures.shown?.capture).toBe(exception.finding.capture);
			expect(view.pictures.shown?.focus).toBe(exception.finding.box?.join(" "));
			const shown = JSON.stringify(view);
			const { read, expected } = exception.finding;
			expect([read, expected].filter((text) => text !== null && shown.includes(text))).toEqual([]);
			expect(shown).not.toContain(exception.finding.outcome);
		}
	});

	it("is answered once: the first answer stands", async () => {
		const { blindReadings } = createMemoryStore();
		expect(await blindReadings.keep("release", "ben", read("A"))).toEqual(read("A"));
		expect(await blindReadings.keep("release", "ben", read("B"))).toEqual(read("A"));
		expect(await blindReadings.get("release", "carl")).toBeNull();
	});
});

describe("a blind answer", () => {
	it("is a text or what is seen, never both and never neither", () => {
		expect(BlindAnswer.safeParse({ text: "A", sight: null }).success).toBe(true);
		expect(BlindAnswer.safeParse({ text: null, sight: "cannot_tell" }).success).toBe(true);
		expect(BlindAnswer.safeParse({ text: "A", sight: "as_required" }).success).toBe(false);
		expect(BlindAnswer.safeParse({ text: null, sight: null }).success).toBe(false);
	});

	it("is never taken from a client together with the decision", () => {
		const order = {
			decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c01",
			action: "second_override",
			reason: "checked_on_picture",
			blindReading: read(VIN),
		};
		expect(DecisionInput.safeParse(order).success).toBe(true);
		expect(DecisionOrder.safeParse(order).success).toBe(false);
	});
});
