import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sitePages } from "../../scripts/site-pages.mjs";
import { NAVIGATION } from "../../src/web/pages/navigation.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER } from "../support/browser.js";
import { fillLine, inspectionIdOfVehicle, PASSWORD, PEOPLE, VEHICLES } from "../support/line-of-vehicles.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

/** axe looks at every page; on a busy machine of two cores that takes its time. */
const EVERYWHERE_MS = 300_000;
/** What a finger needs, in CSS pixels; less one for rounding. */
const TOUCH = 43;
/** States of pages that no link leads to. */
const MORE = [
	{ name: "overview by station", path: "/?group=station" },
	{ name: "inspection collecting", path: `/inspections/${inspectionIdOfVehicle(VEHICLES.collecting)}` },
	{
		name: "exception awaiting a second person",
		path: `/exceptions/${inspectionIdOfVehicle(VEHICLES.awaitingSecond)}~certificate.colour`,
	},
	{ name: "nothing there", path: "/inspections/no-such-1" },
];

/** What is too small for a finger: everything pressed, but for links in running text and in tables' cells. */
const smallTargetsOn = (page: Page) =>
	page.evaluate<
		string[]
	>(`[...document.querySelectorAll("button, .button, select, summary, nav a, input:not([type=hidden])")]
		.map((element) => [element, (element.closest("label") ?? element).getBoundingClientRect()])
		.filter(([element, { width, height }]) => element.checkVisibility() && width > 1 && height > 1 && (width < ${TOUCH} && height < ${TOUCH} || height < ${TOUCH}))
		.map(([element, { width, height }]) => Math.round(width) + "×" + Math.round(height) + " " + element.outerHTML.slice(0, 120))`);

const widthOver = (page: Page) =>
	page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

describe.skipIf(NO_BROWSER !== null)("every page", () => {
	let browser: Browser;
	let web: ServedWeb;
	/** Each page once, as the first person who can reach it. */
	const pages: { readonly name: string; readonly path: string; readonly person: string | null }[] = [];

	beforeAll(async () => {
		browser = await launchBrowser();
		web = await serveWeb({ plant: "suzhou-2" });
		await fillLine(web);
		pages.push({ name: "sign-in", path: "/sign-in", person: null });
		for (const { name: person } of PEOPLE) {
			const context = await signedIn(person, {});
			const found = await sitePages(async (path) => (await context.request.get(path)).text());
			for (const { name, path } of found) {
				if (!pages.some((page) => page.name === name)) pages.push({ name, path, person });
			}
			await context.close();
		}
		for (const page of MORE) pages.push({ ...page, person: "wang.qiang" });
	});
	afterAll(async () => {
		await browser?.close();
		await web?.listening.close();
	});

	const signedIn = async (name: string | null, options: BrowserContextOptions) => {
		const context = await browser.newContext({ baseURL: web.url, reducedMotion: "reduce", ...options });
		if (name !== null) await context.request.post("/sign-in", { form: { name, password: PASSWORD } });
		return context;
	};

	test("is found by following the navigation of everybody", () => {
		const areas = NAVIGATION.filter(({ roles }) => PEOPLE.some(({ role }) => roles.includes(role)));
		const paths = pages.map(({ path }) => path);
		expect(areas.map(({ href }) => href).filter((href) => !paths.includes(href))).toEqual([]);
		expect(pages.length).toBeGreaterThan(areas.length + MORE.length);
	});

	test.each([
		{ locale: "en-GB", colorScheme: "light", viewport: { width: 1280, height: 800 }, hasTouch: false },
		{ locale: "zh-CN", colorScheme: "dark", viewport: { width: 1024, height: 768 }, hasTouch: true },
	] as const)(
		"fits, reads and can be pressed: $locale, $colorScheme, $viewport.width",
		{
			timeout: EVERYWHERE_MS,
		},
		async (options) => {
			const wrong: Record<string, unknown> = {};
			for (const person of new Set(pages.map((page) => page.person))) {
				const context = await signedIn(person, options);
				const page = await context.newPage();
				for (const { name, path } of pages.filter((one) => one.person === person)) {
					await page.goto(path);
					const found = {
						language:
							(await page.locator("html").getAttribute("lang"))?.slice(0, 2) !== options.locale.slice(0, 2),
						violations: await violationsOn(page),
						wider: Math.max(0, await widthOver(page)),
						small: options.hasTouch ? await smallTargetsOn(page) : [],
					};
					const fine =
						!found.language && found.wider === 0 && [...found.violations, ...found.small].length === 0;
					if (!fine) wrong[`${name} (${path})`] = found;
				}
				await context.close();
			}
			expect(wrong).toEqual({});
		},
	);

	test("lists its keys at the press of one, and with the pointer", { timeout: EVERYWHERE_MS }, async () => {
		for (const { name, path, person } of pages.filter(
			(page) => !MORE.some((more) => more.name === page.name),
		)) {
			const context = await signedIn(person, { locale: "en-GB" });
			const page = await context.newPage();
			await page.goto(path);
			await page.waitForLoadState("load");
			// a field that takes the focus takes the key as well
			await page.evaluate("document.activeElement?.blur()");
			await page.keyboard.press("?");
			const help = page.locator("dialog[open]");
			await expect.poll(() => help.count(), { message: name }).toBe(1);
			expect(await help.locator("kbd").count()).toBeGreaterThan(2);
			await page.keyboard.press("Escape");
			expect(await help.count()).toBe(0);
			await page.locator("[data-show-keys]").first().click();
			expect(await help.count()).toBe(1);
			await context.close();
		}
	});

	test("says when the connection is lost, and when it is back, without live events too", async () => {
		const context = await signedIn("li.na", { locale: "en-GB" });
		const page = await context.newPage();
		await page.goto("/inspections/no-such-1");
		await page.waitForLoadState("load");
		expect(await page.locator("#live").count()).toBe(0);
		const banner = page.locator("#connection");
		await context.setOffline(true);
		await expect.poll(() => banner.textContent(), { timeout: 15_000 }).toContain("Connection lost");
		await context.setOffline(false);
		await expect.poll(() => banner.textContent(), { timeout: 15_000 }).toContain("Connected again");
		await context.close();
	});
});
