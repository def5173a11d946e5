import { InspectionChange, InspectionParams } from "../../../contracts/api.js";
import { ROLES } from "../../../persistence/store.js";
import { stillLetIn } from "../../access/sessions.js";
import type { WebDeps } from "../../deps.js";
import type { Live } from "../../live/live.js";
import { maySeeRow, visibleInspection } from "../inspection-access.js";
import { eventsOperation, type Operation } from "../operation.js";

const description =
	"Server-sent events named `inspection`, and `claim` when somebody takes an exception or gives it back. Send the last id as `Last-Event-ID` to go on where the stream broke off.";

/** Inspections as they change, by server-sent events. */
export function liveOperations(deps: WebDeps, live: Live): Operation[] {
	return [
		eventsOperation({
			method: "get",
			path: "/events",
			operationId: "watchInspections",
			summary: "Every inspection that changes, as it changes",
			tag: "live",
			roles: ROLES,
			schema: InspectionChange,
			description,
			errors: ["too_many_requests"],
			handle: ({ actor, request, response }) =>
				live.stream(
					request,
					response,
					(row) => maySeeRow(row, actor),
					async () => [],
					() => actor.role !== "station",
					() => stillLetIn(deps, request),
				),
		}),
		eventsOperation({
			method: "get",
			path: "/inspections/{inspectionId}/events",
			operationId: "watchInspection",
			summary: "One inspection: its state now, then as it changes",
			tag: "live",
			roles: ROLES,
			params: InspectionParams,
			schema: InspectionChange,
			description,
			errors: ["inspection_missing", "workflow_unavailable", "too_many_requests"],
			handle: ({ params, actor, request, response }) =>
				live.stream(
					request,
					response,
					({ inspectionId }) => inspectionId === params.inspectionId,
					async () => [await visibleInspection(deps, params.inspectionId, actor)],
					(exceptionId) => actor.role !== "station" && exceptionId.startsWith(`${params.inspectionId}~`),
					() => stillLetIn(deps, request),
				),
		}),
	];
}
