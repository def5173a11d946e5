import type { InspectionPlanInput } from "../contracts/plan.js";
import type { ErrorPart } from "./errors.js";
import { isFieldName } from "./fields.js";
import { ruleNamed } from "./rules/index.js";

/** Witness name of findings that stand between witnesses or on the record itself. */
export const VEHICLE = "vehicle";
/** Field name of findings on a witness as a whole. */
export const WHOLE_CAPTURE = "capture";
/** Field name of findings on damage. */
export const CONDITION = "condition";

/** More witnesses than any vehicle carries. */
export const MOST_WITNESSES = 20;

/** What makes an inspection plan unusable beyond its shape; empty when it can be released. */
export function planProblems(plan: InspectionPlanInput): readonly ErrorPart[] {
	const problems: ErrorPart[] = [];
	const seen = new Set<string>();
	if (plan.witnesses.length > MOST_WITNESSES)
		problems.push({ path: "witnesses", message: `are more than ${MOST_WITNESSES}` });
	for (const [index, witness] of plan.witnesses.entries()) {
		const path = `witnesses.${index}`;
		if (witness.id === VEHICLE) problems.push({ path: `${path}.id`, message: `"${VEHICLE}" is reserved` });
		if (seen.has(witness.id)) problems.push({ path: `${path}.id`, message: `"${witness.id}" stands twice` });
		seen.add(witness.id);
		for (const [position, field] of witness.fields.entries()) {
			if (!isFieldName(field)) {
				problems.push({ path: `${path}.fields.${position}`, message: `"${field}" is no known field` });
			} else if (witness.fields.indexOf(field) !== position) {
				problems.push({ path: `${path}.fields.${position}`, message: `"${field}" stands twice` });
			}
		}
	}
	for (const [index, name] of (plan.rules ?? []).entries()) {
		const path = `rules.${index}`;
		if (!ruleNamed(name)) problems.push({ path, message: `"${name}" is no known rule` });
		else if (plan.rules?.indexOf(name) !== index) problems.push({ path, message: `"${name}" stands twice` });
	}
	return problems;
}
