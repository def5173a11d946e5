import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { ProblemDocument } from "../contracts/problem.js";

/** Who signs in: a person by name and password, or a station or script by its key. */
export type Credentials = { readonly name: string; readonly password: string } | { readonly key: string };

/** An answer of the service that is not a success. */
export class ApiProblem extends Error {
	override readonly name = "ApiProblem";
	constructor(
		readonly status: number,
		/** Code of src/domain/errors, or `unknown` where the answer is no problem document. */
		readonly code: string,
		message: string,
	) {
		super(message);
	}
}

/** Calls of HTTP API v1 under one identity. Every call is repeated while the service is busy or away. */
export interface ApiClient {
	get<S extends z.ZodType>(path: string, answer: S): Promise<z.output<S>>;
	post<S extends z.ZodType>(path: string, body: PostBody, answer: S): Promise<z.output<S>>;
}

export interface PostBody {
	readonly content: string | FormData;
	/** Left out for a form, whose boundary only the sender knows. */
	readonly mediaType?: string;
	readonly idempotencyKey?: string;
}

export interface ClientOptions {
	readonly baseUrl: string;
	readonly signal?: AbortSignal | undefined;
	/** How long a service that is busy or away is tried again, milliseconds. */
	readonly patienceMs?: number | undefined;
}

const PATIENCE_MS = 120_000;
const LONGEST_PAUSE_MS = 5_000;
/** 409 is asked again only for this code; other conflicts are final. */
const IN_PROGRESS = "idempotency_in_progress";

export const json = (value: unknown, idempotencyKey?: string): PostBody => ({
	content: JSON.stringify(value),
	mediaType: "application/json",
	...(idempotencyKey === undefined ? {} : { idempotencyKey }),
});

async function problemOf(response: Response, what: string): Promise<ApiProblem> {
	const text = await response.text();
	const parsed = ProblemDocument.safeParse(parseJson(text));
	if (!parsed.success) {
		return new ApiProblem(
			response.status,
			"unknown",
			`${what}: HTTP ${response.status} ${text.slice(0, 200)}`,
		);
	}
	const parts = (parsed.data.errors ?? []).map(({ path, message }) => `; ${path} ${message}`).join("");
	return new ApiProblem(response.status, parsed.data.code, `${what}: ${parsed.data.detail}${parts}`);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

const mayPass = (problem: ApiProblem) =>
	[429, 502, 503, 504].includes(problem.status) || problem.code === IN_PROGRESS;

/** Sends until answered with a success. Errors: `ApiProblem`; what `fetch` throws once patience is at its end. */
async function send(options: ClientOptions, path: string, init: RequestInit): Promise<Response> {
	const { signal, patienceMs = PATIENCE_MS } = options;
	const url = new URL(`/api/v1${path}`, options.baseUrl);
	const what = `${init.method ?? "GET"} ${url.pathname}`;
	const end = Date.now() + patienceMs;
	for (let wait = 250; ; wait = Math.min(LONGEST_PAUSE_MS, wait * 2)) {
		let failure: unknown;
		let advised = 0;
		try {
			const response = await fetch(url, { ...init, signal: signal ?? null });
			if (response.ok) return response;
			const problem = await problemOf(response, what);
			if (!mayPass(problem)) throw problem;
			failure = problem;
			advised = 1000 * (Number(response.headers.get("retry-after")) || 0);
		} catch (error) {
			if (signal?.aborted || (error instanceof ApiProblem && !mayPass(error))) throw error;
			failure = error;
		}
		const rest = Math.max(wait, Math.min(advised, LONGEST_PAUSE_MS));
		if (Date.now() + rest > end) throw failure;
		await pause(rest, undefined, { signal });
	}
}

function clientWith(options: ClientOptions, identity: Readonly<Record<string, string>>): ApiClient {
	return {
		async get(path, answer) {
			const response = await send(options, path, { headers: { ...identity } });
			return answer.parse(await response.json());
		},
		async post(path, body, answer) {
			const headers: Record<string, string> = { ...identity };
			if (body.mediaType !== undefined) headers["Content-Type"] = body.mediaType;
			if (body.idempotencyKey !== undefined) headers["Idempotency-Key"] = body.idempotencyKey;
			const response = await send(options, path, { method: "POST", headers, body: body.content });
			return answer.parse(await response.json());
		},
	};
}

const SignedIn = z.object({ csrfToken: z.string().nullish() });

/** A client that acts as the credentials say; a person is signed in first. Errors: `ApiProblem`. */
export async function openClient(options: ClientOptions, credentials: Credentials): Promise<ApiClient> {
	if ("key" in credentials) return clientWith(options, { Authorization: `Bearer ${credentials.key}` });
	const { name, password } = credentials;
	const response = await send(options, "/session", {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ name, password }),
	});
	const { csrfToken } = SignedIn.parse(await response.json());
	const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "");
	const kept = cookies.find((cookie) => cookie.startsWith("vinspect_csrf="))?.slice("vinspect_csrf=".length);
	return clientWith(options, { Cookie: cookies.join("; "), "X-CSRF-Token": csrfToken ?? kept ?? "" });
}
