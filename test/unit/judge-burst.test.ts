import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ObservationSummary, ObservedField, Refusal, WitnessKind } from "../../src/contracts/reading.js";
import { judgeBurst } from "../../src/domain/judge-burst.js";
import { jointReading } from "../../src/domain/statements.js";
import { VIN } from "../support/sample-vehicle.js";

const OTHER = `${VIN.slice(0, 16)}${VIN.endsWith("9") ? "8" : "9"}`;
let taken = 0;

function capture(
	fields: Readonly<Record<string, Partial<ObservedField> & { text: string }>>,
	more: Partial<ObservationSummary> = {},
	kind: WitnessKind = "stamp",
): ObservationSummary {
	const whole = Object.entries(fields).map(([name, field]) => {
		const { accepted = true } = field;
		const refusal: Refusal | null = accepted ? null : "low_confidence";
		const rest = { value: field.text, confidence: accepted ? 0.99 : 0.6, accepted, refusal, box: null };
		return [name, { ...rest, ...field }] as const;
	});
	return {
		capture: createHash("sha256").update(String(++taken)).digest("hex"),
		...{ witness: kind, kind, retake: null, absent: whole.length === 0, refusal: null },
		fields: Object.fromEntries(whole),
		observedAt: "2026-03-14T08:00:00.000Z",
		...more,
	};
}

/** Refused alone: one character may be another. */
const unsure = (at: number, p = 0.6): ObservedField["slots"] =>
	[...VIN].map((char, index) => (index === at ? { [char]: p, W: 0.99 - p } : { [char]: 0.99 }));
const doubtful = (at: number, p?: number) =>
	capture({
		vin: { text: VIN, accepted: false, slots: unsure(at, p), second: { text: VIN, confidence: 0.6 } },
	});

const verdict = (...captures: ObservationSummary[]) => judgeBurst("stamp", "vin", VIN, captures).verdict;

describe("captures of one witness held against what is expected", () => {
	it.each([
		["an accepted one matches", "match", [capture({ vin: { text: VIN } })]],
		["an accepted one stands before a refused one", "match", [doubtful(3), capture({ vin: { text: VIN } })]],
		["an accepted one is another", "mismatch", [capture({ vin: { text: OTHER } })]],
		[
			"two state different numbers",
			"conflict",
			[capture({ vin: { text: VIN } }), capture({ vin: { text: OTHER } })],
		],
		["each hides another character", "match", [doubtful(2), doubtful(9), doubtful(14)]],
		["all hide the same", "unreadable", [doubtful(2, 0.5), doubtful(2, 0.5), doubtful(2, 0.5)]],
		["one refused alone", "unreadable", [doubtful(2)]],
		["none shows it", "missing", [capture({}), capture({})]],
		["none is fit to be read", "unreadable", [capture({}, { retake: "blurred" }), capture({})]],
		["none at all", "missing", []],
	] as const)("%s: %s", (_, expected, captures) => {
		expect(verdict(...captures)).toBe(expected);
	});

	it("never matches where a code beside the text states another number", () => {
		const { verdict: found, decisive } = judgeBurst("stamp", "vin", VIN, [
			capture({ vin: { text: VIN }, codeVin: { text: OTHER } }),
			capture({ vin: { text: VIN } }),
		]);
		expect(found).toBe("conflict");
		expect(decisive).toMatchObject({ rule: "code_agreement", statements: { "stamp.vin": VIN } });
	});

	it("compares fields other than the VIN, and leaves a gear's damage out of the verdict", () => {
		const damaged = {
			defects: [
				{
					kind: "missing_tooth" as const,
					box: [0, 0, 9, 9] as [number, number, number, number],
					confidence: 0.9,
				},
			],
		};
		const teeth = (count: number) =>
			capture({ toothCount: { text: String(count), value: count } }, damaged, "gear");
		const judged = judgeBurst("gear", "toothCount", "28", [teeth(28), teeth(28)]);
		expect(judged.verdict).toBe("match");
		expect(judged.findings.map(({ rule }) => rule)).toContain("gear_condition");
		expect(judgeBurst("gear", "toothCount", "29", [teeth(28)]).verdict).toBe("mismatch");
	});
});

describe("captures of one witness with nothing expected", () => {
	it("say what is stated, fused, contradictory or only seen", () => {
		expect(jointReading("vin", [])).toBeNull();
		expect(jointReading("vin", [doubtful(4), capture({ vin: { text: VIN } })])).toEqual({
			...{ text: VIN, value: VIN, confidence: 0.99, accepted: true, refusal: null },
		});
		const fused = jointReading("vin", [doubtful(2), doubtful(9), doubtful(14)]);
		expect(fused).toMatchObject({ value: VIN, accepted: true });
		expect(fused?.fusedFrom).toHaveLength(3);
		const [one, other] = [capture({ vin: { text: VIN } }), capture({ vin: { text: OTHER } })];
		expect(jointReading("vin", [one, other])).toMatchObject({
			accepted: false,
			statements: { [one.capture]: VIN, [other.capture]: OTHER },
		});
		expect(jointReading("vin", [doubtful(4)])).toMatchObject({ accepted: false, refusal: "low_confidence" });
	});
});
