import type { RequestHandler } from "express";
import { VinspectError } from "../../domain/errors.js";
import type { Role } from "../../persistence/store.js";
import { type Identity, identityOf } from "../request-context.js";

/** One entry of the navigation: an area of the site, where it is, and for whom. */
export interface NavigationEntry {
	/** Template of the area's first page; its words are `site.nav.<page>`. */
	readonly page: string;
	readonly href: string;
	readonly icon: string;
	readonly roles: readonly Role[];
}

const EVERY_PERSON: readonly Role[] = ["operator", "auditor", "engineer", "administrator"];

/** Who searches what was inspected, and reads reports as an auditor does. */
export const AUDITING_ROLES: readonly Role[] = ["auditor", "engineer", "administrator"];

/** Everything the navigation offers, in its order. */
export const NAVIGATION: readonly NavigationEntry[] = [
	{ page: "overview", href: "/", icon: "line", roles: EVERY_PERSON },
	{ page: "exceptions", href: "/exceptions", icon: "review", roles: EVERY_PERSON },
	{ page: "inspections", href: "/inspections", icon: "search", roles: AUDITING_ROLES },
	{
		page: "statistics",
		href: "/statistics",
		icon: "chart",
		// operators may look as well; it is not what they come for
		roles: ["auditor", "engineer", "administrator"],
	},
	{ page: "agreement", href: "/agreement", icon: "agreement", roles: ["auditor", "administrator"] },
	{ page: "plans", href: "/plans", icon: "plan", roles: ["engineer", "administrator"] },
];

/** What the navigation offers a person. */
export function navigationFor(identity: Identity | null): readonly NavigationEntry[] {
	return identity === null ? [] : NAVIGATION.filter(({ roles }) => roles.includes(identity.role));
}

/** Keeps everybody else off a page: an answer that says so, never an empty page. */
export function onlyFor(roles: readonly Role[]): RequestHandler {
	return (request, _response, next) => {
		const role = identityOf(request)?.role;
		next(
			role !== undefined && roles.includes(role)
				? undefined
				: new VinspectError("forbidden", "Your role has no access to this page."),
		);
	};
}
