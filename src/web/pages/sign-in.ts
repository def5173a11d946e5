import type { Request, Response, Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import { cookieOptions } from "../access/cookies.js";
import { accessOf } from "../access/policy.js";
import { signOut } from "../access/sessions.js";
import { signIn } from "../access/sign-in.js";
import { TooManyRequests } from "../access/too-many-requests.js";
import type { WebDeps } from "../deps.js";
import { identityOf } from "../request-context.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { LANGUAGE_COOKIE, LANGUAGES } from "./locales.js";
import { type Site, safeReturn, THEME_COOKIE, THEMES } from "./site.js";

const YEAR_MS = 365 * 24 * 60 * 60_000;

/** The sign-in page, with what was wrong where something was. */
export async function showSignIn(
	deps: WebDeps,
	site: Site,
	request: Request,
	response: Response,
	form: { back?: string; name?: string; problem?: string | null; status?: number },
): Promise<void> {
	const { back = "/", name = "", problem = null, status = 200 } = form;
	const local = accessOf(deps).localSignIn;
	const single = deps.singleSignOn?.label ?? null;
	const singleUrl = `/sign-in/single?back=${encodeURIComponent(back)}`;
	const view = { back, name, problem, local, single, singleUrl, both: local && single !== null };
	await site.show(request, response, "sign-in", view, { status });
}

/** Sign-in, sign-out, and how a person wants the pages: language and theme. */
export function signInRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.get("/sign-in", async (request, response) => {
		const back = safeReturn(request.query.back);
		if (identityOf(request) !== null) {
			response.redirect(303, back);
			return;
		}
		await showSignIn(deps, site, request, response, { back });
	});

	router.post("/sign-in", readForm, async (request, response) => {
		const form = formOf(request);
		const back = safeReturn(form.back);
		const name = form.name ?? "";
		try {
			await signIn(deps, request, response, { name, password: form.password ?? "" });
			response.redirect(303, back);
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			const locale = site.localeOf(request);
			let problem = error.kind[locale.language];
			if (error.code === "unauthenticated") problem = locale.say("signIn.failed");
			if (error instanceof TooManyRequests) {
				response.setHeader("Retry-After", String(error.retryAfterSeconds));
				problem = locale.say("signIn.wait", { seconds: error.retryAfterSeconds });
			}
			await showSignIn(deps, site, request, response, { back, name, problem, status: error.kind.status });
		}
	});

	router.post("/sign-out", readForm, requireCsrf, async (request, response) => {
		await signOut(deps, request, response);
		response.redirect(303, "/sign-in");
	});

	router.post("/preferences", readForm, (request, response) => {
		const form = formOf(request);
		const cookie = cookieOptions(deps.secureCookies, YEAR_MS);
		const language = LANGUAGES.find((one) => one === form.language);
		if (language) response.cookie(LANGUAGE_COOKIE, language, { ...cookie, httpOnly: true });
		const theme = THEMES.find((one) => one === form.theme);
		if (theme) response.cookie(THEME_COOKIE, theme, { ...cookie, httpOnly: true });
		response.redirect(303, safeReturn(form.back));
	});
}
