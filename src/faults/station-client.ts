import { setTimeout as pause } from "node:timers/promises";
import { ProblemDocument } from "../contracts/problem.js";

/** A station gives an answer up after this time and asks again. */
const ATTEMPT_MS = 45_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
const SAMPLES = 20;

/** Statuses a client is told to come back after. */
const COME_BACK = new Set([429, 502, 503, 504, 507]);

export interface Answer {
	readonly status: number;
	/** Code of the problem document; null of a success. */
	readonly code: string | null;
	readonly body: unknown;
	readonly headers: Headers;
	/** From the first attempt to this answer, and how many attempts it took. */
	readonly ms: number;
	readonly attempts: number;
}

/** What clients were answered, over all of them. */
export class AnswerTally {
	readonly counts = new Map<string, number>();
	/** Answers that may never come: 500, a refusal to come back without saying when, no problem document. */
	readonly defects: string[] = [];
	defectCount = 0;

	count(what: string): void {
		this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
	}

	defect(sentence: string): void {
		this.defectCount += 1;
		if (this.defects.length < SAMPLES) this.defects.push(sentence);
	}
}

export interface Sending {
	readonly method?: "GET" | "POST" | "DELETE";
	readonly json?: unknown;
	readonly form?: () => FormData;
	readonly idempotencyKey?: string;
	/** Answers that are final for this caller, beyond successes and refusals that time does not mend. */
	readonly patienceMs?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Once, and whatever comes is the answer. */
	readonly once?: boolean;
}

const NO_ANSWER: Pick<Answer, "status" | "code" | "body"> = { status: 0, code: "no_answer", body: null };

/**
 * Calls the public API as a station's program would: sends again, with the same Idempotency-Key, until it has an
 * answer that says yes or no.
 */
export class StationClient {
	constructor(
		private readonly address: string,
		private readonly identity: Readonly<Record<string, string>>,
		private readonly tally: AnswerTally,
	) {}

	async send(path: string, sending: Sending = {}): Promise<Answer> {
		const { patienceMs = 600_000 } = sending;
		const began = performance.now();
		let wait = FIRST_PAUSE_MS;
		for (let attempts = 1; ; attempts++) {
			const got = await this.#attempt(path, sending);
			const answer = { ...got, ms: performance.now() - began, attempts };
			const comeBack =
				got.status === 0 ||
				got.status === 500 ||
				COME_BACK.has(got.status) ||
				got.code === "idempotency_in_progress";
			if (!comeBack || sending.once || performance.now() - began > patienceMs) return answer;
			const advised = 1000 * (Number(got.headers.get("retry-after")) || 0);
			await pause(Math.max(wait, Math.min(advised, LONGEST_PAUSE_MS)));
			wait = Math.min(LONGEST_PAUSE_MS, wait * 2);
		}
	}

	async #attempt(
		path: string,
		{ method, json, form, idempotencyKey, headers }: Sending,
	): Promise<Omit<Answer, "ms" | "attempts">> {
		const sent: Record<string, string> = { ...this.identity, ...headers };
		if (json !== undefined) sent["Content-Type"] = "application/json";
		if (idempotencyKey !== undefined) sent["Idempotency-Key"] = idempotencyKey;
		const body = form?.() ?? (json === undefined ? null : JSON.stringify(json));
		try {
			const response = await fetch(`${this.address}/api/v1${path}`, {
				method: method ?? (body === null ? "GET" : "POST"),
				headers: sent,
				body,
				signal: AbortSignal.timeout(ATTEMPT_MS),
			});
			const text = await response.text();
			return this.#judged(path, response, text);
		} catch {
			// refused, reset, cut off in the middle, or silent for too long: the station can't tell what happened
			this.tally.count("no answer");
			return { ...NO_ANSWER, headers: new Headers() };
		}
	}

	#judged(path: string, { status, headers }: Response, text: string): Omit<Answer, "ms" | "attempts"> {
		if (status < 400) {
			this.tally.count(String(status));
			return { status, code: null, body: text === "" ? null : (JSON.parse(text) as unknown), headers };
		}
		const problem = ProblemDocument.safeParse(parsed(text));
		const code = problem.success ? problem.data.code : "unknown";
		this.tally.count(`${status} ${code}`);
		const detail = problem.success ? problem.data.detail : text.slice(0, 200);
		if (!problem.success) this.tally.defect(`${status} without a problem document at ${path}: ${detail}`);
		else if (status === 500) this.tally.defect(`500 ${code} at ${path}: ${detail}`);
		else if (COME_BACK.has(status) && !headers.has("retry-after"))
			this.tally.defect(`${status} ${code} without Retry-After at ${path}`);
		return { status, code, body: problem.success ? problem.data : null, headers };
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}
