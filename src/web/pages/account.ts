import type { Request, Response, Router } from "express";
import {
	changePassword,
	endOwnSession,
	isFederated,
	ownSessions,
	personAccount,
} from "../access/accounts.js";
import { type PasswordFault, PasswordRefused, SHORTEST_PASSWORD } from "../access/passwords.js";
import { hashToken } from "../access/secrets.js";
import type { WebDeps } from "../deps.js";
import { contextOf } from "../request-context.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";

interface Answer {
	readonly fault?: PasswordFault;
	readonly changed?: boolean;
	readonly status?: number;
}

const currentSession = (request: Request): string | null => {
	const { sessionToken } = contextOf(request);
	return sessionToken === null ? null : hashToken(sessionToken);
};

/** One's own account: changing the password, seeing and ending one's sessions. */
export function ownAccountRoutes(router: Router, deps: WebDeps, site: Site): void {
	const show = async (request: Request, response: Response, answer: Answer = {}) => {
		const person = personOf(request);
		const view = {
			account: person,
			must: person.mustChangePassword === true && !answer.changed,
			hasPassword: !isFederated(await personAccount(deps, person.name)),
			shortest: SHORTEST_PASSWORD,
			fault: answer.fault ?? null,
			changed: answer.changed ?? false,
			sessions: await ownSessions(deps, person.name, currentSession(request)),
		};
		await site.show(request, response, "account", view, { status: answer.status ?? 200 });
	};

	router.get("/account", (request, response) =>
		show(request, response, { changed: request.query.changed === "1" }),
	);

	router.post("/account/password", readForm, requireCsrf, async (request, response) => {
		const { current = "", password = "", repeated = "" } = formOf(request);
		if (password !== repeated) return show(request, response, { fault: "not_repeated", status: 422 });
		try {
			await changePassword(
				deps,
				personOf(request).name,
				{ current, next: password },
				currentSession(request),
			);
		} catch (error) {
			if (!(error instanceof PasswordRefused)) throw error;
			await show(request, response, { fault: error.fault, status: error.kind.status });
			return;
		}
		response.redirect(303, "/account?changed=1");
	});

	router.post("/account/sessions/:sessionId/end", readForm, requireCsrf, async (request, response) => {
		await endOwnSession(deps, personOf(request).name, String(request.params.sessionId));
		response.redirect(303, "/account");
	});
}
