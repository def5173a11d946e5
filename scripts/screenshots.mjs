#!/usr/bin/env node
/**
 * Pictures of every page, in both languages, themes and sizes, of a plant that runs:
 *
 *   node scripts/screenshots.mjs --url http://127.0.0.1:8080 --name NAME --password PASSWORD --out docs/images
 *
 * `--password` may come from VINSPECT_PASSWORD instead, `--only en-light-desktop` takes one variant.
 * The browser is /usr/bin/chromium or what CHROMIUM_PATH names.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values } = parseArgs({
	options: {
		url: { type: "string", default: "http://127.0.0.1:8080" },
		name: { type: "string" },
		password: { type: "string", default: process.env.VINSPECT_PASSWORD },
		out: { type: "string", default: "docs/images" },
		only: { type: "string" },
	},
});
if (!values.name || !values.password) {
	console.error("Say who signs in: --name NAME --password PASSWORD (or VINSPECT_PASSWORD).");
	process.exit(2);
}

const SIZES = {
	desktop: { width: 1280, height: 800 },
	tablet: { width: 1024, height: 768 },
	upright: { width: 768, height: 1024 },
};
const FLAGS =
	"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** The first link on a page that leads below an address; null where there is none. */
async function linkOn(page, from, selector) {
	await page.goto(from);
	const link = page.locator(selector).first();
	return (await link.count()) > 0 ? link.getAttribute("href") : null;
}

async function pagesOf(page) {
	const reviewing = await linkOn(page, "/?status=reviewing", ".row-link");
	const sealed = await linkOn(page, "/?status=sealed", ".row-link");
	const exception = await linkOn(page, "/exceptions", ".row-link");
	const plan = await linkOn(page, "/plans", ".row-link");
	const found = {
		overview: "/",
		inspection: reviewing ?? sealed,
		exceptions: "/exceptions",
		statistics: "/statistics",
		exception,
		"exceptions-escalated": "/exceptions?list=escalated",
		"blind-reading": await linkOn(page, "/exceptions", '[data-version^="awaiting_second"] .row-link'),
		report: sealed && `${sealed}/report`,
		plans: "/plans",
		plan,
		"plan-edit": plan && `${plan}/edit`,
		search: "/inspections",
		agreement: "/agreement",
		golden: "/agreement/golden",
	};
	return Object.entries(found).filter(([, path]) => path !== null);
}

async function takeVariant(browser, { language, theme, size }) {
	const context = await browser.newContext({
		baseURL: values.url,
		viewport: SIZES[size],
		locale: language === "zh" ? "zh-CN" : "en-GB",
		colorScheme: theme,
		reducedMotion: "reduce",
	});
	const page = await context.newPage();
	const shoot = async (name) => {
		const file = join(values.out, `${name}-${language}-${theme}-${size}.png`);
		await page.screenshot({ path: file, fullPage: name === "inspection" });
		console.log(file);
	};
	await page.goto("/sign-in");
	await shoot("sign-in");
	await page.fill("[name=name]", values.name);
	await page.fill("[name=password]", values.password);
	await page.click(".sign-in .primary");
	await page.waitForURL("/");
	for (const [name, path] of await pagesOf(page)) {
		await page.goto(path);
		// pictures and the claim arrive after the page; live events keep the network busy for ever
		await page.waitForTimeout(1200);
		await shoot(name);
	}
	await context.close();
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
	args: FLAGS.split(" "),
});
try {
	await mkdir(values.out, { recursive: true });
	for (const language of ["en", "zh"]) {
		for (const theme of ["light", "dark"]) {
			for (const size of Object.keys(SIZES)) {
				const variant = `${language}-${theme}-${size}`;
				if (values.only && values.only !== variant) continue;
				await takeVariant(browser, { language, theme, size });
			}
		}
	}
} finally {
	await browser.close();
}
