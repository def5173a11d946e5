import {
	CancelInput,
	CaptureReceipt,
	CaptureUpload,
	InspectionPage,
	InspectionParams,
	InspectionQuery,
	type InspectionSummary,
	ObservationList,
	TrackInInput,
	TrackOut,
	TrackOutQuery,
} from "../../../contracts/api.js";
import type { Capture } from "../../../contracts/capture.js";
import { Inspection, inspectionIdOf } from "../../../contracts/inspection.js";
import type { InspectionRow } from "../../../contracts/inspection-row.js";
import { Identifier } from "../../../contracts/primitives.js";
import { PICTURE_ERRORS, VinspectError } from "../../../domain/errors.js";
import { ROLES } from "../../../persistence/store.js";
import { nowOf, type WebDeps } from "../../deps.js";
import type { Live } from "../../live/live.js";
import { keepPicture } from "../../pictures/keep-picture.js";
import { noteCapture } from "../../registry/stations.js";
import { contextOf, type Identity } from "../../request-context.js";
import { jsonBody, uploadBody } from "../bodies.js";
import {
	maySeeRow,
	openExceptionsOf,
	readInspection,
	requireOwnStation,
	requireOwnWitness,
	visibleInspection,
} from "../inspection-access.js";
import { jsonOperation, type Operation } from "../operation.js";

function summaryOf(row: InspectionRow): InspectionSummary {
	const { modelLabel, station, stations, witnesses, waitingExceptions, ...shown } = row;
	return { ...shown, plannedWitnesses: witnesses.length };
}

/** An error about a capture whose bytes are kept says so: nothing that arrived is lost. */
async function keeping<T>(sha256: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof VinspectError)) throw error;
		throw new VinspectError(
			error.code,
			`${error.message} The bytes are kept under SHA-256 ${sha256}.`,
			error.parts,
			{ cause: error.cause ?? error },
		);
	}
}

async function takeIn(
	deps: WebDeps,
	inspectionId: string,
	upload: { file: { sha256: string }; witness: string; station: string; capturedAt?: string | undefined },
	actor: Identity,
): Promise<{ capture: Capture; status: "accepted" | "duplicate" }> {
	requireOwnStation(upload.station, actor);
	await requireOwnWitness(deps, inspectionId, upload.witness, actor);
	const capture: Capture = {
		...(await keepPicture(deps, upload.file.sha256)),
		witness: upload.witness,
		station: upload.station,
		capturedAt: upload.capturedAt ?? null,
		receivedAt: nowOf(deps).toISOString(),
	};
	const status = await deps.gateway.submitCapture(inspectionId, capture, actor);
	const { witness, station, sha256, receivedAt: at } = capture;
	await noteCapture(deps, { station, at, witness, sha256, inspectionId }, status);
	return { capture, status };
}

/** What a line station and its MES do: track-in, captures, track-out; and inspections as everybody reads them. */
export function lineOperations(deps: WebDeps, live: Live): Operation[] {
	return [
		jsonOperation({
			method: "post",
			path: "/track-in",
			operationId: "trackIn",
			summary: "Begin a vehicle's inspection, or find it begun",
			tag: "line",
			roles: ["station", "administrator"],
			body: jsonBody(TrackInInput),
			answers: {
				200: { schema: Inspection, description: "The inspection had begun before." },
				201: { schema: Inspection, description: "The inspection begins; its record and plan are pinned." },
			},
			errors: ["record_missing", "plan_missing", "inspection_finished", "workflow_unavailable"],
			idempotent: true,
			async handle({ body, actor, request }) {
				requireOwnStation(body.station, actor);
				const inspectionId = inspectionIdOf(deps.plant, body.productionNumber, body.sequence);
				if (!Identifier.safeParse(inspectionId).success) {
					throw new VinspectError(
						"request_invalid",
						`The inspection's name ${inspectionId} would be longer than 80 characters.`,
						[{ path: "productionNumber", message: "is too long together with the plant's name" }],
					);
				}
				contextOf(request).inspectionId = inspectionId;
				const known = await deps.store.inspections.get(inspectionId);
				const inspection = await deps.gateway.trackIn({ plant: deps.plant, ...body, by: actor });
				return { status: known ? 200 : 201, body: inspection };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/inspections/{inspectionId}/captures",
			operationId: "submitCapture",
			summary: "Send one picture of one witness; its bytes are kept before anything else happens to them",
			tag: "line",
			roles: ["station", "administrator"],
			params: InspectionParams,
			body: uploadBody(CaptureUpload),
			answers: { 202: { schema: CaptureReceipt, description: "The capture is with the inspection." } },
			errors: [
				...PICTURE_ERRORS,
				"inspection_missing",
				"inspection_finished",
				"witness_unknown",
				"workflow_unavailable",
				"storage_full",
				"reader_unavailable",
			],
			idempotent: true,
			async handle({ params, body, actor }) {
				const receipt = await keeping(body.file.sha256, () => takeIn(deps, params.inspectionId, body, actor));
				return { status: 202, body: receipt };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/inspections/{inspectionId}/disposition",
			operationId: "trackOut",
			summary: "The vehicle's outcome, waiting for it to be sealed where asked",
			tag: "line",
			roles: ROLES,
			params: InspectionParams,
			query: TrackOutQuery,
			answers: { 200: { schema: TrackOut, description: "What stands now." } },
			errors: ["inspection_missing", "workflow_unavailable", "too_many_requests"],
			async handle({ params, query, actor, response }) {
				const inspection = await live.wait(
					response,
					() => visibleInspection(deps, params.inspectionId, actor),
					({ status }) => status === "sealed",
					query.wait * 1000,
				);
				const { inspectionId, status, disposition, report } = inspection;
				const openExceptions = openExceptionsOf(inspection);
				return { status: 200, body: { inspectionId, status, disposition, report, openExceptions } };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/inspections",
			operationId: "listInspections",
			summary: "Inspections, newest first",
			tag: "line",
			roles: ROLES,
			query: InspectionQuery,
			answers: { 200: { schema: InspectionPage, description: "One page; a station sees its own." } },
			errors: [],
			async handle({ query, actor }) {
				const { after, limit, ...filter } = query;
				const page = await deps.store.inspections.rows(filter, after ?? null, limit);
				const items = page.items.filter((row) => maySeeRow(row, actor)).map(summaryOf);
				return { status: 200, body: { items, next: page.next } };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/inspections/{inspectionId}",
			operationId: "getInspection",
			summary: "One inspection, whole",
			tag: "line",
			roles: ROLES,
			params: InspectionParams,
			answers: { 200: { schema: Inspection, description: "The inspection." } },
			errors: ["inspection_missing", "blind_reading_missing", "workflow_unavailable"],
			async handle({ params, actor }) {
				return { status: 200, body: await readInspection(deps, params.inspectionId, actor) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/inspections/{inspectionId}/observations",
			operationId: "listObservations",
			summary: "Everything seen in the inspection's captures",
			tag: "line",
			roles: ["operator", "auditor", "engineer", "administrator"],
			params: InspectionParams,
			answers: { 200: { schema: ObservationList, description: "Detections and readings by capture." } },
			errors: ["inspection_missing", "blind_reading_missing", "workflow_unavailable"],
			async handle({ params, actor }) {
				const { inspectionId } = await readInspection(deps, params.inspectionId, actor);
				return { status: 200, body: { items: [...(await deps.store.observations.of(inspectionId))] } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/inspections/{inspectionId}/cancel",
			operationId: "cancelInspection",
			summary: "Cancel an inspection; its vehicle is held",
			tag: "line",
			roles: ["engineer", "administrator"],
			params: InspectionParams,
			body: jsonBody(CancelInput),
			answers: { 200: { schema: Inspection, description: "The inspection is cancelled." } },
			errors: ["inspection_missing", "inspection_finished", "workflow_unavailable"],
			idempotent: true,
			async handle({ params, body, actor }) {
				return { status: 200, body: await deps.gateway.cancel(params.inspectionId, body.reason, actor) };
			},
		}),
	];
}
