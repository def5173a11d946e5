import { describe, expect, test } from "vitest";
import { LANXING_PLAN, PLANS } from "../../src/demonstration/plans.js";
import {
	EMPTY_PLAN,
	type PlanValues,
	planOfValues,
	rearranged,
	valuesOfForm,
	valuesOfPlan,
} from "../../src/web/plans/plan-form.js";

/** What a browser sends of a form that shows these values. */
function sent(values: PlanValues): Record<string, string> {
	const { witnesses, rules, labelEn, labelZh, ...rest } = values;
	return {
		...rest,
		"label.en": labelEn,
		"label.zh": labelZh,
		...Object.fromEntries(
			witnesses.flatMap((w, i) => [
				...[
					[`w.${i}.id`, w.id],
					[`w.${i}.kind`, w.kind],
					[`w.${i}.label.en`, w.labelEn],
					[`w.${i}.label.zh`, w.labelZh],
					[`w.${i}.station`, w.station],
				],
				...w.fields.map((field) => [`w.${i}.field.${field}`, "on"]),
			]),
		),
		...Object.fromEntries(rules.map((name) => [`rule.${name}`, "on"])),
	};
}

const values = valuesOfPlan(LANXING_PLAN);
const faultsOf = (changed: Partial<PlanValues>) => {
	const result = planOfValues({ ...values, ...changed });
	return "faults" in result ? result.faults : {};
};

describe("the plan editor's form", () => {
	test.each(PLANS.map((plan) => [plan.model, plan] as const))(
		"gives back the plan it shows: %s",
		(_, plan) => {
			const result = planOfValues(valuesOfForm(sent(valuesOfPlan(plan))));
			if (!("plan" in result)) throw new Error(JSON.stringify(result));
			const sorted = ({ witnesses, rules, ...rest }: typeof plan) => ({
				...rest,
				rules: rules?.toSorted(),
				witnesses: witnesses.map((w) => ({ ...w, fields: w.fields.toSorted() })),
			});
			expect(sorted(result.plan)).toEqual(sorted(plan));
		},
	);

	test("says in which place what is wrong", () => {
		const [first, second] = values.witnesses;
		if (!first || !second) throw new Error("two witnesses are needed");
		expect(
			faultsOf({
				model: "",
				labelZh: "",
				undoSeconds: "-1",
				decisionDeadlineMinutes: "soon",
				captureDeadlineMinutes: "",
			}),
		).toEqual({
			model: "required",
			"label.zh": "required",
			undoSeconds: "zero",
			decisionDeadlineMinutes: "positive",
			captureDeadlineMinutes: "positive",
		});
		expect(faultsOf({ witnesses: [{ ...first, id: "a b", station: "", fields: [] }] })).toEqual({
			"w.0.id": "identifier",
			"w.0.station": "required",
			"w.0.fields": "fields",
		});
		expect(faultsOf({ witnesses: [first, { ...second, id: first.id }] })).toEqual({ "w.1.id": "twice" });
		expect(faultsOf({ witnesses: [{ ...first, id: "vehicle" }] })).toEqual({ "w.0.id": "reserved" });
		expect(faultsOf({ witnesses: [] })).toEqual({ witnesses: "required" });
	});

	test("adds, removes and moves witnesses and keeps what is typed in the others", () => {
		const ids = (changed: PlanValues) => changed.witnesses.map(({ id }) => id);
		const [a = "", b = "", ...more] = ids(values);
		expect(ids(rearranged(values, "add"))).toEqual([a, b, ...more, ""]);
		expect(ids(rearranged(values, "remove.0"))).toEqual([b, ...more]);
		expect(ids(rearranged(values, "up.1"))).toEqual([b, a, ...more]);
		expect(ids(rearranged(values, "down.0"))).toEqual([b, a, ...more]);
		for (const nothing of ["up.0", "remove.99", "remove.", "steal.1", ""])
			expect(rearranged(values, nothing).witnesses).toEqual(values.witnesses);
	});

	test("begins with an empty plan that only lacks names", () => {
		expect(Object.values(faultsOf(EMPTY_PLAN)).every((fault) => fault === "required")).toBe(true);
	});

	test("leaves out fields that the chosen kind can't show", () => {
		const form = { ...sent(values), "w.0.kind": "gear", "w.0.field.toothCount": "on" };
		expect(valuesOfForm(form).witnesses[0]?.fields).toEqual(["toothCount"]);
	});
});
