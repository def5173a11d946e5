import { InspectionParams } from "../../../contracts/api.js";
import { AuditPage, AuditQuery, AuditState } from "../../../contracts/audit-page.js";
import { HoldReason, Retained } from "../../../contracts/retention.js";
import { auditStateOf, liftHold, retainedOf, setHold } from "../../audit.js";
import type { WebDeps } from "../../deps.js";
import { jsonBody } from "../bodies.js";
import { AUDITORS } from "../inspection-access.js";
import { jsonOperation, type Operation } from "../operation.js";

const HOLD_ERRORS = ["inspection_missing", "hold_conflict"] as const;

/** The plant's audit chain, and legal holds on what is kept. */
export function plantAuditOperations(deps: WebDeps): Operation[] {
	return [
		jsonOperation({
			method: "get",
			path: "/audit/events",
			operationId: "listAuditEvents",
			summary: "What happened in the plant, newest first, by subject, person and action",
			tag: "audit",
			roles: AUDITORS,
			query: AuditQuery,
			answers: { 200: { schema: AuditPage, description: "One page, newest first." } },
			errors: [],
			async handle({ query: { after, limit, ...filter } }) {
				const { items, next } = await deps.store.audit.list(filter, after ?? null, limit);
				return { status: 200, body: { items: [...items], next } };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/audit/state",
			operationId: "getAuditState",
			summary: "End of the audit chain, its last signature and its last verification",
			tag: "audit",
			roles: AUDITORS,
			answers: { 200: { schema: AuditState, description: "How the chain stands." } },
			errors: [],
			async handle() {
				return { status: 200, body: await auditStateOf(deps) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/inspections/{inspectionId}/retention",
			operationId: "getRetention",
			summary: "Legal hold on an inspection, and what of it was deleted by which rule",
			tag: "audit",
			roles: AUDITORS,
			params: InspectionParams,
			answers: { 200: { schema: Retained, description: "Hold and deletions." } },
			errors: ["inspection_missing"],
			async handle({ params }) {
				return { status: 200, body: await retainedOf(deps, params.inspectionId) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/inspections/{inspectionId}/hold",
			operationId: "setLegalHold",
			summary: "Keep everything of an inspection from being deleted until the hold is lifted",
			tag: "audit",
			roles: AUDITORS,
			params: InspectionParams,
			body: jsonBody(HoldReason),
			answers: { 200: { schema: Retained, description: "It is held." } },
			errors: HOLD_ERRORS,
			async handle({ params, body, actor }) {
				return { status: 200, body: await setHold(deps, params.inspectionId, actor.name, body.reason) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/inspections/{inspectionId}/hold/lift",
			operationId: "liftLegalHold",
			summary: "Lift the legal hold on an inspection",
			tag: "audit",
			roles: AUDITORS,
			params: InspectionParams,
			body: jsonBody(HoldReason),
			answers: { 200: { schema: Retained, description: "Nobody holds it." } },
			errors: HOLD_ERRORS,
			async handle({ params, body, actor }) {
				return { status: 200, body: await liftHold(deps, params.inspectionId, actor.name, body.reason) };
			},
		}),
	];
}
