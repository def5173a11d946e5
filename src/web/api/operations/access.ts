import { Credentials, PasswordInput, SessionList, SessionParams, SignedIn } from "../../../contracts/api.js";
import { ROLES, type Role } from "../../../persistence/store.js";
import { changePassword, endOwnSession, ownSessions } from "../../access/accounts.js";
import { hashToken } from "../../access/secrets.js";
import { csrfTokenOf, signOut } from "../../access/sessions.js";
import { signIn } from "../../access/sign-in.js";
import type { WebDeps } from "../../deps.js";
import { contextOf } from "../../request-context.js";
import { jsonBody } from "../bodies.js";
import { emptyOperation, jsonOperation, type Operation } from "../operation.js";

const PEOPLE: readonly Role[] = ["operator", "auditor", "engineer", "administrator"];

/** Signing in and out; one's own password and sessions. */
export function accessOperations(deps: WebDeps): Operation[] {
	return [
		jsonOperation({
			method: "post",
			path: "/session",
			operationId: "signIn",
			summary: "Sign a person in; sets the session's cookies",
			tag: "access",
			roles: "public",
			body: jsonBody(Credentials),
			answers: { 200: { schema: SignedIn, description: "Signed in." } },
			errors: ["unauthenticated", "forbidden"],
			async handle({ body, request, response }) {
				const { identity, csrfToken } = await signIn(deps, request, response, body);
				const { via: _via, ...who } = identity;
				return { status: 200, body: { ...who, csrfToken } };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/session",
			operationId: "whoAmI",
			summary: "Who the cookie or key stands for",
			tag: "access",
			roles: ROLES,
			whilePasswordMustChange: true,
			answers: { 200: { schema: SignedIn, description: "Who asks." } },
			errors: [],
			async handle({ actor: { via: _via, ...who }, request }) {
				return { status: 200, body: { ...who, csrfToken: csrfTokenOf(request) } };
			},
		}),
		emptyOperation({
			method: "delete",
			path: "/session",
			operationId: "signOut",
			summary: "End the session",
			tag: "access",
			roles: ROLES,
			whilePasswordMustChange: true,
			description: "Signed out.",
			errors: [],
			handle: ({ request, response }) => signOut(deps, request, response),
		}),
		emptyOperation({
			method: "put",
			path: "/session/password",
			operationId: "changePassword",
			summary: "Change one's own password; every other session of the account ends",
			tag: "access",
			roles: PEOPLE,
			whilePasswordMustChange: true,
			body: jsonBody(PasswordInput),
			description: "The password is changed.",
			errors: ["password_refused", "account_missing"],
			async handle({ body: { current, password }, actor, request }) {
				const { sessionToken } = contextOf(request);
				const kept = sessionToken === null ? null : hashToken(sessionToken);
				await changePassword(deps, actor.name, { current, next: password }, kept);
			},
		}),
		jsonOperation({
			method: "get",
			path: "/sessions",
			operationId: "listOwnSessions",
			summary: "One's own sessions",
			tag: "access",
			roles: PEOPLE,
			answers: { 200: { schema: SessionList, description: "The latest used first." } },
			errors: [],
			async handle({ actor, request }) {
				const { sessionToken } = contextOf(request);
				const current = sessionToken === null ? null : hashToken(sessionToken);
				return { status: 200, body: { items: [...(await ownSessions(deps, actor.name, current))] } };
			},
		}),
		emptyOperation({
			method: "delete",
			path: "/sessions/{sessionId}",
			operationId: "endOwnSession",
			summary: "End one of one's own sessions",
			tag: "access",
			roles: PEOPLE,
			params: SessionParams,
			description: "It has ended.",
			errors: [],
			handle: ({ params, actor }) => endOwnSession(deps, actor.name, params.sessionId),
		}),
	];
}
