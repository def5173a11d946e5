import { z } from "zod";
import type { InspectionPlan } from "../../contracts/plan.js";
import { VinspectError } from "../../domain/errors.js";
import type { WebDeps } from "../deps.js";

/** Revisions of one model's plan, newest first. */
export type Revisions = readonly [InspectionPlan, ...InspectionPlan[]];

/** A model's plans among those of a plant, newest first. */
export const ofModel = (plans: readonly InspectionPlan[], model: string): readonly InspectionPlan[] =>
	plans.filter((plan) => plan.model === model).toSorted((a, b) => b.revision - a.revision);

const RevisionNumber = z.coerce.number().int().positive();

/** Every revision of a model's plan. Errors: `plan_missing` where there is none. */
export async function revisionsOf(deps: WebDeps, model: string): Promise<Revisions> {
	const [newest, ...older] = ofModel(await deps.store.plans.list(deps.plant), model);
	if (newest) return [newest, ...older];
	throw new VinspectError("plan_missing", `There is no inspection plan for ${model}.`);
}

/** One of them, by its number as it was sent. Errors: `plan_missing`. */
export function revisionIn(revisions: Revisions, revision: unknown): InspectionPlan {
	const { data: number } = RevisionNumber.safeParse(revision);
	const found = revisions.find((plan) => plan.revision === number);
	if (found) return found;
	const [{ model }] = revisions;
	throw new VinspectError("plan_missing", `There is no revision ${String(revision)} of a plan for ${model}.`);
}
