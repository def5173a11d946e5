import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Why browser tests can't run here; null where they can. */
export const NO_BROWSER = existsSync(CHROMIUM) ? null : `no browser at ${CHROMIUM}: set CHROMIUM_PATH`;

const FLAGS =
	"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export function launchBrowser(): Promise<Browser> {
	return chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(" ") });
}

export interface Person {
	readonly page: Page;
	readonly context: BrowserContext;
	/** What the console said that it should not: errors, and every breach of the content policy. */
	readonly complaints: string[];
}

/** A person at a screen of their own, not signed in yet. */
export async function personAt(
	browser: Browser,
	baseURL: string,
	options: { readonly locale?: string; readonly colorScheme?: "light" | "dark" } = {},
): Promise<Person> {
	const context = await browser.newContext({
		baseURL,
		viewport: { width: 1280, height: 800 },
		locale: "en-GB",
		reducedMotion: "reduce",
		...options,
	});
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on("console", (message) => {
		if (message.type() === "error" || /content.security.policy/i.test(message.text())) {
			complaints.push(`${page.url()}: ${message.text()}`);
		}
	});
	page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
	return { page, context, complaints };
}

/** Signs in through the form, by keyboard. */
export async function signInAs(page: Page, name: string, password: string): Promise<void> {
	await page.goto("/sign-in");
	await page.keyboard.type(name);
	await page.keyboard.press("Tab");
	await page.keyboard.type(password);
	await page.keyboard.press("Enter");
	await page.waitForURL((url) => url.pathname !== "/sign-in");
}
