import type { Request, Response, Router } from "express";
import { AccountInput, AccountRoleInput } from "../../contracts/api.js";
import { Identifier } from "../../contracts/primitives.js";
import { VinspectError } from "../../domain/errors.js";
import type { Account } from "../../persistence/store.js";
import {
	createAccount,
	endAllSessions,
	isFederated,
	ownSessions,
	personAccount,
	personAccounts,
	resetPassword,
	setAccountDisabled,
	setAccountRole,
} from "../access/accounts.js";
import type { WebDeps } from "../deps.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";

/** Roles an administrator gives people. */
export const PERSON_ROLES = AccountInput.shape.role.options;

/** How an account stands; its words are `accounts.state.<state>`. */
export const ACCOUNT_STATES = ["disabled", "must_change", "single_sign_on", "active"] as const;

function stateOf(account: Account): (typeof ACCOUNT_STATES)[number] {
	if (account.disabled) return "disabled";
	if (isFederated(account)) return "single_sign_on";
	return account.mustChangePassword ? "must_change" : "active";
}

/** A password that was made up, to be handed over. */
interface Handed {
	readonly name: string;
	readonly password: string;
}

const rowOf = (account: Account) => ({
	name: account.name,
	displayName: account.displayName,
	role: account.role,
	state: stateOf(account),
});

/** Accounts of people: who they are, what they may, and shutting them out. */
export function accountRoutes(router: Router, deps: WebDeps, site: Site): void {
	const nameOf = (request: Request): string => {
		const named = Identifier.safeParse(request.params.name);
		if (named.success) return named.data;
		throw new VinspectError("account_missing", "That is no account's name.");
	};

	const showList = async (
		request: Request,
		response: Response,
		form: { name: string; displayName: string; role: string; problem: string | null },
		status = 200,
	) => {
		const accounts = (await personAccounts(deps)).map(rowOf);
		await site.show(request, response, "accounts", { accounts, roles: PERSON_ROLES, form }, { status });
	};

	const showOne = async (
		request: Request,
		response: Response,
		name: string,
		answer: { handed?: Handed; problem?: string; status?: number } = {},
	) => {
		const account = await personAccount(deps, name);
		const view = {
			account: rowOf(account),
			roles: PERSON_ROLES,
			disabled: account.disabled,
			hasPassword: !isFederated(account),
			sessions: await ownSessions(deps, name, null),
			handed: answer.handed ?? null,
			problem: answer.problem ?? null,
		};
		await site.show(request, response, "account-of", view, {
			area: "accounts",
			status: answer.status ?? 200,
		});
	};

	router.get("/accounts", (request, response) =>
		showList(request, response, { name: "", displayName: "", role: "operator", problem: null }),
	);

	router.post("/accounts", readForm, requireCsrf, async (request, response) => {
		const { name = "", displayName = "", role = "" } = formOf(request);
		const locale = site.localeOf(request);
		const wrong = (problem: string, status: number) =>
			showList(request, response, { name, displayName, role, problem }, status);
		const input = AccountInput.safeParse({
			name: name.trim(),
			displayName: displayName.trim() || name,
			role,
		});
		if (!input.success) return wrong(locale.say("accounts.nameForm"), 422);
		try {
			const made = await createAccount(deps, input.data, personOf(request).name);
			const handed = { name: made.account.name, password: made.password ?? "" };
			await showOne(request, response, made.account.name, { handed, status: 201 });
		} catch (error) {
			if (!(error instanceof VinspectError) || error.code !== "name_taken") throw error;
			await wrong(error.kind[locale.language], error.kind.status);
		}
	});

	router.get("/accounts/:name", (request, response) => showOne(request, response, nameOf(request)));

	/** Does something to an account and shows it; a refusal is told on its page. */
	const act = async (
		request: Request,
		response: Response,
		work: (name: string, by: string) => Promise<void>,
	) => {
		const name = nameOf(request);
		try {
			await work(name, personOf(request).name);
		} catch (error) {
			if (!(error instanceof VinspectError) || error.code !== "last_administrator") throw error;
			const problem = error.kind[site.localeOf(request).language];
			await showOne(request, response, name, { problem, status: error.kind.status });
			return;
		}
		response.redirect(303, `/accounts/${name}`);
	};

	router.post("/accounts/:name/role", readForm, requireCsrf, (request, response) =>
		act(request, response, async (name, by) => {
			const input = AccountRoleInput.safeParse({ role: formOf(request).role });
			if (!input.success) throw new VinspectError("request_invalid", "There is no such role.");
			await setAccountRole(deps, name, input.data.role, by);
		}),
	);

	for (const [action, disabled] of [
		["disable", true],
		["enable", false],
	] as const) {
		router.post(`/accounts/:name/${action}`, readForm, requireCsrf, (request, response) =>
			act(request, response, (name, by) => setAccountDisabled(deps, name, disabled, by)),
		);
	}

	router.post("/accounts/:name/end-sessions", readForm, requireCsrf, (request, response) =>
		act(request, response, (name, by) => endAllSessions(deps, name, by)),
	);

	router.post("/accounts/:name/password", readForm, requireCsrf, async (request, response) => {
		const name = nameOf(request);
		const password = await resetPassword(deps, name, personOf(request).name);
		await showOne(request, response, name, { handed: { name, password }, status: 201 });
	});
}
