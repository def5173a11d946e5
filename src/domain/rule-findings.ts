import type { Finding } from "../contracts/finding.js";
import type { InspectionPlan } from "../contracts/plan.js";
import { compareValues } from "./compare.js";
import { vehicleFinding } from "./empty-finding.js";
import type { WitnessObservations } from "./evidence.js";
import type { FieldName } from "./fields.js";
import { normalised } from "./normalise.js";
import { rulesOf } from "./rules/index.js";
import { evaluate, type FieldValues, type Rule } from "./rules/rule.js";
import { type Statement, statements } from "./statements.js";

/** What a vehicle states for a field, and by which witness. */
interface VehicleStatement {
	readonly witness: string;
	readonly statement: Statement;
}

/** What the witnesses state for each field together; where two of them differ, nothing: that is a finding already. */
function vehicleStatements(
	plan: InspectionPlan,
	observations: WitnessObservations,
	fields: ReadonlySet<FieldName>,
): ReadonlyMap<FieldName, VehicleStatement> {
	const stated = new Map<FieldName, VehicleStatement>();
	for (const field of fields) {
		const all = plan.witnesses.flatMap(({ id }) =>
			statements(field, observations.get(id) ?? []).map((statement) => ({ witness: id, statement })),
		);
		const [first, ...others] = all;
		const agreed = others.every(({ statement }) =>
			first ? compareValues(field, statement.value, first.statement.value).equal : false,
		);
		// The most exact of them: a certificate gives the day of a month that a plate shows.
		const exact = all.reduce<VehicleStatement | undefined>(
			(best, one) =>
				best && String(best.statement.value).length >= String(one.statement.value).length ? best : one,
			undefined,
		);
		if (exact && agreed) stated.set(field, exact);
	}
	return stated;
}

function findingOf(rule: Rule, stated: ReadonlyMap<FieldName, VehicleStatement>): Finding {
	const [leading] = rule.fields;
	const lead = stated.get(leading);
	const said = rule.fields.flatMap((field) => {
		const one = stated.get(field);
		return one ? [[`${one.witness}@${field}`, normalised(field, one.statement.value)] as const] : [];
	});
	return {
		...vehicleFinding(rule.name, leading),
		rule: "cross_rule",
		crossRule: rule.name,
		outcome: rule.weight === "violation" ? "mismatch" : "match",
		read: lead ? normalised(leading, lead.statement.value) : null,
		confidence: lead?.statement.observed.confidence ?? null,
		capture: lead?.statement.capture ?? null,
		box: lead?.statement.observed.box ?? null,
		statements: Object.fromEntries(said),
	};
}

/**
 * What the plan's rules object to in the accepted readings. A rule that holds, or that can't be evaluated, says
 * nothing; a remark stands among the findings without opening an exception.
 */
export function ruleFindings(plan: InspectionPlan, observations: WitnessObservations): readonly Finding[] {
	const rules = rulesOf(plan).filter(({ markets }) => markets?.includes(plan.market) ?? true);
	if (rules.length === 0) return [];
	const stated = vehicleStatements(plan, observations, new Set(rules.flatMap(({ fields }) => fields)));
	const values: FieldValues = Object.fromEntries(
		[...stated].map(([field, { statement }]) => [field, statement.value]),
	);
	const shown = new Set(
		[...observations.values()].flatMap((all) => all.flatMap(({ fields }) => Object.keys(fields))),
	);
	return rules
		.filter((rule) => evaluate(rule, values, shown) === false)
		.map((rule) => findingOf(rule, stated));
}
