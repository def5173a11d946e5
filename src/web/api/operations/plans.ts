import { InspectionPlanBody, InspectionPlanList } from "../../../contracts/api.js";
import { InspectionPlan } from "../../../contracts/plan.js";
import type { WebDeps } from "../../deps.js";
import { jsonBody } from "../bodies.js";
import { jsonOperation, type Operation } from "../operation.js";

/** Inspection plans: which witnesses a vehicle model must show, in revisions. */
export function planOperations(deps: WebDeps): Operation[] {
	return [
		jsonOperation({
			method: "get",
			path: "/plans",
			operationId: "listPlans",
			summary: "Inspection plans of every vehicle model",
			tag: "plans",
			roles: ["operator", "auditor", "engineer", "administrator"],
			answers: { 200: { schema: InspectionPlanList, description: "The plans." } },
			errors: [],
			async handle() {
				return { status: 200, body: { items: [...(await deps.store.plans.list(deps.plant))] } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/plans",
			operationId: "savePlan",
			summary: "Save a plan as a new revision; a released one is in force from the next track-in",
			tag: "plans",
			roles: ["engineer", "administrator"],
			body: jsonBody(InspectionPlanBody),
			answers: { 201: { schema: InspectionPlan, description: "The revision." } },
			errors: [],
			idempotent: true,
			async handle({ body, actor }) {
				const { status, ...content } = body;
				const plan = await deps.store.plans.save(deps.plant, content, status, actor.name);
				return { status: 201, body: plan };
			},
		}),
	];
}
