#!/usr/bin/env node
/**
 * Pictures of every page of a plant that runs, in both languages:
 *
 *   node scripts/screenshots.mjs                        # the plant of `npm start`, its first sign-ins
 *   node scripts/screenshots.mjs --url http://127.0.0.1:8080 --as anna:PASSWORD --as li.na:PASSWORD
 *
 * Pages are found by following the navigation as each of the people sees it, so a new page needs no line here.
 * `--languages en,zh`, `--themes light,dark` and `--sizes desktop,tablet,upright` choose the variants, `--only
 * en-light-desktop` takes one, `--pages overview,report` some pages, `--out` is the folder.
 * Start the plant with FIRST_PASSWORDS=keep, or its first sign-ins see nothing but the page that changes them. People not
 * named with `--as` are read from `first-sign-in.txt` in the data folder (`--data`, DATA_DIR or .vinspect). The
 * browser is /usr/bin/chromium or what CHROMIUM_PATH names.
 */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { sitePages } from "./site-pages.mjs";

const { values } = parseArgs({
	options: {
		url: { type: "string", default: "http://127.0.0.1:8080" },
		as: { type: "string", multiple: true },
		data: { type: "string", default: process.env.DATA_DIR ?? ".vinspect" },
		out: { type: "string", default: "docs/images" },
		languages: { type: "string", default: "en,zh" },
		themes: { type: "string", default: "light,dark" },
		sizes: { type: "string", default: "desktop,tablet" },
		only: { type: "string" },
		pages: { type: "string" },
	},
});

const SIZES = {
	desktop: { viewport: { width: 1280, height: 800 } },
	tablet: { viewport: { width: 1024, height: 768 }, hasTouch: true },
	upright: { viewport: { width: 768, height: 1024 }, hasTouch: true },
};
const FLAGS =
	"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
/** Pictures and the claim arrive after the page; live events keep the network busy for ever. */
const SETTLE_MS = 1_200;
/** Pages that are longer than the window and shown whole. */
const WHOLE = ["inspection"];

/** Name and password of the people who look: the first is asked first. */
function people() {
	if (values.as)
		return values.as.map((one) => [one.slice(0, one.indexOf(":")), one.slice(one.indexOf(":") + 1)]);
	const text = readFileSync(join(values.data, "first-sign-in.txt"), "utf8");
	return [...text.matchAll(/^([a-z][\w.-]*)\s+([a-z0-9]+(?:-[a-z0-9]+)+)$/gm)].map(([, name, secret]) => [
		name,
		secret,
	]);
}

async function signedIn(browser, [name, password], options) {
	const context = await browser.newContext({ baseURL: values.url, reducedMotion: "reduce", ...options });
	const answer = await context.request.post("/sign-in", { form: { name, password } });
	if (new URL(answer.url()).pathname === "/sign-in") throw new Error(`${name} could not sign in`);
	return context;
}

/** Who shows which page: everybody's pages, each of the first who has it. */
async function whoShowsWhat(browser) {
	const shown = new Set();
	const all = [];
	for (const person of people()) {
		const context = await signedIn(browser, person, {});
		const pages = await sitePages(async (path) => (await context.request.get(path)).text());
		await context.close();
		all.push({ person, pages: pages.filter(({ name }) => !shown.has(name) && shown.add(name)) });
	}
	return all;
}

async function takeVariant(browser, everybody, { language, theme, size }) {
	const options = {
		...SIZES[size],
		locale: language === "zh" ? "zh-CN" : "en-GB",
		colorScheme: theme,
	};
	const shoot = async (page, name, path) => {
		if (values.pages && !values.pages.split(",").includes(name)) return;
		await page.goto(path);
		await page.waitForTimeout(SETTLE_MS);
		const file = join(values.out, `${name}-${language}-${theme}-${size}.png`);
		await page.screenshot({ path: file, fullPage: WHOLE.includes(name) });
		console.log(file);
	};
	const stranger = await browser.newContext({ baseURL: values.url, ...options });
	await shoot(await stranger.newPage(), "sign-in", "/sign-in");
	await stranger.close();
	for (const { person, pages } of everybody) {
		if (pages.length === 0) continue;
		const context = await signedIn(browser, person, options);
		const page = await context.newPage();
		for (const { name, path } of pages) await shoot(page, name, path);
		await context.close();
	}
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
	args: FLAGS.split(" "),
});
try {
	await mkdir(values.out, { recursive: true });
	const everybody = await whoShowsWhat(browser);
	for (const language of values.languages.split(",")) {
		for (const theme of values.themes.split(",")) {
			for (const size of values.sizes.split(",")) {
				const variant = `${language}-${theme}-${size}`;
				if (values.only && values.only !== variant) continue;
				await takeVariant(browser, everybody, { language, theme, size });
			}
		}
	}
} finally {
	await browser.close();
}
