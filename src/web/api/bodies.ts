import { createHash } from "node:crypto";
import express, { type Request, type RequestHandler, type Response } from "express";
import type { z } from "zod";
import { VinspectError } from "../../domain/errors.js";
import { limitsOf, type WebDeps } from "../deps.js";
import { partsOf } from "../problem.js";
import { receiveUpload } from "./upload.js";

/** How a request's body is taken off the wire. */
export interface BodyReader {
	/** Media type → schema; null where the content is not JSON. */
	readonly media: Readonly<Record<string, z.ZodType | null>>;
	read(deps: WebDeps, request: Request, response: Response): Promise<unknown>;
}

export interface BodySpec<T> extends BodyReader {
	/** Errors: `request_invalid`. */
	parse(value: unknown): T;
	/** What makes two bodies the same request. */
	fingerprint(value: T): unknown;
}

function contentType(request: Request): string {
	return (request.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function demandType(request: Request, allowed: readonly string[]): string {
	const type = contentType(request);
	if (allowed.includes(type)) return type;
	const given = type === "" ? "The body has no Content-Type" : `Content-Type ${type} is not taken in here`;
	throw new VinspectError("content_type", `${given}; send ${allowed.join(" or ")}.`);
}

function through(middleware: RequestHandler, request: Request, response: Response): Promise<void> {
	return new Promise((resolve, reject) => {
		const settled = middleware(request, response, (error?: unknown) =>
			error === undefined ? resolve() : reject(error),
		);
		if (settled instanceof Promise) settled.catch(reject);
	});
}

function parseWith<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	throw new VinspectError("request_invalid", what, partsOf(result.error, ""));
}

/** `__proto__` is nobody's member: a schema would drop it silently, and the next copy would change every object. */
function withoutPrototype(key: string, value: unknown): unknown {
	if (key === "__proto__") throw new SyntaxError("__proto__ is no member");
	return value;
}

/** A JSON body of this schema. */
export function jsonBody<S extends z.ZodType>(schema: S): BodySpec<z.output<S>> {
	return {
		media: { "application/json": schema },
		async read(deps, request, response) {
			demandType(request, ["application/json"]);
			await through(
				express.json({
					limit: limitsOf(deps).jsonBytes,
					strict: false,
					inflate: false,
					reviver: withoutPrototype,
				}),
				request,
				response,
			);
			return request.body as unknown;
		},
		parse: (value) => parseWith(schema, value, "The body is not as described: see errors."),
		fingerprint: (value) => value,
	};
}

/** A multipart body of one file in part `file`, stored before anything else is looked at, and text parts. */
export function uploadBody<S extends z.ZodType<{ file: { sha256: string } }>>(
	schema: S,
): BodySpec<z.output<S>> {
	return {
		media: { "multipart/form-data": schema },
		async read(deps, request, response) {
			demandType(request, ["multipart/form-data"]);
			return receiveUpload(request, response, {
				store: deps.captures,
				limitBytes: limitsOf(deps).uploadBytes,
			});
		},
		parse(value) {
			const kept = (value as { file: { sha256: string } }).file.sha256;
			return parseWith(
				schema,
				value,
				`The text parts are not as described: see errors. The file is kept as ${kept}.`,
			);
		},
		fingerprint: (value) => value,
	};
}

export interface RawContent {
	readonly mediaType: string;
	readonly content: Buffer;
}

/** A body taken as it is, for an importer that reports its own errors by line. */
export function rawBody(mediaTypes: readonly string[]): BodySpec<RawContent> {
	return {
		media: Object.fromEntries(mediaTypes.map((type) => [type, null])),
		async read(deps, request, response): Promise<RawContent> {
			const mediaType = demandType(request, mediaTypes);
			const raw = express.raw({ type: () => true, limit: limitsOf(deps).importBytes, inflate: false });
			await through(raw, request, response);
			const body: unknown = request.body;
			return { mediaType, content: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
		},
		parse: (value) => value as RawContent,
		fingerprint: ({ mediaType, content }) => ({
			mediaType,
			sha256: createHash("sha256").update(content).digest("hex"),
		}),
	};
}
