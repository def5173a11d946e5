// What of the pages can be asked for and sent, as somebody who follows every link finds it.
import { formsIn, linksIn, readPage } from "./html.mjs";

/** Of each kind of address, so many are followed: a list of a thousand vehicles is a thousand times the same page. */
const SAMPLES = 3;
/** Pages answered as a piece, for htmx. */
const PIECES = [
	"/exceptions/:exceptionId/state",
	"/exceptions/:exceptionId/claim",
	"/inspections/:inspectionId/report/verification",
	"/plans/:model/try-out/result",
];
/** Who keeps the fuzzer going: changing these would end it. */
const KEPT = /^\/(accounts\/(administrator|fuzz-as-)|stations\/(?!fuzz-|$|\?))/;

const names = (address) => [...new URLSearchParams(address.split("?")[1] ?? "").keys()].sort().join(",");

/** The routes of the pages, to be recognised in addresses and filled with names. */
export class Routes {
	#matchers;
	/** Names seen, by parameter below its path. */
	#seen = new Map();

	constructor(pages) {
		this.pages = pages;
		this.#matchers = pages
			.map((page) => {
				const keys = [...page.path.matchAll(/:(\w+)/g)].map(([, key]) => key);
				const pattern = new RegExp(`^${page.path.replace(/[.]/g, "\\.").replace(/:\w+/g, "([^/?]+)")}$`);
				return { page, keys, pattern };
			})
			.sort((one, other) => one.keys.length - other.keys.length);
	}

	/** The route of an address, noting the names in it; null where there is none. */
	of(method, address) {
		const path = address.split("?", 1)[0];
		for (const { page, keys, pattern } of this.#matchers) {
			const found = page.method === method && pattern.exec(path);
			if (!found) continue;
			for (const [index, key] of keys.entries()) this.#note(page.path, key, found[index + 1]);
			return page;
		}
		return null;
	}

	#note(path, key, name) {
		const place = `${path.split(":")[0]}${key}`;
		const list = this.#seen.get(place) ?? [];
		if (!list.includes(name)) this.#seen.set(place, [...list.slice(-19), name]);
	}

	/** Names that exist where this route has a parameter. */
	namesFor(path, key) {
		return this.#seen.get(`${path.split(":")[0]}${key}`) ?? [];
	}

	/** Every name seen, whatever it names. */
	allNames() {
		return [...this.#seen.values()].flat();
	}

	/** An address of a route with names that exist where some are known. */
	addressOf(page, chance) {
		return page.path.replace(/:(\w+)/g, (_, key) => {
			const known = this.namesFor(page.path, key);
			return known.length > 0 ? chance.of(known) : "NOWHERE-1";
		});
	}
}

/** Whether a route has a picture read before it answers: the page around it is there long before. */
export const isReading = (page) => page?.path === "/plans/:model/try-out/result";

/** Whether a piece of a page is what this route answers. */
export const isPiece = (page) => PIECES.includes(page?.path);

/** Whether the fuzzer leaves this alone, so that it can go on. */
export const isKept = (method, address) => method !== "GET" && KEPT.test(address);

/** What a form or link is told apart by from others of the same route. */
const keyOf = ({ page, address, form }) =>
	`${page.method} ${page.path} ${names(address)} ${form ? form.fields.map(({ name }) => name.replace(/\d+/g, "N")).join(",") : ""}`;

/** The targets on one page; `source` is the page's address. */
export function targetsIn(html, source, routes) {
	const page = readPage(html);
	const links = linksIn(page).map((address) => ({ address, form: null, page: routes.of("GET", address) }));
	const forms = formsIn(page).map((form) => ({
		address: form.action,
		form,
		page: routes.of(form.method, form.action),
	}));
	return [...links, ...forms]
		.filter((target) => target.page !== null && !isKept(target.page.method, target.address))
		.map((target) => ({ ...target, source, key: keyOf(target) }));
}

/**
 * Follows every link from the overview on, `SAMPLES` of a kind; `visit` gives an address's HTML or null. What can be
 * asked for and sent, by its key, the latest of each.
 */
export async function walk(visit, routes, start) {
	const targets = new Map();
	const followed = new Map();
	const queue = [...start];
	const seen = new Set(queue);
	while (queue.length > 0) {
		const address = queue.shift();
		const page = routes.of("GET", address);
		if (page === null) continue;
		const kind = `${page.path} ${names(address)}`;
		const times = followed.get(kind) ?? 0;
		if (times >= SAMPLES) continue;
		followed.set(kind, times + 1);
		const html = await visit(address, page);
		if (html === null) continue;
		for (const target of targetsIn(html, address, routes)) {
			targets.set(target.key, target);
			if (target.form !== null || seen.has(target.address)) continue;
			seen.add(target.address);
			queue.push(target.address);
		}
	}
	return targets;
}
