import type { Connection } from "mongoose";
import {
	type InspectionPlanDocument,
	inspectionPlanSchema,
	PLAN_QUERIES,
} from "../../../models/records/inspection-plan.js";
import { type InspectionPlan, InspectionPlanInput } from "../../contracts/plan.js";
import { VinspectError } from "../../domain/errors.js";
import { planProblems } from "../../domain/plan.js";
import type { InspectionPlans } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

const withoutId = ({ _id, ...plan }: InspectionPlanDocument): InspectionPlan => plan;

export function mongoInspectionPlans(connection: Connection): InspectionPlans {
	const Plan = connection.model<InspectionPlanDocument>("InspectionPlan", inspectionPlanSchema());
	return {
		async save(plant, input, status, by, expected) {
			const content = InspectionPlanInput.parse(input);
			const problems = planProblems(content);
			if (problems.length > 0) {
				throw new VinspectError(
					"request_invalid",
					`The inspection plan for ${content.model} can't be used: ${problems.map((p) => `${p.path} ${p.message}`).join("; ")}.`,
					problems,
				);
			}
			for (;;) {
				const newest = await Plan.findOne({ plant, model: content.model })
					.sort(PLAN_QUERIES.ofPlant.order)
					.lean();
				if (expected !== undefined && expected !== (newest?.revision ?? 0)) {
					throw new VinspectError(
						"revision_conflict",
						`Revision ${newest?.revision ?? 0} of the plan for ${content.model} was saved by ${newest?.createdBy ?? "nobody"} meanwhile.`,
					);
				}
				const plan: InspectionPlan = {
					...content,
					plant,
					revision: (newest?.revision ?? 0) + 1,
					status,
					createdAt: new Date().toISOString(),
					createdBy: by,
				};
				try {
					await Plan.create({ _id: `${plant}/${plan.model}/${plan.revision}`, ...plan });
					return plan;
				} catch (error) {
					if (!isDuplicateKey(error)) throw error; // somebody took this revision: take the next
				}
			}
		},
		async released(plant, model) {
			const plan = await Plan.findOne({ plant, model, status: "released" })
				.sort(PLAN_QUERIES.newestReleased.order)
				.lean();
			return plan ? withoutId(plan) : null;
		},
		async list(plant) {
			const plans = await Plan.find({ plant }).sort(PLAN_QUERIES.ofPlant.order).lean();
			return plans.map(withoutId);
		},
	};
}
