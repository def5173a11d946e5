import { ExceptionItem, ExceptionPage, ExceptionParams, ExceptionQuery } from "../../../contracts/api.js";
import {
	BlindAnswer,
	Claim,
	DecisionOrder,
	Exception,
	type ExceptionStatus,
} from "../../../contracts/exception.js";
import type { ClaimedException, Role } from "../../../persistence/store.js";
import { blinded, keepBlindReading } from "../../blind-second.js";
import { claimedBy, decide } from "../../decide.js";
import { limitsOf, nowOf, type WebDeps } from "../../deps.js";
import { existingException } from "../../existing-exception.js";
import type { Live } from "../../live/live.js";
import type { Identity } from "../../request-context.js";
import { jsonBody } from "../bodies.js";
import { requestIdOf } from "../idempotency.js";
import { DECIDERS } from "../inspection-access.js";
import { emptyOperation, jsonOperation, type Operation } from "../operation.js";

const READERS: readonly Role[] = ["operator", "auditor", "engineer", "administrator"];
const WAITING: readonly ExceptionStatus[] = ["open", "awaiting_second"];

/** The queue of exceptions and what people do with them. */
export function exceptionOperations(deps: WebDeps, live: Live): Operation[] {
	const { claimSeconds } = limitsOf(deps);
	/** Whoever may be asked to confirm a release reads its picture before anything else about it. */
	const shownTo = async (exceptions: readonly ClaimedException[], { name, role }: Identity) =>
		DECIDERS.includes(role) ? blinded(deps.store, exceptions, name) : [...exceptions];
	const one = async (exceptionId: string, actor: Identity): Promise<ClaimedException> => {
		const exception = await existingException(deps.store, exceptionId);
		return (await shownTo([exception], actor))[0] ?? exception;
	};
	const common = { tag: "exceptions", params: ExceptionParams } as const;
	return [
		jsonOperation({
			method: "get",
			path: "/exceptions",
			operationId: "listExceptions",
			summary: "The queue, oldest deadline first",
			tag: "exceptions",
			roles: READERS,
			query: ExceptionQuery,
			answers: { 200: { schema: ExceptionPage, description: "One page of the queue." } },
			errors: [],
			async handle({ query, actor }) {
				const statuses = query.status === undefined ? WAITING : [query.status];
				const page = await deps.store.exceptions.queue(statuses, query.after ?? null, query.limit);
				return { status: 200, body: { items: await shownTo(page.items, actor), next: page.next } };
			},
		}),
		jsonOperation({
			...common,
			method: "get",
			path: "/exceptions/{exceptionId}",
			operationId: "getException",
			summary: "One exception",
			roles: READERS,
			answers: { 200: { schema: ExceptionItem, description: "The exception and who works on it." } },
			errors: ["exception_missing"],
			async handle({ params, actor }) {
				return { status: 200, body: await one(params.exceptionId, actor) };
			},
		}),
		jsonOperation({
			...common,
			method: "post",
			path: "/exceptions/{exceptionId}/claim",
			operationId: "claimException",
			summary: `Work on an exception: nobody else can for ${claimSeconds} s; renews one's own claim`,
			roles: DECIDERS,
			answers: { 200: { schema: Claim, description: "The claim holds." } },
			errors: ["exception_missing", "exception_claimed"],
			async handle({ params, actor }) {
				const { exceptionId, claim: standing } = await existingException(deps.store, params.exceptionId);
				// whoever comes late is told so by what was read: only the first ones have to be told apart by a write
				if (standing !== null && standing.by !== actor.name) throw claimedBy(standing.by, exceptionId);
				const claim = await deps.store.exceptions.claim(exceptionId, actor.name, claimSeconds);
				if (claim === null) throw claimedBy(undefined, exceptionId);
				live.claimChanged(exceptionId);
				return { status: 200, body: claim };
			},
		}),
		emptyOperation({
			...common,
			method: "delete",
			path: "/exceptions/{exceptionId}/claim",
			operationId: "releaseException",
			summary: "Give one's own claim back",
			roles: DECIDERS,
			description: "No claim of yours holds.",
			errors: ["exception_missing"],
			async handle({ params, actor }) {
				const { exceptionId } = await existingException(deps.store, params.exceptionId);
				await deps.store.exceptions.release(exceptionId, actor.name);
				live.claimChanged(exceptionId);
			},
		}),
		jsonOperation({
			...common,
			method: "post",
			path: "/exceptions/{exceptionId}/blind-reading",
			operationId: "readBlind",
			summary:
				"What a second person reads on the picture, before they are shown the release they are asked for",
			roles: DECIDERS,
			body: jsonBody(BlindAnswer),
			answers: {
				200: { schema: ExceptionItem, description: "The first answer is kept; the exception, whole." },
			},
			errors: ["exception_missing", "exception_claimed", "decision_rejected"],
			async handle({ params, body, actor }) {
				const exception = await existingException(deps.store, params.exceptionId);
				await keepBlindReading(deps.store, exception, body, actor.name, nowOf(deps));
				return { status: 200, body: exception };
			},
		}),
		jsonOperation({
			...common,
			method: "post",
			path: "/exceptions/{exceptionId}/decisions",
			operationId: "decideException",
			summary:
				"Decide, if nobody else works on it, and give it back; an override takes effect with a second person's second_override",
			roles: DECIDERS,
			body: jsonBody(DecisionOrder),
			answers: { 200: { schema: Exception, description: "The exception with the decision." } },
			errors: [
				"exception_missing",
				"exception_claimed",
				"decision_rejected",
				"blind_reading_missing",
				"inspection_finished",
				"workflow_unavailable",
			],
			idempotent: true,
			async handle({ params, body, actor }) {
				const { exceptionId } = params;
				const exception = await decide({ deps, live, exceptionId, order: body, person: actor });
				return { status: 200, body: exception };
			},
		}),
		jsonOperation({
			...common,
			method: "post",
			path: "/exceptions/{exceptionId}/undo",
			operationId: "undoDecision",
			summary: "Take the last decision back, until the inspection is sealed",
			roles: DECIDERS,
			answers: { 200: { schema: Exception, description: "The exception without that decision in force." } },
			errors: ["exception_missing", "decision_rejected", "inspection_finished", "workflow_unavailable"],
			idempotent: true,
			async handle({ params, actor, request }) {
				const requestId = requestIdOf(request.get("idempotency-key"), actor);
				return { status: 200, body: await deps.gateway.undo(params.exceptionId, actor, requestId) };
			},
		}),
	];
}
