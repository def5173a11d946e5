import {
	ConfirmImportInput,
	PreviewedImport,
	RecordImportPage,
	RecordImportParams,
	RecordImportQuery,
} from "../../../contracts/api.js";
import { RecordImport } from "../../../contracts/record-import.js";
import type { Role } from "../../../persistence/store.js";
import type { WebDeps } from "../../deps.js";
import { languageOf } from "../../problem.js";
import { importingOf } from "../../registry/importing.js";
import { problemsCsv } from "../../registry/problems-csv.js";
import { jsonBody, rawBody } from "../bodies.js";
import { contentOperation, jsonOperation, type Operation } from "../operation.js";

const WRITERS: readonly Role[] = ["engineer", "administrator"];

/** Import of vehicle records in two steps: a preview that writes nothing, then its confirmation. */
export function recordImportOperations(deps: WebDeps): Operation[] {
	const importing = importingOf(deps);
	const withContent = async (begun: RecordImport) => ({
		...begun,
		content: await importing.previewOf(begun),
	});
	return [
		jsonOperation({
			method: "get",
			path: "/record-imports",
			operationId: "listRecordImports",
			summary: "Imports of vehicle records, newest first",
			tag: "records",
			roles: WRITERS,
			query: RecordImportQuery,
			answers: { 200: { schema: RecordImportPage, description: "One page." } },
			errors: [],
			async handle({ query }) {
				const page = await deps.store.recordImports.list(deps.plant, query.after ?? null, query.limit);
				return { status: 200, body: { items: [...page.items], next: page.next } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/record-imports",
			operationId: "previewRecordImport",
			summary: "Upload vehicle records and see what importing them would do; writes no record",
			tag: "records",
			roles: WRITERS,
			body: rawBody(["text/csv", "application/json"]),
			answers: { 201: { schema: PreviewedImport, description: "The preview, to be confirmed." } },
			errors: ["upload_too_large", "storage_full"],
			async handle({ body, actor }) {
				const { sha256 } = await deps.imports.put(body.content);
				const begun = await importing.begin(sha256, "", actor.name);
				return { status: 201, body: await withContent(begun) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/record-imports/{importId}",
			operationId: "getRecordImport",
			summary:
				"An import with everything its file does: new, revised with the changed fields, unchanged, refused",
			tag: "records",
			roles: WRITERS,
			params: RecordImportParams,
			answers: { 200: { schema: PreviewedImport, description: "The import." } },
			errors: ["import_missing"],
			async handle({ params }) {
				return { status: 200, body: await withContent(await importing.get(params.importId)) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/record-imports/{importId}/confirm",
			operationId: "confirmRecordImport",
			summary: "Write what the preview says; nothing where records were revised since",
			tag: "records",
			roles: WRITERS,
			params: RecordImportParams,
			body: jsonBody(ConfirmImportInput),
			answers: { 200: { schema: RecordImport, description: "What was written." } },
			errors: ["import_missing", "revision_conflict"],
			async handle({ params, body, actor }) {
				return {
					status: 200,
					body: await importing.confirm(params.importId, body.preview, actor.name),
				};
			},
		}),
		contentOperation({
			method: "get",
			path: "/record-imports/{importId}/problems.csv",
			operationId: "getRecordImportProblems",
			summary: "Every bad row with line, field, reason and remedy, for a spreadsheet",
			tag: "records",
			roles: WRITERS,
			params: RecordImportParams,
			mediaTypes: ["text/csv"],
			description: "UTF-8 with a byte order mark; cells that begin like a formula carry an apostrophe.",
			errors: ["import_missing"],
			async handle({ params, request }) {
				const { problems } = await importing.previewOf(await importing.get(params.importId));
				return {
					mediaType: "text/csv; charset=utf-8",
					content: problemsCsv(problems, languageOf(request)),
					headers: {
						"Content-Disposition": `attachment; filename="problems-${params.importId}.csv"`,
						"Cache-Control": "no-store",
					},
				};
			},
		}),
	];
}
