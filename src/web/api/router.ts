import type { Request, Response } from "express";
import { Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import { requirePermission } from "../access/permission.js";
import { checkCsrf } from "../access/sessions.js";
import { Admission } from "../admission.js";
import { limitsOf, type WebDeps } from "../deps.js";
import type { Live } from "../live/live.js";
import { nameOperation } from "../measure-answers.js";
import { partsOf } from "../problem.js";
import { contextOf } from "../request-context.js";
import { answerOnce, idempotencyKeyOf } from "./idempotency.js";
import { openApiDocument } from "./openapi.js";
import type { Operation, Outcome } from "./operation.js";
import { routeTable } from "./route-table.js";

/** The body, proved to be what the OpenAPI document promises. What breaks the promise is our failure: `internal`. */
function checkedBody(operation: Operation, status: number, body: unknown): unknown {
	const spec = operation.answers[status];
	if (spec?.kind === "empty") return undefined;
	if (spec?.kind !== "json") {
		throw new Error(`${operation.operationId} answered ${status}, which its row of the route table has not`);
	}
	const result = spec.schema.safeParse(body);
	if (result.success) return result.data;
	const parts = partsOf(result.error, "").map(({ path, message }) => `${path}: ${message}`);
	throw new Error(`${operation.operationId} answered what breaks its schema: ${parts.join("; ")}`);
}

async function outcomeOf(
	deps: WebDeps,
	admission: Admission,
	operation: Operation,
	request: Request,
	response: Response,
): Promise<Outcome> {
	const context = contextOf(request);
	const { operationId, roles, whilePasswordMustChange } = operation;
	requirePermission(operationId, roles, context.identity, whilePasswordMustChange);
	if (operation.method !== "get" && operation.roles !== "public") checkCsrf(request);
	const place = operation.load && (await admission.enter(operation.load));
	try {
		return await answered(deps, operation, request, response, () => place?.working());
	} finally {
		place?.leave();
	}
}

async function answered(
	deps: WebDeps,
	operation: Operation,
	request: Request,
	response: Response,
	hasArrived: () => void,
): Promise<Outcome> {
	const context = contextOf(request);
	const key = operation.idempotent ? idempotencyKeyOf(request.get("idempotency-key")) : null;
	const body = await operation.body?.read(deps, request, response);
	hasArrived();
	const bound = operation.bind({ body, identity: context.identity, request, response });
	if (key === null || context.identity === null) {
		const outcome = await bound.execute();
		if (outcome.kind !== "json") return outcome;
		return { ...outcome, body: checkedBody(operation, outcome.status, outcome.body) };
	}
	const scope = { key, actor: context.identity, operationId: operation.operationId, input: bound.input };
	const reply = await answerOnce(deps.store.answers, scope, context, async () => {
		const outcome = await bound.execute();
		if (outcome.kind !== "json") throw new Error(`${operation.operationId} has no answer that could be kept`);
		return { status: outcome.status, body: checkedBody(operation, outcome.status, outcome.body) };
	});
	if (reply.replayed) response.setHeader("Idempotency-Replayed", "true");
	return { kind: "json", status: reply.status, body: reply.body };
}

function send(response: Response, outcome: Outcome): void {
	if (outcome.kind === "answered") return;
	response.status(outcome.status);
	if (outcome.kind === "json") {
		response.setHeader("Cache-Control", "no-store");
		if (outcome.body === undefined || outcome.body === null) response.end();
		else response.json(outcome.body);
		return;
	}
	for (const [name, value] of Object.entries(outcome.headers)) response.setHeader(name, value);
	if (outcome.status === 304) {
		response.end();
		return;
	}
	response.setHeader("Content-Type", outcome.mediaType);
	const { content } = outcome;
	// Express sends a Buffer as it is; any other byte array it would turn into JSON
	response.send(
		typeof content === "string"
			? content
			: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
	);
}

/** `{name}` of OpenAPI as `:name` of Express. */
function expressPath(path: string): string {
	return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** The HTTP API under `/api`: the route table, its description, and 405 for other methods on its paths. */
export function createApi(deps: WebDeps, live: Live): Router {
	const router = Router({ caseSensitive: true, strict: true });
	const operations = routeTable(deps, live);
	const { lineRequests, waitingReadings } = limitsOf(deps);
	const admission = new Admission(
		{ lineRequests, waitingReadings },
		deps.readingsWaiting ?? (() => Promise.resolve(0)),
	);
	const document = openApiDocument(operations);
	router.get("/v1/openapi.json", (_request, response) => {
		response.json(document);
	});
	const methods = new Map<string, string[]>([["/v1/openapi.json", ["GET", "HEAD"]]]);
	for (const operation of operations) {
		const path = expressPath(`/v1${operation.path}`);
		router[operation.method](path, async (request, response) => {
			nameOperation(request, operation.operationId);
			send(response, await outcomeOf(deps, admission, operation, request, response));
		});
		const allowed = operation.method === "get" ? ["GET", "HEAD"] : [operation.method.toUpperCase()];
		methods.set(path, [...(methods.get(path) ?? []), ...allowed]);
	}
	// a literal path before one whose parameter would match it too
	const byPath = [...methods].toSorted(([a], [b]) => Number(a.includes(":")) - Number(b.includes(":")));
	for (const [path, allowed] of byPath) {
		router.all(path, (request, response) => {
			response.setHeader("Allow", allowed.join(", "));
			throw new VinspectError(
				"method_not_allowed",
				`${request.method} does nothing at ${request.originalUrl.split("?", 1)[0]}; it takes ${allowed.join(", ")}.`,
			);
		});
	}
	return router;
}
