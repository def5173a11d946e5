import { describe, expect, it } from "vitest";
import { InspectionPlanInput } from "../../src/contracts/plan.js";
import { VehicleRecordInput } from "../../src/contracts/record.js";
import { recordsCsv } from "../../src/demonstration/load.js";
import { PLANS, STATIONS } from "../../src/demonstration/plans.js";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { FIELDS, isFieldName } from "../../src/domain/fields.js";
import { planProblems } from "../../src/domain/plan.js";
import { checkDigitHolds } from "../../src/domain/vin.js";

const planOf = (model: string) => {
	const plan = PLANS.find((candidate) => candidate.model === model);
	if (!plan) throw new Error(`no plan for ${model}`);
	return plan;
};
const wrong = VEHICLES.filter(({ expected }) => expected.length > 0);
const good = VEHICLES.filter(({ expected }) => expected.length === 0);

describe("the demonstration plant", () => {
	it("has three models for three markets and two dozen vehicles, most of them good", () => {
		expect(new Set(PLANS.map(({ market }) => market))).toEqual(new Set(["CN", "EU", "US"]));
		expect(VEHICLES.length).toBeGreaterThanOrEqual(24);
		expect(good.length).toBeGreaterThan(wrong.length);
		expect(new Set(VEHICLES.map(({ record }) => record.vin)).size).toBe(VEHICLES.length);
		expect(new Set(VEHICLES.map(({ record }) => record.productionNumber)).size).toBe(VEHICLES.length);
	});

	it.each(PLANS)("plan $model is valid and its stations are there", (plan) => {
		expect(InspectionPlanInput.parse(plan)).toEqual(plan);
		expect(planProblems(plan)).toEqual([]);
		for (const { station } of plan.witnesses) expect(STATIONS).toContain(station);
	});

	it.each(VEHICLES)(
		"$record.productionNumber: record is valid, every planned witness is photographed",
		(v) => {
			const plan = planOf(v.record.model);
			expect(VehicleRecordInput.parse(v.record)).toEqual(v.record);
			for (const name of Object.keys(v.record.attributes)) expect(isFieldName(name)).toBe(true);
			expect(v.record.market).toBe(plan.market);
			expect(v.captures.map(({ witness }) => witness.id)).toEqual(plan.witnesses.map(({ id }) => id));
			const seeds = v.captures.map(({ order }) => order.seed);
			expect(new Set(seeds).size).toBe(seeds.length);
		},
	);

	it.each(good)(
		"$record.productionNumber: a good vehicle's record holds every planned field",
		({ record }) => {
			const fields = planOf(record.model).witnesses.flatMap((witness) => witness.fields);
			for (const field of fields) {
				// A seal is there or missing; no record says so.
				const isMark = isFieldName(field) && FIELDS[field].type === "mark";
				expect(field === "vin" || isMark || field in record.attributes, field).toBe(true);
			}
		},
	);

	it("check digits hold where the market demands them, but for the one planted error", () => {
		const failing = VEHICLES.filter(
			({ record }) => planOf(record.model).checkDigit === "mandatory" && !checkDigitHolds(record.vin),
		);
		expect(failing.map(({ expected }) => expected)).toEqual([
			[{ witness: "vehicle", field: "vin", outcome: "mismatch" }],
		]);
	});

	it("plants at least eight different discrepancies, each with an outcome the plan can lead to", () => {
		const kinds = wrong.map(({ record, expected }) => `${record.model} ${JSON.stringify(expected)}`);
		expect(new Set(kinds).size).toBeGreaterThanOrEqual(8);
		for (const { record, expected, what } of wrong) {
			expect(what?.en).toBeTruthy();
			expect(what?.zh).toBeTruthy();
			const { witnesses } = planOf(record.model);
			for (const { witness, field } of expected) {
				const fields =
					witness === "vehicle"
						? witnesses.flatMap((w) => w.fields)
						: ["capture", "condition", ...(witnesses.find(({ id }) => id === witness)?.fields ?? [])];
				expect(fields).toContain(field);
			}
		}
		expect(new Set(wrong.flatMap(({ expected }) => expected.map(({ outcome }) => outcome)))).toEqual(
			new Set(["mismatch", "unreadable", "missing", "conflict"]),
		);
	});

	it("exports its records as CSV, a line each, with cells quoted where they must be", () => {
		const lines = recordsCsv(VEHICLES.map(({ record }) => record))
			.trimEnd()
			.split("\r\n");
		expect(lines).toHaveLength(VEHICLES.length + 1);
		expect(lines[0]).toMatch(/^productionNumber,vin,model,market,/);
		expect(lines.find((line) => line.startsWith("PC26-8342"))).toContain('"PRAIRIE CREST MOTORS, INC."');
	});
});
