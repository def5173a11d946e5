import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Capture } from "../../src/contracts/capture.js";
import { DecisionAction } from "../../src/contracts/exception.js";
import { Inspection } from "../../src/contracts/inspection.js";
import { compareValues } from "../../src/domain/compare.js";
import { standingDecisions } from "../../src/domain/review.js";
import { Scenario, type Sight } from "../support/inspection-scenario.js";
import { ANNA, BEN, PLAN, VIN } from "../support/sample-vehicle.js";

const WITNESSES = PLAN.witnesses.map(({ id }) => id);
const WRONG_VIN = `${VIN.slice(0, 16)}5`;

const sight: fc.Arbitrary<Sight> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant({ shows: { vin: VIN, grossMass: 1980, engineNumber: "K20A-1" } }) },
	fc.record({
		shows: fc.record(
			{
				vin: fc.constantFrom(VIN, WRONG_VIN),
				grossMass: fc.constantFrom(1980, 2000),
				engineNumber: fc.constantFrom("K20A-1", "K20A-7"),
			},
			{ requiredKeys: [] },
		),
		unclear: fc.record({ vin: fc.constantFrom(VIN, WRONG_VIN) }, { requiredKeys: [] }),
	}),
	fc.constantFrom<Sight>({ retake: "blurred" }, { absent: true }, { refusal: "undecodable" }),
);

type Step = (scenario: Scenario, unread: Capture[]) => void;

/** Picks one of what is there by an unbounded number. */
const pick = <Item>(items: readonly Item[], choice: number): Item | undefined => items[choice % items.length];

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.tuple(fc.constantFrom(...WITNESSES), sight).map(([witness, seen]): Step => {
			return (scenario) => scenario.shows(witness, seen);
		}),
	},
	fc.constantFrom(...WITNESSES).map((witness): Step => {
		return (scenario, unread) => {
			const capture = scenario.arrives(witness);
			if (capture) unread.push(capture);
		};
	}),
	fc.tuple(fc.nat(), sight).map(([choice, seen]): Step => {
		return (scenario, unread) => {
			const capture = pick(unread, choice);
			if (capture) scenario.read(capture, seen);
		};
	}),
	{
		weight: 6,
		arbitrary: fc
			.tuple(
				fc.nat(),
				fc.constantFrom(...DecisionAction.options),
				fc.constantFrom(ANNA, BEN),
				fc.constantFrom(VIN, WRONG_VIN, "1980", "K20A-1"),
				fc.constantFrom("rework" as const, "hold" as const, "scrap" as const),
			)
			.map(([choice, action, by, correctedText, disposition]): Step => {
				return (scenario) => {
					const exception = pick(scenario.state.exceptions, choice);
					if (!exception) return;
					const more = { correctedText, disposition, reason: "reason" };
					scenario.decides(exception.finding.findingId, action, by, more);
				};
			}),
	},
	fc.tuple(fc.nat(), fc.constantFrom(ANNA, BEN)).map(([choice, by]): Step => {
		return (scenario) => {
			const exception = pick(scenario.state.exceptions, choice);
			if (exception) scenario.undoes(exception.finding.findingId, by);
		};
	}),
	fc.double({ min: 0, max: 12, noNaN: true }).map(
		(minutes): Step =>
			(scenario) =>
				scenario.passes(minutes),
	),
	fc.constant<Step>((scenario) => void scenario.settles()),
	fc.constant<Step>((scenario) => scenario.isCancelled(ANNA)),
);

const story = fc.array(step, { maxLength: 30 });

/** Why a passed vehicle should not have passed; empty where all is well. */
function escapes(inspection: Inspection): string[] {
	return inspection.findings.flatMap((finding) => {
		if (finding.outcome === "match") return [];
		const exception = inspection.exceptions.find((e) => e.finding.findingId === finding.findingId);
		if (exception?.status !== "resolved") return [`${finding.findingId} was never resolved`];
		const standing = standingDecisions(inspection, exception);
		const correction = standing.findLast((d) => d.action === "correct_reading");
		const text = correction?.correctedText ?? "";
		if (finding.expected !== null && !compareValues(finding.field, text, finding.expected).equal) {
			return [`${finding.findingId} passed without a correction that equals the record`];
		}
		const alone = new Set(standing.map((d) => d.by)).size < 2;
		const accused = finding.outcome === "mismatch" || finding.outcome === "conflict";
		return accused && alone ? [`${finding.findingId} was released by one person alone`] : [];
	});
}

describe("whatever happens to an inspection", () => {
	it("a vehicle passes only with every finding matched, or corrected as the rules demand", () => {
		let passes = 0;
		fc.assert(
			fc.property(story, fc.boolean(), (steps, goodFirst) => {
				const scenario = new Scenario();
				const unread: Capture[] = [];
				if (goodFirst) {
					const shows = { vin: VIN, grossMass: 1980, engineNumber: "K20A-1" };
					for (const witness of WITNESSES.slice(1)) scenario.shows(witness, { shows });
				}
				for (const take of steps) take(scenario, unread);
				const { disposition, closure, ...inspection } = scenario.settles();
				if (disposition !== "pass") return;
				passes += 1;
				expect(closure).not.toBe("decision_deadline");
				expect(closure).not.toBe("cancelled");
				expect(escapes({ disposition, closure, ...inspection })).toEqual([]);
				for (const witness of WITNESSES) {
					expect(inspection.findings.some((f) => f.witness === witness)).toBe(true);
				}
			}),
			{ numRuns: 2000 },
		);
		// The property says nothing where nothing passes.
		expect(passes).toBeGreaterThan(50);
	});

	it("the record only grows, every state keeps the contract, and each discrepancy has one exception", () => {
		fc.assert(
			fc.property(story, (steps) => {
				const scenario = new Scenario();
				const unread: Capture[] = [];
				for (const take of steps) {
					const before = scenario.state;
					take(scenario, unread);
					const after = scenario.state;
					if (after !== before) expect(after.version).toBeGreaterThan(before.version);
					expect(after.events.slice(0, before.events.length)).toEqual(before.events);
					expect(after.captures.slice(0, before.captures.length)).toEqual(before.captures);
					for (const exception of before.exceptions) {
						const later = after.exceptions.find((e) => e.exceptionId === exception.exceptionId);
						const ids = later?.decisions.map((d) => d.decisionId).slice(0, exception.decisions.length);
						expect(ids).toEqual(exception.decisions.map((d) => d.decisionId));
					}
					const open = after.findings.filter((f) => f.outcome !== "match").map((f) => f.findingId);
					const covered = after.exceptions
						.filter((e) => e.status !== "superseded")
						.map((e) => e.finding.findingId);
					expect(covered.sort()).toEqual(open.sort());
					expect(new Set(after.findings.map((f) => f.findingId)).size).toBe(after.findings.length);
				}
				Inspection.parse(scenario.state);
			}),
			{ numRuns: 500 },
		);
	});

	it("an exception that expired never passes, and a finished inspection never changes its outcome", () => {
		fc.assert(
			fc.property(story, story, (before, after) => {
				const scenario = new Scenario();
				const unread: Capture[] = [];
				for (const take of before) take(scenario, unread);
				scenario.passes(10_000);
				for (const capture of unread) scenario.read(capture, { refusal: "not_read" });
				scenario.passes(10_000);
				const { disposition, exceptions } = scenario.settles();
				if (disposition === null) return expect(scenario.finished).toBe(false);
				if (exceptions.some((e) => e.status === "expired")) expect(disposition).toBe("hold");
				for (const take of after) take(scenario, []);
				expect(scenario.state.disposition).toBe(disposition);
			}),
			{ numRuns: 500 },
		);
	});

	it("the order in which captures arrive and are read does not change the findings", () => {
		const shots = fc.array(fc.tuple(fc.constantFrom(...WITNESSES), sight), { minLength: 1, maxLength: 8 });
		fc.assert(
			fc.property(shots, fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat()), (taken, a, b) => {
				const outcome = (order: fc.Stream<number>) => {
					const keyed = taken.map((shot, i) => ({ shot, i, key: order.next().value ?? 0 }));
					const scenario = new Scenario();
					const arrived = keyed
						.sort((x, y) => x.key - y.key)
						.map(({ shot: [witness, seen], i }) => ({
							capture: scenario.arrives(witness, i.toString(16).padStart(64, "0")),
							seen,
							key: order.next().value ?? 0,
						}));
					for (const { capture, seen } of arrived.sort((x, y) => x.key - y.key)) {
						if (capture) scenario.read(capture, seen);
					}
					scenario.passes(10);
					return { findings: scenario.state.findings, disposition: scenario.settles().disposition };
				};
				expect(outcome(a)).toEqual(outcome(b));
			}),
			{ numRuns: 500 },
		);
	});
});
