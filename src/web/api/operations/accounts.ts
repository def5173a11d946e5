import {
	AccountInput,
	AccountItem,
	AccountList,
	AccountParams,
	AccountRoleInput,
	NewAccount,
	NewPassword,
} from "../../../contracts/api.js";
import type { Account, Role } from "../../../persistence/store.js";
import {
	createAccount,
	endAllSessions,
	isFederated,
	personAccount,
	resetPassword,
	setAccountDisabled,
	setAccountRole,
} from "../../access/accounts.js";
import type { WebDeps } from "../../deps.js";
import { jsonBody } from "../bodies.js";
import { emptyOperation, jsonOperation, type Operation } from "../operation.js";

const ADMINISTRATORS: readonly Role[] = ["administrator"];

const itemOf = (account: Account) => ({
	name: account.name,
	displayName: account.displayName,
	role: account.role,
	disabled: account.disabled,
	mustChangePassword: account.mustChangePassword === true,
	singleSignOn: isFederated(account),
});

/** Accounts of people, as an administrator keeps them. */
export function accountOperations(deps: WebDeps): Operation[] {
	const switching = (operationId: "disableAccount" | "enableAccount", summary: string, disabled: boolean) =>
		jsonOperation({
			method: "post",
			path: `/accounts/{name}/${disabled ? "disable" : "enable"}`,
			operationId,
			summary,
			tag: "access",
			roles: ADMINISTRATORS,
			params: AccountParams,
			answers: { 200: { schema: AccountItem, description: "The account as it is now." } },
			errors: ["account_missing", "last_administrator"],
			async handle({ params: { name }, actor }) {
				await setAccountDisabled(deps, name, disabled, actor.name);
				return { status: 200, body: itemOf(await personAccount(deps, name)) };
			},
		});
	return [
		jsonOperation({
			method: "get",
			path: "/accounts",
			operationId: "listAccounts",
			summary: "People and stations",
			tag: "access",
			roles: ADMINISTRATORS,
			answers: { 200: { schema: AccountList, description: "Every account, without secrets." } },
			errors: [],
			async handle() {
				return { status: 200, body: { items: (await deps.store.accounts.list()).map(itemOf) } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/accounts",
			operationId: "createAccount",
			summary: "Make an account for a person, who must change its password at the first sign-in",
			tag: "access",
			roles: ADMINISTRATORS,
			body: jsonBody(AccountInput),
			answers: { 201: { schema: NewAccount, description: "The account is made." } },
			errors: ["name_taken", "password_refused"],
			async handle({ body, actor }) {
				const { account, password } = await createAccount(deps, body, actor.name);
				return { status: 201, body: { ...itemOf(account), password } };
			},
		}),
		switching("disableAccount", "Shut a person out; their sessions end", true),
		switching("enableAccount", "Let a person in again", false),
		jsonOperation({
			method: "put",
			path: "/accounts/{name}/role",
			operationId: "setAccountRole",
			summary: "Give a person another role; their sessions end",
			tag: "access",
			roles: ADMINISTRATORS,
			params: AccountParams,
			body: jsonBody(AccountRoleInput),
			answers: { 200: { schema: AccountItem, description: "The account as it is now." } },
			errors: ["account_missing", "last_administrator"],
			async handle({ params: { name }, body: { role }, actor }) {
				await setAccountRole(deps, name, role, actor.name);
				return { status: 200, body: itemOf(await personAccount(deps, name)) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/accounts/{name}/password",
			operationId: "resetPassword",
			summary: "Give a person a made-up password, to be changed at the next sign-in; their sessions end",
			tag: "access",
			roles: ADMINISTRATORS,
			params: AccountParams,
			answers: { 201: { schema: NewPassword, description: "The new password; shown this once." } },
			errors: ["account_missing", "password_refused"],
			async handle({ params: { name }, actor }) {
				return { status: 201, body: { name, password: await resetPassword(deps, name, actor.name) } };
			},
		}),
		emptyOperation({
			method: "delete",
			path: "/accounts/{name}/sessions",
			operationId: "endSessions",
			summary: "End every session of a person",
			tag: "access",
			roles: ADMINISTRATORS,
			params: AccountParams,
			description: "They have ended.",
			errors: ["account_missing"],
			handle: ({ params: { name }, actor }) => endAllSessions(deps, name, actor.name),
		}),
	];
}
