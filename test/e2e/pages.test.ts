import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { fillLine, inspectionIdOfVehicle, PASSWORD, VEHICLES } from "../support/line-of-vehicles.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

if (NO_BROWSER) console.warn(`The pages are not tested in a browser: ${NO_BROWSER}`);

describe.skipIf(NO_BROWSER !== null)("the pages in a browser", () => {
	let browser: Browser;
	let web: ServedWeb;
	const people: Person[] = [];

	const person = async (
		name: string | null,
		options: Parameters<typeof personAt>[2] = {},
	): Promise<Person> => {
		const one = await personAt(browser, web.url, options);
		people.push(one);
		if (name !== null) await signInAs(one.page, name, PASSWORD);
		return one;
	};
	const exceptionPath = (vehicle: string, finding: string): string =>
		`/exceptions/${inspectionIdOfVehicle(vehicle)}~${finding}`;

	beforeAll(async () => {
		browser = await launchBrowser();
	});
	afterAll(() => browser.close());
	beforeEach(async () => {
		web = await serveWeb({ plant: "suzhou-2" });
		await fillLine(web);
	});
	afterEach(async () => {
		const complaints = people.flatMap((one) => one.complaints);
		await Promise.all(people.splice(0).map(({ context }) => context.close()));
		await web.listening.close();
		// refusals answer 4xx, which the browser logs by itself; everything else is a fault of ours
		expect(complaints.filter((text) => !/status of 4(01|04|09|22)/.test(text))).toEqual([]);
	});

	test("the overview follows the line by itself", async () => {
		const { page } = await person("li.na");
		const row = page.locator("tr", { hasText: VEHICLES.collecting });
		await expect.poll(() => row.locator(".state").textContent()).toContain("Collecting");
		const inspection = await web.gateway.current(inspectionIdOfVehicle(VEHICLES.collecting));
		const version = inspection.version + 1;
		await web.store.inspections.project({ ...inspection, version, status: "sealing", disposition: "pass" });
		await expect.poll(() => row.locator(".state").textContent()).toContain("Pass");
		expect(await page.locator(".stages .s-sealing strong").textContent()).toBe("1");
	});

	test("says when the connection is lost, and recovers", async () => {
		const { page, context, complaints } = await person("li.na");
		const banner = page.locator("#connection");
		// cut off before its scripts came, a page can't tell anybody
		await page.waitForLoadState("load");
		await context.setOffline(true);
		await expect.poll(() => banner.textContent(), { timeout: 15_000 }).toContain("Connection lost");
		const inspection = await web.gateway.current(inspectionIdOfVehicle(VEHICLES.collecting));
		await web.store.inspections.project({
			...inspection,
			version: 99,
			status: "sealing",
			disposition: "hold",
		});
		await context.setOffline(false);
		await expect.poll(() => banner.textContent(), { timeout: 15_000 }).toContain("Connected again");
		const row = page.locator("tr", { hasText: VEHICLES.collecting });
		await expect.poll(() => row.locator(".state").textContent()).toContain("Hold");
		complaints.splice(0);
	});

	test("an engineer looks on but is offered no decision", async () => {
		const { page } = await person("anna");
		await page.goto(exceptionPath(VEHICLES.stampWrong, "vin-stamp.vin"));
		await page.getByText("can look at exceptions but not decide").waitFor();
		expect(await page.locator("[name=action]").count()).toBe(0);
	});

	test("the language changes in place and stays", async () => {
		const { page } = await person("li.na");
		await page.goto("/exceptions");
		await page.getByRole("button", { name: "中文" }).click();
		await page.waitForURL("/exceptions");
		expect(await page.locator("h1").textContent()).toBe("异常");
		await page.goto("/");
		expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
		expect(await page.locator(".tile-yield h2").textContent()).toBe("一次合格率");
	});

	test("the picture zooms by key and the boxes stay on what they mark", async () => {
		const { page } = await person("li.na");
		await page.goto(exceptionPath(VEHICLES.stampWrong, "vin-stamp.vin"));
		const stage = page.locator(".viewer-stage svg");
		const viewWidth = async () => Number((await stage.getAttribute("viewBox"))?.split(" ")[2]);
		await expect.poll(viewWidth).toBeLessThan(1600);
		const before = await viewWidth();
		await page.keyboard.press("+");
		expect(await viewWidth()).toBeLessThan(before);
		await page.keyboard.press("0");
		expect(await viewWidth()).toBeGreaterThanOrEqual(1600);
		expect(await stage.locator("rect.b-mismatch").getAttribute("x")).toBe("520");
	});

	test("a hostile record shows as the text it is", async () => {
		const id = inspectionIdOfVehicle(VEHICLES.colourWrong);
		const inspection = await web.gateway.current(id);
		const evil = `"><img src=x onerror=alert(1)>{{constructor}}`;
		const findings = inspection.findings.map((one) => ({ ...one, read: evil, expected: evil }));
		await web.store.inspections.project({ ...inspection, version: 50, findings });
		const { page } = await person("li.na");
		await page.goto(`/inspections/${id}`);
		expect(await page.locator("img[src=x]").count()).toBe(0);
		expect(await page.locator(".finding .mono").first().textContent()).toBe(evil);
	});
});

describe("the pages' doors", () => {
	let web: ServedWeb;
	beforeAll(async () => {
		web = await serveWeb({ plant: "suzhou-2" });
		await fillLine(web);
	});
	afterAll(() => web.listening.close());

	const form = (fields: Record<string, string>, cookie = "") => ({
		method: "POST",
		redirect: "manual" as const,
		headers: { cookie, accept: "text/html" },
		body: new URLSearchParams(fields),
	});
	const sessionOf = async (name: string): Promise<string> => {
		const answer = await fetch(`${web.url}/sign-in`, form({ name, password: PASSWORD }));
		return answer.headers
			.getSetCookie()
			.map((cookie) => cookie.split(";", 1)[0])
			.join("; ");
	};

	test("nobody gets in without signing in, and comes back to where they wanted", async () => {
		const answer = await fetch(`${web.url}/exceptions?list=done`, { redirect: "manual" });
		expect(answer.status).toBe(303);
		expect(answer.headers.get("location")).toBe("/sign-in?back=%2Fexceptions%3Flist%3Ddone");
		const elsewhere = form({ name: "li.na", password: PASSWORD, back: "//evil.example/" });
		expect((await fetch(`${web.url}/sign-in`, elsewhere)).headers.get("location")).toBe("/");
	});

	test("a wrong password is answered on the form, with the name kept", async () => {
		const answer = await fetch(`${web.url}/sign-in`, form({ name: "li.na", password: "wrong" }));
		expect(answer.status).toBe(401);
		const page = await answer.text();
		expect(page).toContain("Name or password is wrong.");
		expect(page).toContain('value="li.na"');
		expect(page).not.toContain('wrong"');
	});

	test("a decision without the session's CSRF token is refused", async () => {
		const cookie = await sessionOf("li.na");
		const id = `${inspectionIdOfVehicle(VEHICLES.stampWrong)}~vin-stamp.vin`;
		const answer = await fetch(`${web.url}/exceptions/${id}/decision`, form({ action: "retake" }, cookie));
		expect(answer.status).toBe(403);
		expect((await web.store.exceptions.get(id))?.decisions).toEqual([]);
	});

	test("nothing on a page is inline, and the policy forbids it", async () => {
		const cookie = await sessionOf("li.na");
		for (const path of ["/", "/exceptions", `/inspections/${inspectionIdOfVehicle(VEHICLES.colourWrong)}`]) {
			const answer = await fetch(web.url + path, { headers: { cookie } });
			expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
			const page = await answer.text();
			expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
		}
	});

	test("when the database is away, a page says so in the person's language", async () => {
		web.store.down = true;
		try {
			const answer = await fetch(`${web.url}/sign-in`, {
				...form({ name: "li.na", password: PASSWORD }),
				headers: { accept: "text/html", "accept-language": "zh-CN" },
			});
			expect(answer.status).toBe(503);
			expect(await answer.text()).toContain("数据库无响应");
		} finally {
			web.store.down = false;
		}
	});
});
