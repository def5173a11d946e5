import type { Role } from "../../persistence/store.js";
import { AUDITORS } from "../api/inspection-access.js";
import type { Identity } from "../request-context.js";

/** One entry of the navigation: an area of the site, where it is, and for whom. */
export interface NavigationEntry {
	/** Template of the area's first page; its words are `site.nav.<page>`. */
	readonly page: string;
	readonly href: string;
	readonly icon: string;
	readonly roles: readonly Role[];
	/** The menu it stands in; by itself in the navigation where left out. Its words are `site.menu.<menu>`. */
	readonly menu?: NavigationMenuName;
}

/** Menus of the navigation, in their order. */
export const MENUS = ["engineering"] as const;
export type NavigationMenuName = (typeof MENUS)[number];

/** A menu with what it offers. */
export interface NavigationMenu {
	readonly menu: NavigationMenuName;
	readonly entries: readonly NavigationEntry[];
	/** Whether the page shown belongs to one of them. */
	readonly current: boolean;
}

/** Whoever signs in, and no station. */
export const EVERY_PERSON: readonly Role[] = ["operator", "auditor", "engineer", "administrator"];

/** Who searches what was inspected, and reads reports as an auditor does. */
export const AUDITING_ROLES: readonly Role[] = ["auditor", "engineer", "administrator"];
/** Who keeps records, stations and models. */
export const ENGINEERS: readonly Role[] = ["engineer", "administrator"];

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
	{ page: "agreement", href: "/agreement", icon: "agreement", roles: AUDITORS },
	{ page: "plans", href: "/plans", icon: "plan", roles: ENGINEERS, menu: "engineering" },
	{
		page: "vehicle-records",
		href: "/vehicle-records",
		icon: "vehicle",
		roles: ENGINEERS,
		menu: "engineering",
	},
	{ page: "stations", href: "/stations", icon: "station", roles: ENGINEERS, menu: "engineering" },
	{ page: "models", href: "/models", icon: "reading", roles: ENGINEERS, menu: "engineering" },
	{ page: "accounts", href: "/accounts", icon: "person", roles: ["administrator"], menu: "engineering" },
];

const offeredTo = (identity: Identity | null): readonly NavigationEntry[] =>
	identity === null ? [] : NAVIGATION.filter(({ roles }) => roles.includes(identity.role));

/** What the navigation offers a person by itself. */
export function navigationFor(identity: Identity | null): readonly NavigationEntry[] {
	return offeredTo(identity).filter(({ menu }) => menu === undefined);
}

/** The navigation's menus for a person, none of them empty. */
export function menusFor(identity: Identity | null, area: string): readonly NavigationMenu[] {
	return MENUS.flatMap((menu) => {
		const entries = offeredTo(identity).filter((entry) => entry.menu === menu);
		const current = entries.some(({ page }) => page === area);
		return entries.length === 0 ? [] : [{ menu, entries, current }];
	});
}
