import { describe, expect, it } from "vitest";
import type { Inspection } from "../../src/contracts/inspection.js";
import { fateOf } from "../../src/demonstration/generate/fate.js";
import { entriesOf } from "../../src/demonstration/generate/generate.js";
import { passageOf } from "../../src/demonstration/generate/passage.js";
import { vehicleNumbered } from "../../src/demonstration/generate/vehicle.js";
import { PLANS } from "../../src/demonstration/plans.js";
import { createRandom } from "../../src/demonstration/render/random.js";
import { judgeAgain } from "../../src/replay/judge-again.js";

const COUNT = 300;
const UNTIL = new Date("2026-06-30T12:00:00.000Z");

/** Vehicles of every fate: passed, decided, taken back, retaken, released by two, late, cancelled. */
function passedInspections(): Inspection[] {
	const revision = { plant: "p", revision: 1, createdAt: "2026-01-01T00:00:00.000Z", createdBy: "test" };
	return entriesOf({ count: COUNT, days: 60, until: UNTIL }).map((startedAt, index) => {
		const random = createRandom(`again/${index}`);
		const vehicle = vehicleNumbered(index, random);
		const plan = PLANS.find(({ model }) => model === vehicle.record.model);
		if (!plan) throw new Error("no plan");
		return passageOf({
			vehicle,
			fate: fateOf(vehicle, random),
			record: { ...vehicle.record, ...revision },
			plan: { ...plan, ...revision, status: "released" },
			pictureOf: (_capture, again) => ({
				sha256: (again ? "b" : "a").repeat(64),
				bytes: 1,
				mediaType: "image/jpeg",
				width: 1600,
				height: 1200,
			}),
			startedAt,
			until: UNTIL,
			random,
		}).inspection;
	});
}

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
	const passed = passedInspections();

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
