import {
	InspectionPlanBody,
	InspectionPlanList,
	PictureUpload,
	PlanChangesAnswer,
	PlanChangesParams,
	PlanChangesQuery,
} from "../../../contracts/api.js";
import { CaptureImage } from "../../../contracts/capture.js";
import { InspectionPlan } from "../../../contracts/plan.js";
import { TryOutAnswer, TryOutBody } from "../../../contracts/try-out.js";
import { PICTURE_ERRORS } from "../../../domain/errors.js";
import { planChanges } from "../../../domain/plan-changes.js";
import type { WebDeps } from "../../deps.js";
import { keepPicture } from "../../pictures/keep-picture.js";
import { revisionIn, revisionsOf } from "../../plans/revisions.js";
import { tryOutPlan } from "../../plans/try-out.js";
import { jsonBody, uploadBody } from "../bodies.js";
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
			errors: ["revision_conflict"],
			idempotent: true,
			async handle({ body, actor }) {
				const { status, newest, ...content } = body;
				const plan = await deps.store.plans.save(deps.plant, content, status, actor.name, newest);
				return { status: 201, body: plan };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/plans/{model}/changes",
			operationId: "comparePlans",
			summary: "In what two revisions of a model's plan differ",
			tag: "plans",
			roles: ["operator", "auditor", "engineer", "administrator"],
			params: PlanChangesParams,
			query: PlanChangesQuery,
			answers: { 200: { schema: PlanChangesAnswer, description: "The changes." } },
			errors: ["plan_missing"],
			async handle({ params, query }) {
				const revisions = await revisionsOf(deps, params.model);
				const changes = planChanges(revisionIn(revisions, query.from), revisionIn(revisions, query.to));
				return { status: 200, body: PlanChangesAnswer.parse(changes) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/plans/try-out/pictures",
			operationId: "uploadTryOutPicture",
			summary: "Keep a picture to try a plan out on; it belongs to no inspection",
			tag: "plans",
			roles: ["engineer", "administrator"],
			body: uploadBody(PictureUpload),
			answers: { 201: { schema: CaptureImage, description: "The picture, by its digest." } },
			errors: [...PICTURE_ERRORS, "storage_full", "reader_unavailable"],
			async handle({ body }) {
				return { status: 201, body: await keepPicture(deps, body.file.sha256) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/plans/try-out",
			operationId: "tryOutPlan",
			summary: "What a plan, saved or not, would detect, read and find in one picture",
			tag: "plans",
			roles: ["engineer", "administrator"],
			body: jsonBody(TryOutBody),
			answers: { 200: { schema: TryOutAnswer, description: "What was seen and what it comes to." } },
			errors: ["record_missing", "capture_missing", "workflow_unavailable"],
			async handle({ body, actor }) {
				const { inspection, observation } = await tryOutPlan(deps, body, actor);
				return { status: 200, body: { observation, findings: inspection.findings } };
			},
		}),
	];
}
