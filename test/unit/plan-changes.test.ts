import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InspectionPlanInput, PlannedWitness } from "../../src/contracts/plan.js";
import { LANXING_PLAN } from "../../src/demonstration/plans.js";
import { planChanges } from "../../src/domain/plan-changes.js";

const [stamp, plate, certificate] = LANXING_PLAN.witnesses;
if (!stamp || !plate || !certificate) throw new Error("the demonstration plan has three witnesses and more");

const withWitnesses = (...witnesses: readonly PlannedWitness[]): InspectionPlanInput => ({
	...LANXING_PLAN,
	witnesses: [...witnesses],
});

describe("two revisions of a plan", () => {
	test("that say the same have no changes, whatever the order of fields and rules", () => {
		const turned = {
			...LANXING_PLAN,
			rules: LANXING_PLAN.rules?.toReversed(),
			witnesses: LANXING_PLAN.witnesses.map((w) => ({ ...w, fields: w.fields.toReversed() })),
		};
		expect(planChanges(LANXING_PLAN, turned)).toEqual({
			values: [],
			witnesses: [],
			rulesAdded: [],
			rulesRemoved: [],
			count: 0,
		});
	});

	test("differ in values, witnesses, fields and rules", () => {
		const { rules = [] } = LANXING_PLAN;
		const changes = planChanges(withWitnesses(stamp, plate), {
			...withWitnesses({ ...plate, station: "dock-7", fields: ["vin", "seats", "maxSpeed"] }, certificate),
			undoSeconds: 30,
			rules: rules.slice(1),
		});
		expect(changes.values).toEqual([{ member: "undoSeconds", from: "10", to: "30" }]);
		expect(changes.witnesses.map(({ id, change }) => [id, change])).toEqual([
			["nameplate", "changed"],
			["certificate", "added"],
			["stamp", "removed"],
		]);
		expect(changes.witnesses[0]).toMatchObject({
			values: [{ member: "station", from: plate.station, to: "dock-7" }],
			fieldsAdded: ["maxSpeed"],
			fieldsRemoved: plate.fields.filter((field) => field !== "vin" && field !== "seats"),
		});
		// what is new or gone comes whole: its kind, station and names are told, not compared
		expect(changes.witnesses.slice(1).map(({ witness, values }) => [witness, values])).toEqual([
			[certificate, []],
			[stamp, []],
		]);
		expect(changes.rulesRemoved).toEqual(rules.slice(0, 1));
		expect(changes.count).toBe(5);
	});

	test("show a witness that changed places, and none that others were put in front of", () => {
		const moved = planChanges(withWitnesses(stamp, plate), withWitnesses(plate, stamp));
		expect(moved.witnesses.map(({ id, values }) => [id, values])).toEqual([
			["nameplate", [{ member: "place", from: "2", to: "1" }]],
			["stamp", [{ member: "place", from: "1", to: "2" }]],
		]);
		const pushed = planChanges(withWitnesses(stamp), withWitnesses(certificate, stamp));
		expect(pushed.witnesses.map(({ id }) => id)).toEqual(["certificate"]);
	});

	test("compared the other way round, show the same changes reversed", () => {
		const some = fc.subarray([...LANXING_PLAN.witnesses], { minLength: 1 }).chain((witnesses) =>
			fc.record({
				witnesses: fc.shuffledSubarray(witnesses, { minLength: witnesses.length }),
				rules: fc.subarray([...(LANXING_PLAN.rules ?? [])]),
				undoSeconds: fc.nat(3),
			}),
		);
		fc.assert(
			fc.property(some, some, (a, b) => {
				const [one, other] = [
					{ ...LANXING_PLAN, ...a },
					{ ...LANXING_PLAN, ...b },
				];
				const [there, back] = [planChanges(one, other), planChanges(other, one)];
				expect(there.count).toBe(back.count);
				expect(there.rulesAdded).toEqual(back.rulesRemoved);
				const added = there.witnesses.filter(({ change }) => change === "added").map(({ id }) => id);
				const removed = back.witnesses.filter(({ change }) => change === "removed").map(({ id }) => id);
				expect(added.toSorted()).toEqual(removed.toSorted());
			}),
		);
	});
});
