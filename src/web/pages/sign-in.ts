import type { Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import { signIn, signOut } from "../access/sessions.js";
import type { WebDeps } from "../deps.js";
import { identityOf } from "../request-context.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { LANGUAGE_COOKIE, LANGUAGES } from "./locales.js";
import { type Site, safeReturn, THEME_COOKIE, THEMES } from "./site.js";

const YEAR_MS = 365 * 24 * 60 * 60_000;

/** Sign-in, sign-out, and how a person wants the pages: language and theme. */
export function signInRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.get("/sign-in", async (request, response) => {
		const back = safeReturn(request.query.back);
		if (identityOf(request) !== null) {
			response.redirect(303, back);
			return;
		}
		await site.show(request, response, "sign-in", { back, name: "", problem: null });
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
			const wrong = error.code === "unauthenticated";
			const locale = site.localeOf(request);
			const problem = wrong ? locale.say("signIn.failed") : error.kind[locale.language];
			await site.show(request, response, "sign-in", { back, name, problem }, { status: error.kind.status });
		}
	});

	router.post("/sign-out", readForm, requireCsrf, async (request, response) => {
		await signOut(deps, request, response);
		response.redirect(303, "/sign-in");
	});

	router.post("/preferences", readForm, (request, response) => {
		const form = formOf(request);
		const cookie = { sameSite: "lax", secure: deps.secureCookies, path: "/", maxAge: YEAR_MS } as const;
		const language = LANGUAGES.find((one) => one === form.language);
		if (language) response.cookie(LANGUAGE_COOKIE, language, { ...cookie, httpOnly: true });
		const theme = THEMES.find((one) => one === form.theme);
		if (theme) response.cookie(THEME_COOKIE, theme, { ...cookie, httpOnly: true });
		response.redirect(303, safeReturn(form.back));
	});
}
