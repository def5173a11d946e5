import type { Request, Response } from "express";
import { z } from "zod";
import { type ErrorCode, VinspectError } from "../../domain/errors.js";
import type { Role } from "../../persistence/store.js";
import { partsOf } from "../problem.js";
import type { Identity } from "../request-context.js";
import type { BodyReader, BodySpec } from "./bodies.js";

/** What a status is answered with. */
export type AnswerSpec =
	| { readonly kind: "json"; readonly schema: z.ZodType; readonly description: string }
	| { readonly kind: "empty"; readonly description: string }
	| { readonly kind: "content"; readonly mediaTypes: readonly string[]; readonly description: string }
	| { readonly kind: "events"; readonly schema: z.ZodType; readonly description: string };

/** What an operation came to. */
export type Outcome =
	| { readonly kind: "json"; readonly status: number; readonly body: unknown }
	| {
			readonly kind: "content";
			readonly status: number;
			readonly mediaType: string;
			readonly content: Uint8Array | string;
			readonly headers: Readonly<Record<string, string>>;
	  }
	/** The handler has answered by itself. */
	| { readonly kind: "answered" };

export interface Call<P, Q, B> {
	readonly params: P;
	readonly query: Q;
	readonly body: B;
	/** Who asks. Only a public operation can be asked by nobody, and must not look. */
	readonly actor: Identity;
	readonly request: Request;
	readonly response: Response;
}

export interface RawCall {
	readonly body: unknown;
	readonly identity: Identity | null;
	readonly request: Request;
	readonly response: Response;
}

/** A call whose input is proved, ready to run. */
export interface BoundCall {
	/** The parsed input, to tell a repetition from another request. */
	readonly input: unknown;
	execute(): Promise<Outcome>;
}

interface Description {
	readonly method: "get" | "post" | "put" | "delete";
	/** Below `/api/v1`, parameters in braces. */
	readonly path: string;
	readonly operationId: string;
	readonly summary: string;
	readonly tag:
		| "line"
		| "live"
		| "exceptions"
		| "reports"
		| "pictures"
		| "records"
		| "plans"
		| "statistics"
		| "agreement"
		| "models"
		| "access"
		| "audit";
	/** Who may; `public` is for signing in alone. */
	readonly roles: readonly Role[] | "public";
	/** Whether it is answered to a person who must change their password first. */
	readonly whilePasswordMustChange?: boolean | undefined;
	/** What can go wrong beyond what every operation can. */
	readonly errors: readonly ErrorCode[];
	/** Whether `Idempotency-Key` is honoured. Never where the answer holds a secret, for answers are kept. */
	readonly idempotent?: boolean | undefined;
}

/** One row of the route table: routing, checks and the OpenAPI document all come from it. */
export interface Operation extends Description {
	readonly params: z.ZodObject;
	readonly query: z.ZodObject;
	readonly body: BodyReader | null;
	readonly answers: Readonly<Record<number, AnswerSpec>>;
	/** Parses the input. Errors: `request_invalid` with every part that is wrong. */
	bind(raw: RawCall): BoundCall;
}

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

interface Input<P extends z.ZodObject, Q extends z.ZodObject, B> extends Description {
	readonly params?: P;
	readonly query?: Q;
	readonly body?: BodySpec<B>;
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, prefix: string, what: string): z.output<S> {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	throw new VinspectError(
		"request_invalid",
		`${what} not as described: see errors.`,
		partsOf(result.error, prefix),
	);
}

function define<P extends z.ZodObject, Q extends z.ZodObject, B>(
	input: Input<P, Q, B>,
	answers: Operation["answers"],
	handle: (call: Call<z.output<P>, z.output<Q>, B>) => Promise<Outcome>,
): Operation {
	const { method, path, operationId, summary, tag, roles, errors, idempotent = false, body } = input;
	const { whilePasswordMustChange = false } = input;
	const params = input.params ?? NOTHING;
	const query = input.query ?? NOTHING;
	return {
		method,
		path,
		operationId,
		summary,
		tag,
		roles,
		whilePasswordMustChange,
		errors,
		idempotent,
		params,
		query,
		body: body ?? null,
		answers,
		bind(raw) {
			const call = {
				params: parsed(params, raw.request.params, "path", "The address is") as z.output<P>,
				query: parsed(query, { ...raw.request.query }, "query", "The query is") as z.output<Q>,
				// where no body is described, B is undefined
				body: body?.parse(raw.body) as B,
				request: raw.request,
				response: raw.response,
				get actor(): Identity {
					if (raw.identity === null) throw new VinspectError("unauthenticated", "Sign in or send a key.");
					return raw.identity;
				},
			};
			return {
				input: { params: call.params, query: call.query, body: body?.fingerprint(call.body) ?? null },
				execute: () => handle(call),
			};
		},
	};
}

/** An operation that answers JSON, checked against the schema of the status it answers with. */
export function jsonOperation<
	S extends number,
	R extends z.ZodType,
	P extends z.ZodObject = Nothing,
	Q extends z.ZodObject = Nothing,
	B = undefined,
>(
	input: Input<P, Q, B> & {
		readonly answers: Readonly<Record<S, { readonly schema: R; readonly description: string }>>;
		readonly handle: (
			call: Call<z.output<P>, z.output<Q>, B>,
		) => Promise<{ readonly status: NoInfer<S>; readonly body: z.input<NoInfer<R>> }>;
	},
): Operation {
	const specs: Record<number, AnswerSpec> = {};
	for (const status in input.answers) specs[Number(status)] = { kind: "json", ...input.answers[status] };
	return define(input, specs, async (call) => ({
		kind: "json",
		...(await input.handle(call)),
	}));
}

/** An operation that does something and has nothing to say about it: 204. */
export function emptyOperation<
	P extends z.ZodObject = Nothing,
	Q extends z.ZodObject = Nothing,
	B = undefined,
>(
	input: Input<P, Q, B> & {
		readonly description: string;
		readonly handle: (call: Call<z.output<P>, z.output<Q>, B>) => Promise<void>;
	},
): Operation {
	return define(input, { 204: { kind: "empty", description: input.description } }, async (call) => {
		await input.handle(call);
		return { kind: "json", status: 204, body: undefined };
	});
}

export interface Content {
	readonly mediaType: string;
	readonly content: Uint8Array | string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly status?: 200 | 304;
}

/** An operation that answers bytes that never change: a picture, a report. */
export function contentOperation<
	P extends z.ZodObject = Nothing,
	Q extends z.ZodObject = Nothing,
	B = undefined,
>(
	input: Input<P, Q, B> & {
		readonly mediaTypes: readonly string[];
		readonly description: string;
		readonly handle: (call: Call<z.output<P>, z.output<Q>, B>) => Promise<Content>;
	},
): Operation {
	return define(
		input,
		{
			200: { kind: "content", mediaTypes: input.mediaTypes, description: input.description },
			304: { kind: "empty", description: "Unchanged since the `ETag` named in `If-None-Match`." },
		},
		async (call) => {
			const { status = 200, headers = {}, ...content } = await input.handle(call);
			return { kind: "content", status, headers, ...content };
		},
	);
}

/** An operation that stays open and sends events as they happen. */
export function eventsOperation<P extends z.ZodObject = Nothing>(
	input: Input<P, Nothing, undefined> & {
		readonly schema: z.ZodType;
		readonly description: string;
		readonly handle: (call: Call<z.output<P>, z.output<Nothing>, undefined>) => Promise<void>;
	},
): Operation {
	return define(
		input,
		{ 200: { kind: "events", schema: input.schema, description: input.description } },
		async (call) => {
			await input.handle(call);
			return { kind: "answered" };
		},
	);
}

/** An operation that writes its content itself, as it comes: what is too large to be held. */
export function streamOperation<P extends z.ZodObject = Nothing, Q extends z.ZodObject = Nothing>(
	input: Input<P, Q, undefined> & {
		readonly mediaTypes: readonly string[];
		readonly description: string;
		readonly handle: (call: Call<z.output<P>, z.output<Q>, undefined>) => Promise<void>;
	},
): Operation {
	const { mediaTypes, description } = input;
	return define(input, { 200: { kind: "content", mediaTypes, description } }, async (call) => {
		await input.handle(call);
		return { kind: "answered" };
	});
}
