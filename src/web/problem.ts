import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import type { ProblemDocument } from "../contracts/problem.js";
import { ERRORS, type ErrorPart, VinspectError } from "../domain/errors.js";
import { TooManyRequests } from "./access/too-many-requests.js";
import { hangUpAfterAnswer } from "./hang-up.js";
import { contextOf } from "./request-context.js";

/** Where each problem of a failed parse lies, as dotted paths. */
export function partsOf(error: z.ZodError, prefix: string): ErrorPart[] {
	return error.issues.map((issue) => ({
		path: [prefix, ...issue.path.map(String)].filter((part) => part !== "").join("."),
		message: issue.message,
	}));
}

/** The problem document (RFC 9457) of an error; what has no name in the registry is told as `internal`. */
export function problemOf(error: VinspectError, requestId: string, language: "en" | "zh"): ProblemDocument {
	return {
		type: `urn:vinspect:problem:${error.code}`,
		title: error.kind[language],
		status: error.kind.status,
		detail: error.message,
		instance: requestId,
		code: error.code,
		...(error.parts.length > 0 ? { errors: [...error.parts] } : {}),
	};
}

/** Language of a request by its `Accept-Language`; English where neither is asked for. */
export function languageOf(request: Request): "en" | "zh" {
	return request.acceptsLanguages("en", "zh") === "zh" ? "zh" : "en";
}

/** Seconds after which a retryable refusal is worth repeating. */
const RETRY_SECONDS = 2;

/** Answers with a problem document. Nothing is sent twice: a started answer is cut off instead. */
export function sendProblem(request: Request, response: Response, error: VinspectError): void {
	if (response.headersSent) {
		response.destroy();
		return;
	}
	hangUpAfterAnswer(request, response);
	const language = languageOf(request);
	const { status, retryable } = ERRORS[error.code];
	for (const name of ["Content-Disposition", "ETag", "Cache-Control", "Content-Length"]) {
		response.removeHeader(name);
	}
	if (status === 401) response.setHeader("WWW-Authenticate", 'Bearer realm="vinspect"');
	if (error instanceof TooManyRequests) response.setHeader("Retry-After", String(error.retryAfterSeconds));
	if (retryable && (status === 503 || status === 429) && !response.hasHeader("Retry-After")) {
		response.setHeader("Retry-After", String(RETRY_SECONDS));
	}
	response
		.status(status)
		.setHeader("Content-Type", "application/problem+json; charset=utf-8")
		.setHeader("Content-Language", language)
		.setHeader("Cache-Control", "no-store")
		.send(JSON.stringify(problemOf(error, contextOf(request).id, language)));
}

/** Whatever no route took. */
export const nothingHere: RequestHandler = (request) => {
	throw new VinspectError("not_found", `There is nothing at ${request.method} ${request.path}.`);
};

/** Errors of Express and its body parsers, by their `type`, in the registry's words. */
function named(error: unknown): VinspectError {
	if (error instanceof VinspectError) return error;
	const type = error instanceof Error && "type" in error ? error.type : undefined;
	const status = error instanceof Error && "status" in error ? error.status : undefined;
	switch (type) {
		case "entity.parse.failed":
			return new VinspectError("request_invalid", "The body is not valid JSON, or has a member __proto__.");
		case "entity.too.large":
			return new VinspectError("upload_too_large", "The body is larger than this operation takes.");
		case "parameters.too.many":
			return new VinspectError("upload_too_large", "The form has more fields than this operation takes.");
		case "encoding.unsupported":
		case "charset.unsupported":
			return new VinspectError(
				"content_type",
				"The body's encoding is not taken in: send UTF-8, uncompressed.",
			);
		case "request.aborted":
		case "request.size.invalid":
			return new VinspectError("request_invalid", "The body ended before it was complete.");
		default:
			if (error instanceof URIError || status === 400) {
				return new VinspectError("request_invalid", "The request's address or encoding is broken.");
			}
			return new VinspectError(
				"internal",
				"The service failed to answer; the log names this request's id.",
				[],
				{
					cause: error,
				},
			);
	}
}

/** The last handler: names the error, logs what is ours to mend, answers with a problem document. */
export const answerWithProblem: ErrorRequestHandler = (error: unknown, request, response, _next) => {
	const problem = named(error);
	const { logger } = contextOf(request);
	if (problem.kind.status >= 500) {
		logger.error({ code: problem.code, err: problem.cause ?? problem }, problem.message);
	} else {
		logger.debug({ code: problem.code }, problem.message);
	}
	sendProblem(request, response, problem);
};
