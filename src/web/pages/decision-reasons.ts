import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../config/package-root.js";
import { DecisionAction } from "../../contracts/exception.js";
import { Bilingual, Identifier } from "../../contracts/primitives.js";

const Reason = Bilingual.extend({ code: Identifier });
const ReasonGroup = Bilingual.extend({ reasons: z.array(Reason).min(1) });

/** The tree a person picks a reason from: action → group → reason. */
export const DecisionReasons = z.record(DecisionAction, z.array(ReasonGroup).min(1));
export type DecisionReasons = z.infer<typeof DecisionReasons>;
export type ReasonGroup = z.infer<typeof ReasonGroup>;

/** Reads templates/decision-reasons.json, the plant's own list. */
export function loadDecisionReasons(): DecisionReasons {
	const path = join(PACKAGE_ROOT, "templates", "decision-reasons.json");
	return DecisionReasons.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Words of a reason's code in both languages; null for a code this tree does not hold. */
export function reasonOf(tree: DecisionReasons, code: string): Bilingual | null {
	const all = Object.values(tree).flatMap((groups) => groups.flatMap(({ reasons }) => reasons));
	return all.find((reason) => reason.code === code) ?? null;
}
