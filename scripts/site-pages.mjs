/** Which pages a plant that runs has: found by following its navigation, so that new pages are found by themselves. */

/** Addresses that do something when they are looked at, or are files. */
const NOT_A_PAGE = /^\/(api|static|exceptions\/next)(\/|$)|\.csv$/;
const DEPTH = 3;

const mainOf = (html) => html.slice(html.indexOf("<main"), html.indexOf("</main>"));
const navigationOf = (html) => /<nav class="site-nav"[\s\S]*?<\/nav>/.exec(html)?.[0] ?? "";
const linksIn = (html) =>
	[...html.matchAll(/<a\b[^>]*?\bhref="(\/[^"#]*)/g)].map(([, href]) => href.replaceAll("&amp;", "&"));

/** An address with its names taken out: two of one pattern are the same page of two things. */
const patternOf = (path) =>
	path
		.split("?")[0]
		.split("/")
		.map((part) => (/[0-9A-Z~%]/.test(part) ? "*" : part))
		.join("/");

/** `/` is the overview, `/exceptions` itself, `/exceptions/*` one exception, `/inspections/*` + `/report` the report. */
function nameOf(pattern) {
	const parts = pattern.split("/").filter(Boolean);
	if (parts.length === 0) return "overview";
	const last = parts.at(-1);
	if (last !== "*") return parts.length > 1 && parts[1] !== "*" ? parts.join("-") : last;
	const area = parts.at(-2) ?? "page";
	return area.replace(/ies$/, "y").replace(/s$/, "");
}

async function firstRow(get, path) {
	return linksIn((mainOf(await get(path)).match(/<a class="row-link"[^>]*>/g) ?? []).join(""))[0] ?? null;
}

/**
 * Name → address of one page of every kind the signed-in person can reach. `get` answers with a page's HTML. An
 * inspection under review and a sealed one are looked at first: they show the most.
 */
export async function sitePages(get) {
	const found = new Map();
	const home = await get("/");
	let sources = [];
	for (const path of linksIn(navigationOf(home))) {
		found.set(patternOf(path), path);
		sources.push(path);
	}
	const reviewing = await firstRow(get, "/?status=reviewing");
	const sealed = await firstRow(get, "/?status=sealed");
	const inspection = reviewing ?? sealed;
	if (inspection) found.set(patternOf(inspection), inspection);
	sources.push(...[reviewing, sealed].filter(Boolean));
	for (let depth = 0; depth < DEPTH && sources.length > 0; depth += 1) {
		const next = [];
		for (const source of sources) {
			for (const path of linksIn(mainOf(await get(source)))) {
				const pattern = patternOf(path);
				if (NOT_A_PAGE.test(path) || found.has(pattern)) continue;
				found.set(pattern, path);
				next.push(path);
			}
		}
		sources = next;
	}
	return [...found].map(([pattern, path]) => ({ name: nameOf(pattern), path }));
}
