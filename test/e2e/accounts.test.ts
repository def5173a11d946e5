import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

const PASSWORD = "a long enough password";
const NEXT = "quite another phrase 8";

describe.skipIf(NO_BROWSER !== null)("accounts, in a browser", () => {
	let browser: Browser;
	let web: ServedWeb;
	let administrator: Person;

	beforeAll(async () => {
		browser = await launchBrowser();
		web = await serveWeb();
		await enrol(web.store, PASSWORD, [["anna", "administrator", "Anna Berg"]]);
		administrator = await personAt(browser, web.url);
		await signInAs(administrator.page, "anna", PASSWORD);
	}, 60_000);
	afterAll(async () => {
		await browser?.close();
		await web?.listening.close();
	});

	test("an administrator makes an account; its person must choose a password before anything else", {
		timeout: 120_000,
	}, async () => {
		const { page } = administrator;
		await page.goto("/accounts");
		expect(await violationsOn(page)).toEqual([]);
		await page.locator("input[name=name]").fill("li.na");
		await page.locator("select[name=role]").selectOption("operator");
		await page.locator("main form button").click();
		const password = (await page.locator("#new-password").textContent()) ?? "";
		expect(password).toMatch(/^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/);
		expect(await violationsOn(page)).toEqual([]);

		const li = await personAt(browser, web.url, { locale: "zh-CN" });
		await signInAs(li.page, "li.na", password);
		expect(new URL(li.page.url()).pathname).toBe("/account");
		expect(await li.page.getByRole("alert").textContent()).toContain("请先改为自己的密码");
		await li.page.goto("/exceptions");
		expect(new URL(li.page.url()).pathname).toBe("/account");
		expect(await violationsOn(li.page)).toEqual([]);

		const change = async (next: string, repeated = next) => {
			await li.page.locator("input[name=current]").fill(password);
			await li.page.locator("input[name=password]").fill(next);
			await li.page.locator("input[name=repeated]").fill(repeated);
			await li.page.locator("main form button").first().click();
		};
		await change(NEXT, "something else");
		expect(await li.page.locator("#password-fault").textContent()).toContain("两次输入的新密码不一致");
		await change("passwordpassword");
		expect(await li.page.locator("#password-fault").textContent()).toContain("容易被猜到");
		await change(NEXT);
		expect(await li.page.locator("main [role=status]").textContent()).toContain("密码已修改");
		await li.page.goto("/exceptions");
		expect(new URL(li.page.url()).pathname).toBe("/exceptions");

		// shut out at once
		await page.goto("/accounts/li.na");
		await page.getByRole("button", { name: "Disable the account" }).click();
		await page.waitForURL("**/accounts/li.na");
		await li.page.goto("/exceptions");
		expect(new URL(li.page.url()).pathname).toBe("/sign-in");
		await li.context.close();
	});

	test("the last administrator stays one", async () => {
		const { page } = administrator;
		await page.goto("/accounts/anna");
		await page.getByRole("button", { name: "Disable the account" }).click();
		expect(await page.getByRole("alert").textContent()).toContain("One administrator must remain");
	});
});
