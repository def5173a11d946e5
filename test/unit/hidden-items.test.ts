import { describe, expect, test } from "vitest";
import type { HiddenItem, HiddenStep } from "../../src/contracts/agreement.js";
import { agreementReport, type Judgement } from "../../src/domain/agreement-report.js";
import { asShown, canBeShownAgain, rewound, truthOfText, verdictOf } from "../../src/domain/hidden-item.js";
import { drawn, isGoldenTurn, isReadTwice } from "../../src/web/hidden/draw.js";
import { Scenario } from "../support/inspection-scenario.js";
import { ANNA, VIN } from "../support/sample-vehicle.js";

const WRONG = `${VIN.slice(0, 16)}5`;

function judgement(
	source: Judgement["source"],
	person: string,
	truth: "discrepancy" | "cleared",
	verdict: Judgement["verdict"],
	exceptionId = "plant-P-1-1~stamp.vin",
	by = "auditor",
): Judgement {
	return {
		source,
		exceptionId,
		person,
		verdict,
		reference: { verdict: truth, text: null, by, at: "2026-03-14T08:00:00.000Z" },
	};
}

describe("the report", () => {
	test("counts misses and false alarms of each, and what was handed on as neither", () => {
		const { overall, people } = agreementReport([
			judgement("golden", "li", "discrepancy", "discrepancy"),
			judgement("golden", "li", "discrepancy", "cleared"),
			judgement("golden", "li", "cleared", "cleared"),
			judgement("golden", "wu", "cleared", "discrepancy"),
			judgement("golden", "wu", "discrepancy", null),
		]);
		expect(overall).toMatchObject({ golden: 5, handedOn: 1, misses: { count: 1, of: 2 } });
		expect(overall.falseAlarms).toMatchObject({ count: 1, of: 2 });
		const [li, wu] = people;
		expect(li).toMatchObject({ person: "li", misses: { count: 1, of: 2 }, falseAlarms: { count: 0, of: 1 } });
		expect(wu).toMatchObject({
			person: "wu",
			handedOn: 1,
			misses: { of: 0 },
			falseAlarms: { count: 1, of: 1 },
		});
	});

	test("counts a second reading for both who read, and an item three judged for Fleiss", () => {
		const item = "plant-P-2-1~stamp.vin";
		const { people, many } = agreementReport([
			judgement("second_reading", "li", "discrepancy", "cleared", item, "wu"),
			judgement("golden", "a", "discrepancy", "discrepancy", item),
			judgement("golden", "b", "discrepancy", "discrepancy", item),
			judgement("golden", "c", "discrepancy", "cleared", item),
			judgement("golden", "a", "cleared", "cleared"),
		]);
		expect(people.filter(({ second }) => second.n === 1).map(({ person }) => person)).toEqual(["li", "wu"]);
		expect(many.n).toBe(1);
	});
});

describe("the draw", () => {
	test("falls once on every block of decisions, elsewhere for another person and another seed", () => {
		const turns = (seed: string, person: string) =>
			Array.from({ length: 1000 }, (_, i) => i + 1).filter((n) => isGoldenTurn(seed, person, n, 25));
		expect(turns("seed", "li")).toHaveLength(40);
		expect(turns("seed", "li")).toEqual(turns("seed", "li"));
		expect(turns("seed", "li")).not.toEqual(turns("seed", "wu"));
		expect(turns("seed", "li")).not.toEqual(turns("other", "li"));
		const within = turns("seed", "li").map((n) => (n - 1) % 25);
		expect(new Set(within).size).toBeGreaterThan(10);
		expect(isGoldenTurn("seed", "li", 1, 0)).toBe(false);
	});

	test("takes about one exception in twenty for a second reading", () => {
		const taken = Array.from({ length: 4000 }, (_, i) => isReadTwice("seed", `p-${i}-1~stamp.vin`, 20));
		expect(Math.abs(taken.filter(Boolean).length - 200)).toBeLessThan(60);
		expect(isReadTwice("seed", "p-1-1~stamp.vin", 0)).toBe(false);
		expect(drawn("seed", "a", "b")).not.toBe(drawn("seed", "ab"));
	});
});

describe("a hidden item", () => {
	const decidedVehicle = () => {
		const scenario = new Scenario();
		scenario.shows("stamp", { shows: { vin: WRONG } });
		const id = scenario.exception("stamp.vin").exceptionId;
		scenario.passes(3);
		expect(scenario.decides("stamp.vin", "confirm_discrepancy", ANNA, { disposition: "scrap" })).toBeNull();
		return { scenario, id };
	};
	const shownAt = "2026-06-01T10:00:00.000Z";
	const itemOf = (exceptionId: string, steps: HiddenStep[]): HiddenItem => ({
		itemId: "golden-li-1",
		source: "golden",
		exceptionId,
		inspectionId: "plant-P-1-1",
		productionNumber: "P-1",
		kind: "stamp",
		field: "vin",
		outcome: "mismatch",
		person: "li",
		role: "operator",
		shownAt,
		reference: { verdict: "discrepancy", text: null, by: "auditor", at: shownAt },
		steps,
		revision: steps.length,
		claim: null,
		verdict: null,
		judgedAt: null,
	});

	test("is the vehicle as it was, at another time, and leaves the original alone", () => {
		const { scenario, id } = decidedVehicle();
		const kept = structuredClone(scenario.state);
		const shown = rewound(scenario.state, id, shownAt);
		const exception = shown.exceptions.find(({ exceptionId }) => exceptionId === id);
		expect(exception).toMatchObject({ status: "open", decisions: [], openedAt: shownAt });
		expect(shown).toMatchObject({ disposition: null, closure: null, report: null });
		expect(shown.events.every(({ at }) => at <= shownAt)).toBe(true);
		expect(JSON.stringify(shown)).not.toContain(ANNA.name);
		expect(shown.findings).toEqual(scenario.state.findings);
		expect(scenario.state).toEqual(kept);
	});

	test("takes decisions by the rules of real ones, undone and decided anew, until it is over", () => {
		const { scenario, id } = decidedVehicle();
		const decided = (minute: number, action: "confirm_discrepancy" | "override"): HiddenStep => ({
			step: "decided",
			decision: { decisionId: crypto.randomUUID(), action, reason: "marked_wrong" },
			at: `2026-06-01T10:0${minute}:00.000Z`,
		});
		const steps: HiddenStep[] = [
			decided(1, "confirm_discrepancy"),
			{ step: "undone", at: "2026-06-01T10:02:00.000Z" },
			decided(3, "override"),
		];
		const verdictAfter = (count: number) => {
			const shown = asShown(scenario.state, itemOf(id, steps.slice(0, count)), "2026-06-01T10:00:30.000Z");
			const exception = shown?.exceptions.find(({ exceptionId }) => exceptionId === id);
			return shown && exception ? verdictOf(shown, exception) : "gone";
		};
		expect([0, 1, 2, 3].map(verdictAfter)).toEqual([null, "discrepancy", null, "cleared"]);
		expect(asShown(scenario.state, itemOf(id, []), "2026-06-03T10:00:00.000Z")).toBeNull();
	});

	test("is taken from sealed inspections alone, and a stated text says what is true", () => {
		const { scenario, id } = decidedVehicle();
		expect(canBeShownAgain(scenario.state, id)).toBe(false);
		expect(canBeShownAgain({ ...scenario.state, status: "sealed", closure: "completed" }, id)).toBe(true);
		expect(canBeShownAgain({ ...scenario.state, status: "sealed", closure: "cancelled" }, id)).toBe(false);
		expect(truthOfText("vin", WRONG, VIN).verdict).toBe("discrepancy");
		expect(truthOfText("vin", VIN.toLowerCase(), VIN).verdict).toBe("cleared");
	});
});
