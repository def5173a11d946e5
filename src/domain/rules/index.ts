import type { InspectionPlanInput } from "../../contracts/plan.js";
import type { Market } from "../../contracts/record.js";
import type { FieldName } from "../fields.js";
import { DIMENSION_RULES } from "./dimensions.js";
import { DRIVE_RULES } from "./drive.js";
import { IDENTITY_RULES } from "./identity.js";
import { MASS_RULES } from "./masses.js";
import { OCCUPANT_RULES } from "./occupants.js";
import type { Rule } from "./rule.js";

/** Every rule between fields of one vehicle; `docs/rules.md` lists them. A plan names those it applies. */
export const RULES: readonly Rule[] = [
	...IDENTITY_RULES,
	...MASS_RULES,
	...DIMENSION_RULES,
	...DRIVE_RULES,
	...OCCUPANT_RULES,
];

const BY_NAME: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.name, rule]));

export function ruleNamed(name: string): Rule | undefined {
	return BY_NAME.get(name);
}

/** The rules that mean something in a market, for a plan to begin with. */
export function rulesFor(market: Market): readonly Rule[] {
	return RULES.filter(({ markets }) => markets?.includes(market) ?? true);
}

/** What a plan says of rules. */
type Ruled = Pick<InspectionPlanInput, "rules">;

/** The rules of a plan, in its order; a name the software no longer knows says nothing. */
export function rulesOf(plan: Ruled): readonly Rule[] {
	return (plan.rules ?? []).flatMap((name) => BY_NAME.get(name) ?? []);
}

/** Fields that a plan's rules speak of; a witness that shows one is read for it, compared or not. */
export function fieldsForRules(plan: Ruled): readonly FieldName[] {
	return [...new Set(rulesOf(plan).flatMap(({ fields, unless }) => [...fields, ...(unless ?? [])]))];
}
