import { z } from "zod";
import { AgreementShares, GoldenItem, HiddenItem } from "../../contracts/agreement.js";
import { AgreementReport, GoldenPage, GoldenStatement } from "../../contracts/agreement-report.js";
import * as api from "../../contracts/api.js";
import { Attention, AttentionList } from "../../contracts/attention.js";
import { AuditEvent } from "../../contracts/audit.js";
import { AuditPage, AuditState } from "../../contracts/audit-page.js";
import { Capture, CaptureImage } from "../../contracts/capture.js";
import { Countersignature, CountersignInput } from "../../contracts/countersignature.js";
import {
	BlindAnswer,
	BlindReading,
	Claim,
	Decision,
	DecisionOrder,
	Exception,
} from "../../contracts/exception.js";
import { Finding } from "../../contracts/finding.js";
import { Inspection, InspectionEvent, ReportReference } from "../../contracts/inspection.js";
import { ModelItem, ModelList } from "../../contracts/model.js";
import { InspectionPlan, InspectionPlanInput, PlannedWitness } from "../../contracts/plan.js";
import { ProblemDocument } from "../../contracts/problem.js";
import { ReaderReport } from "../../contracts/reader-report.js";
import {
	Detection,
	FieldReading,
	Observation,
	ObservationSummary,
	Reading,
} from "../../contracts/reading.js";
import { ImportProblem, ImportResult, VehicleRecord } from "../../contracts/record.js";
import { PreviewedRow, RecordImport } from "../../contracts/record-import.js";
import { HoldReason, Retained } from "../../contracts/retention.js";
import { FoundInspection, FoundPage } from "../../contracts/search.js";
import { StationItem } from "../../contracts/station.js";
import { StatisticsReport } from "../../contracts/statistics-report.js";
import { TryOutAnswer, TryOutBody } from "../../contracts/try-out.js";
import { ERRORS, type ErrorCode } from "../../domain/errors.js";
import { CSRF_COOKIE, SESSION_COOKIE } from "../access/cookies.js";
import type { AnswerSpec, Operation } from "./operation.js";

type Json = { readonly [key: string]: unknown };

const REQUESTS = {
	TrackInInput: api.TrackInInput,
	CaptureUpload: api.CaptureUpload,
	StoredFile: api.StoredFile,
	CancelInput: api.CancelInput,
	BlindAnswer,
	DecisionInput: DecisionOrder,
	CountersignInput,
	HoldReason,
	VehicleRecordBody: api.VehicleRecordBody,
	InspectionPlanBody: api.InspectionPlanBody,
	PictureUpload: api.PictureUpload,
	TryOutBody,
	PlannedWitnessInput: InspectionPlanInput.shape.witnesses.element,
	Credentials: api.Credentials,
	AccountInput: api.AccountInput,
	AccountRoleInput: api.AccountRoleInput,
	PasswordInput: api.PasswordInput,
	StationInput: api.StationInput,
	RotateStationInput: api.RotateStationInput,
	SilenceLimitInput: api.SilenceLimitInput,
	ConfirmImportInput: api.ConfirmImportInput,
	GoldenStatement,
	AgreementSharesInput: AgreementShares,
} as const;

const ANSWERS = {
	Inspection,
	InspectionEvent,
	InspectionSummary: api.InspectionSummary,
	InspectionPage: api.InspectionPage,
	InspectionChange: api.InspectionChange,
	TrackOut: api.TrackOut,
	ReportReference,
	Countersignature,
	FoundInspection,
	FoundPage,
	Capture,
	CaptureReceipt: api.CaptureReceipt,
	Observation,
	ObservationList: api.ObservationList,
	ObservationSummary,
	Detection,
	Reading,
	FieldReading,
	Finding,
	Exception,
	ExceptionItem: api.ExceptionItem,
	ExceptionPage: api.ExceptionPage,
	Claim,
	Decision,
	BlindReading,
	VehicleRecord,
	VehicleRecordPage: api.VehicleRecordPage,
	VehicleRecordRevisions: api.VehicleRecordRevisions,
	ImportResult,
	InspectionPlan,
	InspectionPlanList: api.InspectionPlanList,
	PlanChanges: api.PlanChangesAnswer,
	CaptureImage,
	TryOutAnswer,
	StatisticsReport,
	Attention,
	AttentionList,
	AgreementReport,
	AgreementShares,
	GoldenItem,
	GoldenPage,
	HiddenItem,
	PlannedWitness,
	SignedIn: api.SignedIn,
	AccountItem: api.AccountItem,
	AccountList: api.AccountList,
	NewAccount: api.NewAccount,
	NewPassword: api.NewPassword,
	SessionItem: api.SessionItem,
	SessionList: api.SessionList,
	StationKey: api.StationKey,
	RotatedStationKey: api.RotatedStationKey,
	StationItem,
	StationList: api.StationList,
	StationKeys: api.StationKeys,
	ModelItem,
	ModelList,
	ReaderReport,
	RecordImport,
	RecordImportPage: api.RecordImportPage,
	PreviewedImport: api.PreviewedImport,
	PreviewedRow,
	ImportProblem,
	AuditEvent,
	AuditPage,
	AuditState,
	Retained,
	Problem: ProblemDocument,
} as const;

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** JSON Schemas of named zod schemas that refer to each other by name. */
function schemasOf(named: Readonly<Record<string, z.ZodType>>, io: "input" | "output"): Record<string, Json> {
	const registry = z.registry<{ id: string }>();
	for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
	const { schemas } = z.toJSONSchema(registry, {
		io,
		uri: (id) => `#/components/schemas/${id}`,
		override({ zodSchema, jsonSchema }) {
			if (zodSchema !== api.StoredFile) return;
			// in the request the part is the file; its digest is what the service makes of it
			for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
			Object.assign(jsonSchema, { type: "string", contentMediaType: "application/octet-stream" });
		},
	});
	return Object.fromEntries(
		Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
	);
}

function nameIn(named: Readonly<Record<string, z.ZodType>>, schema: z.ZodType): string {
	const found = Object.entries(named).find(([, candidate]) => candidate === schema);
	if (!found) throw new Error("A schema of the route table has no name in the OpenAPI document");
	return found[0];
}

function parametersOf(shape: z.ZodObject, place: "path" | "query"): Json[] {
	return Object.entries(shape.shape).map(([name, schema]) => {
		const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: "input" });
		return {
			name,
			in: place,
			required: place === "path" || !schema.safeParse(undefined).success,
			schema: described,
		};
	});
}

function answerOf(spec: AnswerSpec): Json {
	const { description } = spec;
	switch (spec.kind) {
		case "json":
			return {
				description,
				content: { "application/json": { schema: reference(nameIn(ANSWERS, spec.schema)) } },
			};
		case "empty":
			return { description };
		case "content":
			return {
				description,
				headers: { ETag: { schema: { type: "string" } } },
				content: Object.fromEntries(
					spec.mediaTypes.map((type) => [
						type,
						type === "application/json"
							? { schema: { type: "object" } }
							: type.startsWith("text/")
								? { schema: { type: "string" } }
								: {},
					]),
				),
			};
		case "events":
			return {
				description: `${description} The data of each event is ${nameIn(ANSWERS, spec.schema)}.`,
				content: { "text/event-stream": { schema: { type: "string" } } },
			};
	}
}

function errorsOf(operation: Operation): readonly ErrorCode[] {
	const codes = new Set<ErrorCode>(operation.errors);
	codes.add("store_unavailable").add("internal").add("too_many_requests");
	if (operation.roles !== "public") codes.add("unauthenticated").add("forbidden");
	if (operation.roles !== "public" && !operation.whilePasswordMustChange)
		codes.add("password_change_required");
	// every query is closed: a parameter that is not described is refused
	codes.add("request_invalid");
	if (operation.body !== null) codes.add("content_type").add("upload_too_large");
	if (operation.idempotent) codes.add("idempotency_mismatch").add("idempotency_in_progress");
	return [...codes];
}

function problemsOf(operation: Operation): Record<string, Json> {
	const byStatus = new Map<number, ErrorCode[]>();
	for (const code of errorsOf(operation)) {
		const { status } = ERRORS[code];
		byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
	}
	return Object.fromEntries(
		[...byStatus].map(([status, codes]) => [
			String(status),
			{
				description: codes.map((code) => `\`${code}\`: ${ERRORS[code].en}`).join(" "),
				content: { "application/problem+json": { schema: reference("Problem") } },
			},
		]),
	);
}

const IDEMPOTENCY_KEY: Json = {
	name: "Idempotency-Key",
	in: "header",
	required: false,
	description: "Repeating the request with the same key within a day gets the first answer again.",
	schema: { type: "string", minLength: 1, maxLength: 200, pattern: "^[\\x21-\\x7e]+$" },
};

function describe(operation: Operation): Json {
	const { body } = operation;
	const parameters = [
		...parametersOf(operation.params, "path"),
		...parametersOf(operation.query, "query"),
		...(operation.idempotent ? [IDEMPOTENCY_KEY] : []),
	];
	const roles = operation.roles === "public" ? "everybody" : operation.roles.join(", ");
	return {
		operationId: operation.operationId,
		summary: operation.summary,
		description: `For ${roles}.`,
		tags: [operation.tag],
		...(parameters.length > 0 ? { parameters } : {}),
		...(body
			? {
					requestBody: {
						required: true,
						content: Object.fromEntries(
							Object.entries(body.media).map(([type, schema]) => [
								type,
								schema ? { schema: reference(nameIn(REQUESTS, schema)) } : {},
							]),
						),
					},
				}
			: {}),
		security: operation.roles === "public" ? [] : securityOf(operation),
		responses: {
			...Object.fromEntries(
				Object.entries(operation.answers).map(([status, spec]) => [status, answerOf(spec)]),
			),
			...problemsOf(operation),
		},
	};
}

function securityOf(operation: Operation): Json[] {
	const cookie = operation.method === "get" ? { session: [] } : { session: [], csrf: [] };
	return [{ key: [] }, cookie];
}

/** The API as an OpenAPI 3.1 document, made from the route table that also routes and checks it. */
export function openApiDocument(operations: readonly Operation[]): Json {
	const paths: Record<string, Record<string, Json>> = {};
	for (const operation of operations) {
		const item = paths[operation.path] ?? {};
		item[operation.method] = describe(operation);
		paths[operation.path] = item;
	}
	return {
		openapi: "3.1.1",
		info: {
			title: "vinspect",
			version: "1",
			description:
				"Proves that every vehicle leaving a plant carries the identity its order says. Errors are problem documents (RFC 9457) with a stable `code`.",
			license: { name: "Apache-2.0", identifier: "Apache-2.0" },
		},
		servers: [{ url: "/api/v1" }],
		tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
		paths,
		components: {
			schemas: { ...schemasOf(REQUESTS, "input"), ...schemasOf(ANSWERS, "output") },
			securitySchemes: {
				key: { type: "http", scheme: "bearer", description: "A station's key, `vsk_…`." },
				session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE, description: "Set by signing in." },
				csrf: {
					type: "apiKey",
					in: "header",
					name: "X-CSRF-Token",
					description: `The value of the cookie ${CSRF_COOKIE}; with every write of a session.`,
				},
			},
		},
	};
}
