import { describe, expect, it } from "vitest";
import type { Inspection } from "../../src/contracts/inspection.js";
import { judgeAgain } from "../../src/replay/judge-again.js";
import { passages } from "../support/generated-passages.js";

const judgement = ({ findings, exceptions, events, disposition, closure }: Inspection) => ({
	findings,
	exceptions,
	events: events.filter(({ type }) => type !== "sealed"),
	disposition,
	closure,
});

const asSeen = (past: Inspection) => (event: Inspection["events"][number]) =>
	past.observations.find(
		({ witness, capture }) => witness === event.detail.witness && capture === event.detail.sha256,
	);

describe("judging a past inspection again", () => {
	const passed = passages("again").map(({ inspection }) => inspection);

	it("comes to the same findings, exceptions, events and outcome, whatever happened to the vehicle", () => {
		const kinds = new Set(passed.flatMap(({ events }) => events.map(({ type }) => type)));
		for (const kind of ["decided", "decision_undone", "retake_requested", "deadline_passed"])
			expect(kinds).toContain(kind);
		for (const past of passed) expect(judgement(judgeAgain(past, asSeen(past)))).toEqual(judgement(past));
	});

	it("comes to others where something else is seen", () => {
		const past = passed.find(({ disposition, findings }) => disposition === "pass" && findings.length > 0);
		if (!past) throw new Error("nothing passed");
		const now = judgeAgain(past, (event) => {
			const seen = asSeen(past)(event);
			if (!seen?.fields.vin) return seen;
			const vin = { ...seen.fields.vin, value: "LXA2J5B37TC999999", text: "LXA2J5B37TC999999" };
			return { ...seen, fields: { ...seen.fields, vin } };
		});
		expect(now.findings.some(({ outcome }) => outcome !== "match")).toBe(true);
		expect(now.disposition).not.toBe("pass");
	});
});
