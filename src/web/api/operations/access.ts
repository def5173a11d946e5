import { AccountInput, AccountItem, AccountList, Credentials, SignedIn } from "../../../contracts/api.js";
import { VinspectError } from "../../../domain/errors.js";
import { ROLES } from "../../../persistence/store.js";
import { hashPassword } from "../../access/secrets.js";
import { csrfTokenOf, signIn, signOut } from "../../access/sessions.js";
import type { WebDeps } from "../../deps.js";
import { jsonBody } from "../bodies.js";
import { emptyOperation, jsonOperation, type Operation } from "../operation.js";

function taken(name: string): VinspectError {
	return new VinspectError(
		"name_taken",
		`There is an account or station ${name} already; choose another name.`,
		[{ path: "name", message: "is taken" }],
	);
}

/** Signing in and out; accounts of people. */
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
			errors: ["unauthenticated", "too_many_requests"],
			async handle({ body, request, response }) {
				const { identity, csrfToken } = await signIn(deps, request, response, body);
				const { name, role, displayName } = identity;
				return { status: 200, body: { name, role, displayName, csrfToken } };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/session",
			operationId: "whoAmI",
			summary: "Who the cookie or key stands for",
			tag: "access",
			roles: ROLES,
			answers: { 200: { schema: SignedIn, description: "Who asks." } },
			errors: [],
			async handle({ actor, request }) {
				const { name, role, displayName } = actor;
				return { status: 200, body: { name, role, displayName, csrfToken: csrfTokenOf(request) } };
			},
		}),
		emptyOperation({
			method: "delete",
			path: "/session",
			operationId: "signOut",
			summary: "End the session",
			tag: "access",
			roles: ROLES,
			description: "Signed out.",
			errors: [],
			handle: ({ request, response }) => signOut(deps, request, response),
		}),
		jsonOperation({
			method: "get",
			path: "/accounts",
			operationId: "listAccounts",
			summary: "People and stations",
			tag: "access",
			roles: ["administrator"],
			answers: { 200: { schema: AccountList, description: "Every account, without secrets." } },
			errors: [],
			async handle() {
				const accounts = await deps.store.accounts.list();
				const items = accounts.map(({ name, displayName, role, disabled }) => ({
					name,
					displayName,
					role,
					disabled,
				}));
				return { status: 200, body: { items } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/accounts",
			operationId: "createAccount",
			summary: "Make an account for a person",
			tag: "access",
			roles: ["administrator"],
			body: jsonBody(AccountInput),
			answers: { 201: { schema: AccountItem, description: "The account is made." } },
			errors: ["name_taken"],
			async handle({ body }) {
				const { name, displayName, role } = body;
				const secretHash = await hashPassword(body.password);
				const account = { name, displayName, role, disabled: false };
				if (!(await deps.store.accounts.create({ ...account, secretHash }))) throw taken(name);
				return { status: 201, body: account };
			},
		}),
	];
}
