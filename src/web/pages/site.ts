import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../config/package-root.js";
import type { Bilingual } from "../../contracts/primitives.js";
import { VinspectError } from "../../domain/errors.js";
import { cookieOf } from "../access/cookies.js";
import { csrfTokenOf } from "../access/sessions.js";
import type { WebDeps } from "../deps.js";
import { type Identity, identityOf } from "../request-context.js";
import { type Locale, languageOf, loadLocales } from "./locales.js";
import { menusFor, navigationFor } from "./navigation.js";
import { loadTemplates } from "./templates.js";

export const THEMES = ["system", "light", "dark"] as const;
export const THEME_COOKIE = "vinspect_theme";

/** The badge in the navigation counts this far, then says "and more". */
const COUNTED_EXCEPTIONS = 99;
const FOOTER_SECONDS = 30;

interface Footer {
	readonly store: string | null;
	readonly workflows: string | null;
	readonly signing: readonly Bilingual[];
}

/** Who replaces a signing certificate, or sees to it that somebody does. */
const TOLD_OF_SIGNING: ReadonlySet<Identity["role"]> = new Set(["engineer", "administrator"]);

/** What draws pages inside the common frame. */
export interface Site {
	/**
	 * Answers with a page; `view` is what its template needs beyond the frame. `area` is the navigation entry the
	 * page belongs to, itself where left out.
	 */
	show(
		request: Request,
		response: Response,
		page: string,
		view: object,
		options?: { status?: number; eventsUrl?: string | null; area?: string },
	): Promise<void>;
	/** Only a piece of a page, for htmx: no frame around it. */
	showPart(request: Request, response: Response, part: string, view: object, status?: number): void;
	localeOf(request: Request): Locale;
}

const PackageManifest = z.object({ version: z.string() });

async function footerOf(deps: WebDeps): Promise<Footer> {
	const [store, workflows, signing] = await Promise.allSettled([
		deps.store.describe(),
		deps.gateway.ping(),
		deps.signingWarnings?.() ?? [],
	]);
	return {
		store: store.status === "fulfilled" ? store.value : null,
		workflows: workflows.status === "fulfilled" ? (deps.workflowService ?? "Temporal") : null,
		signing: signing.status === "fulfilled" ? signing.value : [],
	};
}

/** Loads templates and words once, and draws every page with them. */
export function createSite(deps: WebDeps): Site {
	const render = loadTemplates();
	const locales = loadLocales();
	const { version } = PackageManifest.parse(
		JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")),
	);
	let footer = { at: 0, promise: Promise.resolve<Footer>({ store: null, workflows: null, signing: [] }) };

	const currentFooter = (): Promise<Footer> => {
		const now = Date.now();
		if (now - footer.at > FOOTER_SECONDS * 1000) footer = { at: now, promise: footerOf(deps) };
		return footer.promise;
	};

	const waitingExceptions = async (identity: Identity | null): Promise<number> => {
		if (identity === null) return 0;
		return deps.store.inspections.waitingExceptions();
	};

	const common = (request: Request, locale: Locale) => ({
		language: locale.language,
		csrf: csrfTokenOf(request) ?? "",
	});

	return {
		localeOf: (request) => locales[languageOf(request)],
		async show(request, response, page, view, { status = 200, eventsUrl = null, area = page } = {}) {
			const locale = locales[languageOf(request)];
			const identity = identityOf(request);
			const waiting = await waitingExceptions(identity);
			const around = await currentFooter();
			const signing = identity && TOLD_OF_SIGNING.has(identity.role) ? around.signing : [];
			const frame = {
				...common(request, locale),
				tag: locale.tag,
				theme: THEMES.find((one) => one === cookieOf(request, THEME_COOKIE)) ?? "system",
				themes: THEMES,
				// a refused form is answered at an address nobody can go back to
				here: request.method === "GET" ? request.originalUrl : "/",
				page,
				area,
				identity,
				navigation: navigationFor(identity),
				menus: menusFor(identity, area),
				waiting,
				waitingText: waiting > COUNTED_EXCEPTIONS ? `${COUNTED_EXCEPTIONS}+` : String(waiting),
				eventsUrl,
				plant: deps.plant,
				version,
				signingWarnings: signing.map((warning) => warning[locale.language]),
				footer: around,
				zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
			};
			response
				.status(status)
				.setHeader("Cache-Control", "no-store")
				.setHeader("Content-Language", locale.tag)
				.type("html")
				.send(render(page, locale, { ...frame, ...view }));
		},
		showPart(request, response, part, view, status = 200) {
			const locale = locales[languageOf(request)];
			response
				.status(status)
				.setHeader("Cache-Control", "no-store")
				.type("html")
				.send(render(part, locale, { ...common(request, locale), ...view }));
		},
	};
}

/** The signed-in person of a route behind `requirePerson`. */
export function personOf(request: Request): Identity {
	const identity = identityOf(request);
	if (identity === null) throw new VinspectError("unauthenticated", "Sign in first.");
	return identity;
}

/** Sends whoever is not signed in to the sign-in page, and back afterwards. */
export const requirePerson: RequestHandler = (request, response, next) => {
	if (identityOf(request) !== null) {
		next();
		return;
	}
	const back = request.method === "GET" ? request.originalUrl : "/";
	const address = `/sign-in?back=${encodeURIComponent(back)}`;
	// htmx follows redirects inside its own request; only this header moves the whole page
	if (request.get("hx-request") === "true") response.setHeader("HX-Redirect", address).status(204).end();
	else response.redirect(303, address);
};

/** A path of this site to return to; anything else becomes the overview. */
export function safeReturn(path: unknown): string {
	return typeof path === "string" && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : "/";
}
