import type { Finding } from "../contracts/finding.js";
import type { InspectionPlan } from "../contracts/plan.js";
import type { VehicleRecord } from "../contracts/record.js";
import { compareValues } from "./compare.js";
import { vehicleFinding } from "./empty-finding.js";
import type { WitnessObservations } from "./evidence.js";
import { expectedValue } from "./judge-witness.js";
import { normalised } from "./normalise.js";
import { ruleFindings } from "./rule-findings.js";
import { type Statement, statements } from "./statements.js";
import { CHECK_POSITION, checkDigitHolds } from "./vin.js";

interface WitnessStatement {
	readonly witness: string;
	readonly statement: Statement;
}

/** What each witness states for a field; a witness that contradicts itself states nothing here. */
export function witnessStatements(
	plan: InspectionPlan,
	observations: WitnessObservations,
	field: string,
): readonly WitnessStatement[] {
	return plan.witnesses.flatMap((planned) => {
		if (!planned.fields.includes(field)) return [];
		const [best, ...others] = statements(field, observations.get(planned.id) ?? []);
		if (!best || others.some((o) => !compareValues(field, o.value, best.value).equal)) return [];
		return [{ witness: planned.id, statement: best }];
	});
}

function agreement(field: string, stated: readonly WitnessStatement[], agree: boolean): Finding {
	return {
		...vehicleFinding(field, field),
		rule: "witness_agreement",
		outcome: agree ? "match" : "conflict",
		statements: Object.fromEntries(
			stated.map(({ witness, statement }) => [witness, normalised(field, statement.value)]),
		),
	};
}

/** Whether two witnesses of one vehicle agree on what both of them show. */
function agreements(
	plan: InspectionPlan,
	record: VehicleRecord,
	observations: WitnessObservations,
	witnessFindings: readonly Finding[],
): readonly Finding[] {
	const fields = new Set(plan.witnesses.flatMap((witness) => witness.fields));
	return [...fields].flatMap((field) => {
		const stated = witnessStatements(plan, observations, field);
		if (stated.length < 2) return [];
		const agree = stated.every((a) =>
			stated.every((b) => compareValues(field, a.statement.value, b.statement.value).equal),
		);
		// The record names the wrong side already: a second exception would ask the same question again.
		const named = witnessFindings.some((f) => f.field === field && f.outcome === "mismatch");
		if (agree && expectedValue(record, field) !== null) return [];
		return agree || !named ? [agreement(field, stated, agree)] : [];
	});
}

/** ISO 3779 / 49 CFR 565.15(c). Where it is advisory only, a failure stays a remark: a match with the position marked. */
function checkDigit(plan: InspectionPlan, record: VehicleRecord): readonly Finding[] {
	if (plan.checkDigit === "off") return [];
	const valid = checkDigitHolds(record.vin);
	return [
		{
			...vehicleFinding("checkDigit", "vin"),
			rule: "check_digit",
			outcome: valid || plan.checkDigit === "advisory" ? "match" : "mismatch",
			read: record.vin,
			differences: valid ? [] : [CHECK_POSITION],
		},
	];
}

/** Findings between witnesses and on the record itself. The check digit never mends a character; it only accuses. */
export function crosscheck(
	plan: InspectionPlan,
	record: VehicleRecord,
	observations: WitnessObservations,
	witnessFindings: readonly Finding[],
): readonly Finding[] {
	return [
		...agreements(plan, record, observations, witnessFindings),
		...checkDigit(plan, record),
		...ruleFindings(plan, observations),
	];
}
