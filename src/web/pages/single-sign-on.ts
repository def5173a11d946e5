import type { Request, Response, Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import { tellAccess } from "../access/access-events.js";
import { admit } from "../access/admit.js";
import { cookieName, cookieOf, cookieOptions, SINGLE_SIGN_ON_COOKIE } from "../access/cookies.js";
import { takeSignIn } from "../access/rate-limit.js";
import { KeptSignOn, RETURN_PATH, SingleSignOnFailed } from "../access/single-sign-on.js";
import type { WebDeps } from "../deps.js";
import { contextOf } from "../request-context.js";
import { showSignIn } from "./sign-in.js";
import { type Site, safeReturn } from "./site.js";

/** How long a person may take at the provider. */
const BEGUN_MS = 10 * 60_000;

function keptOf(request: Request, name: string): KeptSignOn | null {
	try {
		const text = Buffer.from(cookieOf(request, name) ?? "", "base64url").toString();
		return KeptSignOn.parse(JSON.parse(text));
	} catch {
		return null;
	}
}

/** Signing in through the plant's own provider: leaving for it, and coming back. */
export function singleSignOnRoutes(router: Router, deps: WebDeps, site: Site): void {
	const { singleSignOn } = deps;
	const cookie = cookieName(deps.secureCookies, SINGLE_SIGN_ON_COOKIE);
	const options = { ...cookieOptions(deps.secureCookies, BEGUN_MS), httpOnly: true };

	const refuse = async (request: Request, response: Response, error: unknown) => {
		if (!(error instanceof SingleSignOnFailed)) throw error;
		contextOf(request).logger.warn({ code: error.code, fault: error.fault }, error.message);
		await tellAccess(deps, {
			action: "sign_in_refused",
			subject: null,
			by: null,
			why: `single sign-on: ${error.fault}`,
			address: request.ip ?? "",
		});
		const locale = site.localeOf(request);
		const reason = locale.say(`ssoFault.${error.fault}`);
		const problem = locale.say("signIn.singleFailed", { reason });
		await showSignIn(deps, site, request, response, { problem, status: error.kind.status });
	};

	router.get("/sign-in/single", async (request, response) => {
		if (!singleSignOn) throw new VinspectError("not_found", "There is no single sign-on here.");
		await takeSignIn(deps, request.ip ?? "");
		try {
			const { url, kept } = await singleSignOn.begin(safeReturn(request.query.back));
			response.cookie(cookie, Buffer.from(JSON.stringify(kept)).toString("base64url"), options);
			response.redirect(303, url.href);
		} catch (error) {
			await refuse(request, response, error);
		}
	});

	router.get(RETURN_PATH, async (request, response) => {
		if (!singleSignOn) throw new VinspectError("not_found", "There is no single sign-on here.");
		await takeSignIn(deps, request.ip ?? "");
		const kept = keptOf(request, cookie);
		const { maxAge: _maxAge, ...cleared } = options;
		response.clearCookie(cookie, cleared);
		try {
			if (!kept)
				throw new SingleSignOnFailed("expired", "This browser began no single sign-on, or too long ago.");
			const at = request.originalUrl.indexOf("?");
			const person = await singleSignOn.finish(at < 0 ? "" : request.originalUrl.slice(at), kept);
			await admit(deps, request, response, person);
			response.redirect(303, safeReturn(kept.back));
		} catch (error) {
			await refuse(request, response, error);
		}
	});
}
