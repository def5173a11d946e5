import {
	VehicleRecordBody,
	VehicleRecordPage,
	VehicleRecordParams,
	VehicleRecordQuery,
	VehicleRecordRevisions,
} from "../../../contracts/api.js";
import { ImportResult, VehicleRecord } from "../../../contracts/record.js";
import { VinspectError } from "../../../domain/errors.js";
import type { Role } from "../../../persistence/store.js";
import type { WebDeps } from "../../deps.js";
import { jsonBody, rawBody } from "../bodies.js";
import { jsonOperation, type Operation } from "../operation.js";

const READERS: readonly Role[] = ["operator", "auditor", "engineer", "administrator"];
const WRITERS: readonly Role[] = ["engineer", "administrator"];

/** Vehicle records: what the order says each vehicle must carry, in revisions. */
export function recordOperations(deps: WebDeps): Operation[] {
	const { records } = deps.store;
	const latest = async (productionNumber: string): Promise<VehicleRecord> => {
		const record = await records.latest(deps.plant, productionNumber);
		if (record) return record;
		throw new VinspectError("record_missing", `There is no vehicle record for ${productionNumber}.`);
	};
	return [
		jsonOperation({
			method: "get",
			path: "/vehicle-records",
			operationId: "listVehicleRecords",
			summary: "The latest revision of every vehicle record",
			tag: "records",
			roles: READERS,
			query: VehicleRecordQuery,
			answers: { 200: { schema: VehicleRecordPage, description: "One page." } },
			errors: [],
			async handle({ query }) {
				if (query.search !== undefined) {
					const items = [...(await records.find(deps.plant, query.search, query.limit))];
					return { status: 200, body: { items, next: null } };
				}
				const page = await records.list(deps.plant, query.after ?? null, query.limit);
				return { status: 200, body: { items: [...page.items], next: page.next } };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/vehicle-records/{productionNumber}",
			operationId: "getVehicleRecord",
			summary: "The latest revision of a vehicle record",
			tag: "records",
			roles: READERS,
			params: VehicleRecordParams,
			answers: { 200: { schema: VehicleRecord, description: "The record." } },
			errors: ["record_missing"],
			async handle({ params }) {
				return { status: 200, body: await latest(params.productionNumber) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/vehicle-records/{productionNumber}/revisions",
			operationId: "listVehicleRecordRevisions",
			summary: "Every revision of a vehicle record",
			tag: "records",
			roles: READERS,
			params: VehicleRecordParams,
			answers: { 200: { schema: VehicleRecordRevisions, description: "The revisions." } },
			errors: ["record_missing"],
			async handle({ params }) {
				const items = [...(await records.revisions(deps.plant, params.productionNumber))];
				if (items.length === 0) await latest(params.productionNumber);
				return { status: 200, body: { items } };
			},
		}),
		jsonOperation({
			method: "put",
			path: "/vehicle-records/{productionNumber}",
			operationId: "saveVehicleRecord",
			summary: "Save a vehicle record; adds a revision where its content differs",
			tag: "records",
			roles: WRITERS,
			params: VehicleRecordParams,
			body: jsonBody(VehicleRecordBody),
			answers: {
				200: { schema: VehicleRecord, description: "The record in force: a new revision or the same." },
				201: { schema: VehicleRecord, description: "The first revision." },
			},
			errors: [],
			async handle({ params: { productionNumber }, body, actor }) {
				if (body.productionNumber !== undefined && body.productionNumber !== productionNumber) {
					throw new VinspectError(
						"request_invalid",
						"The production numbers in address and body differ; send the same, or leave the body's out.",
						[{ path: "productionNumber", message: `expected ${productionNumber}` }],
					);
				}
				const saved = await records.save(deps.plant, { ...body, productionNumber }, actor.name);
				return { status: saved === "created" ? 201 : 200, body: await latest(productionNumber) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/vehicle-records/import",
			operationId: "importVehicleRecords",
			summary: "Import vehicle records; bad rows are reported by line, good ones kept",
			tag: "records",
			roles: WRITERS,
			body: rawBody(["text/csv", "application/json"]),
			answers: { 200: { schema: ImportResult, description: "What became of the rows." } },
			errors: [],
			idempotent: true,
			async handle({ body, actor }) {
				const format = body.mediaType === "text/csv" ? "csv" : "json";
				const result = await deps.importVehicleRecords(records, deps.plant, body.content, format, actor.name);
				return { status: 200, body: result };
			},
		}),
	];
}
