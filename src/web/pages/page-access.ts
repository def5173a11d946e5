import { type RequestHandler, Router } from "express";
import { type Audience, requirePermission } from "../access/permission.js";
import { AUDITORS, DECIDERS } from "../api/inspection-access.js";
import { nothingHere } from "../problem.js";
import { identityOf } from "../request-context.js";
import { AUDITING_ROLES, ENGINEERS, EVERY_PERSON } from "./navigation.js";
import { requirePerson } from "./site.js";

/** A route of the pages and whom it is for. */
export interface PageAccess {
	readonly method: "GET" | "POST";
	readonly path: string;
	readonly audience: Audience;
	/** Whether it is answered to a person who must change their password first. */
	readonly whilePasswordMustChange?: true;
}

const get = (path: string, audience: Audience): PageAccess => ({ method: "GET", path, audience });
const post = (path: string, audience: Audience): PageAccess => ({ method: "POST", path, audience });
const always = (page: PageAccess): PageAccess => ({ ...page, whilePasswordMustChange: true });

/** What the pages' counterpart of the API's route table says: a route that is not here is answered to nobody. */
export const PAGE_ACCESS: readonly PageAccess[] = [
	get("/static/vendor/:name", "public"),
	get("/static/:name", "public"),
	get("/sign-in", "public"),
	post("/sign-in", "public"),
	get("/sign-in/single", "public"),
	get("/sign-in/single/return", "public"),
	post("/preferences", "public"),
	always(post("/sign-out", EVERY_PERSON)),
	always(get("/account", EVERY_PERSON)),
	always(post("/account/password", EVERY_PERSON)),
	post("/account/sessions/:sessionId/end", EVERY_PERSON),

	get("/", EVERY_PERSON),
	get("/inspections", AUDITING_ROLES),
	get("/inspections/:inspectionId", EVERY_PERSON),
	get("/inspections/:inspectionId/report", EVERY_PERSON),
	get("/inspections/:inspectionId/report/document", EVERY_PERSON),
	get("/inspections/:inspectionId/report/verification", EVERY_PERSON),
	post("/inspections/:inspectionId/report/countersign", ["auditor"]),
	post("/inspections/:inspectionId/hold", AUDITORS),
	post("/inspections/:inspectionId/hold/lift", AUDITORS),
	get("/audit", AUDITORS),

	get("/exceptions", EVERY_PERSON),
	get("/exceptions/next", EVERY_PERSON),
	get("/exceptions/:exceptionId", EVERY_PERSON),
	get("/exceptions/:exceptionId/state", EVERY_PERSON),
	get("/exceptions/:exceptionId/claim", EVERY_PERSON),
	post("/exceptions/:exceptionId/claim", DECIDERS),
	post("/exceptions/:exceptionId/next", EVERY_PERSON),
	post("/exceptions/:exceptionId/blind", DECIDERS),
	post("/exceptions/:exceptionId/decision", DECIDERS),
	post("/exceptions/:exceptionId/undo", DECIDERS),

	get("/statistics", EVERY_PERSON),
	get("/agreement", AUDITORS),
	get("/agreement/judgements/:itemId", AUDITORS),
	post("/agreement/shares", AUDITORS),
	get("/agreement/golden", AUDITORS),
	post("/agreement/golden", AUDITORS),
	post("/agreement/golden/:exceptionId/retire", AUDITORS),

	get("/plans", ENGINEERS),
	get("/plans/new", ENGINEERS),
	post("/plans/edit", ENGINEERS),
	get("/plans/:model", ENGINEERS),
	get("/plans/:model/edit", ENGINEERS),
	get("/plans/:model/compare", ENGINEERS),
	get("/plans/:model/release", ENGINEERS),
	post("/plans/:model/release", ENGINEERS),
	get("/plans/:model/try-out", ENGINEERS),
	post("/plans/:model/try-out", ENGINEERS),
	get("/plans/:model/try-out/result", ENGINEERS),

	get("/vehicle-records", AUDITING_ROLES),
	get("/vehicle-records/:productionNumber", AUDITING_ROLES),
	get("/record-imports", ENGINEERS),
	post("/record-imports", ENGINEERS),
	get("/record-imports/:importId", ENGINEERS),
	post("/record-imports/:importId", ENGINEERS),
	get("/record-imports/:importId/problems.csv", ENGINEERS),

	get("/stations", ENGINEERS),
	post("/stations", ENGINEERS),
	get("/stations/:name", ENGINEERS),
	post("/stations/:name/key", ENGINEERS),
	post("/stations/:name/former-keys/end", ENGINEERS),
	post("/stations/:name/disable", ENGINEERS),
	post("/stations/:name/enable", ENGINEERS),
	post("/stations/:name/silence-limit", ENGINEERS),

	get("/models", AUDITING_ROLES),
	get("/models/accuracy", AUDITING_ROLES),
	get("/models/accuracy/images/:name", AUDITING_ROLES),
	get("/models/:name", AUDITING_ROLES),

	get("/accounts", ["administrator"]),
	post("/accounts", ["administrator"]),
	get("/accounts/:name", ["administrator"]),
	post("/accounts/:name/role", ["administrator"]),
	post("/accounts/:name/password", ["administrator"]),
	post("/accounts/:name/disable", ["administrator"]),
	post("/accounts/:name/enable", ["administrator"]),
	post("/accounts/:name/end-sessions", ["administrator"]),
];

/** Where somebody is sent who must change their password. */
export const PASSWORD_PAGE = "/account";

function enforce({ method, path, audience, whilePasswordMustChange }: PageAccess): RequestHandler {
	return (request, response, next) => {
		const identity = identityOf(request);
		if (audience !== "public" && identity === null) {
			requirePerson(request, response, next);
			return;
		}
		if (identity?.mustChangePassword && !whilePasswordMustChange && request.method === "GET") {
			if (audience !== "public") {
				response.redirect(303, PASSWORD_PAGE);
				return;
			}
		}
		requirePermission(`${method} ${path}`, audience, identity, whilePasswordMustChange);
		next("router");
	};
}

/** Lets through to the pages whom the table names; everybody else is sent to sign in, refused, or told of nothing. */
export function pageGuard(): Router {
	const guard = Router();
	for (const page of PAGE_ACCESS) {
		if (page.method === "GET") guard.get(page.path, enforce(page));
		else guard.post(page.path, enforce(page));
	}
	guard.use(requirePerson, nothingHere);
	return guard;
}

/** A route of a router that the table does not state, or null: such a page could never be reached. */
export function unstatedRoute(router: Router): string | null {
	const stated = new Set(PAGE_ACCESS.map(({ method, path }) => `${method} ${path}`));
	for (const { route } of router.stack) {
		for (const { method } of route?.stack ?? []) {
			const name = `${method.toUpperCase()} ${route?.path}`;
			if (!stated.has(name) && !route?.path.startsWith("/static/")) return name;
		}
	}
	return null;
}
