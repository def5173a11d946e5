import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import { contentOf } from "../../src/web/plans/plan-form.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { PLANT, sampleInspection, samplePlan, sampleRecord } from "../support/inspections.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

const PASSWORD = "a long enough password";
const HOSTILE = "<script>alert(1)</script>{{x}} \u202Eanul";
const VIN = "LXKAB2C41RM104729";

if (NO_BROWSER) console.warn(`Records, stations and models are not tested in a browser: ${NO_BROWSER}`);

describe.skipIf(NO_BROWSER !== null)("what engineers keep, in a browser on the document store", () => {
	let browser: Browser;
	let store: Store;
	let web: ServedWeb;
	let folder: string;
	let now = new Date();
	const people: Person[] = [];

	const engineer = async (options: Parameters<typeof personAt>[2] = {}): Promise<Page> => {
		const one = await personAt(browser, web.url, options);
		people.push(one);
		await signInAs(one.page, "anna", PASSWORD);
		return one.page;
	};

	const widerThanScreen = (page: Page) =>
		page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

	const upload = async (page: Page, name: string, content: string): Promise<void> => {
		await page.goto("/record-imports");
		await page.setInputFiles("#file", { name, mimeType: "text/csv", buffer: Buffer.from(content) });
		await page.click(".upload .primary");
		await page.waitForURL(/\/record-imports\/\d{14}-/);
	};

	beforeAll(async () => {
		browser = await launchBrowser();
		folder = await mkdtemp(join(tmpdir(), "vinspect-registry-"));
		store = await connectStore(uniqueDatabase(inject("mongoUri")));
		web = await serveWeb({
			store,
			gateway: createMemoryGateway(store),
			captures: await createFileContentStore(join(folder, "captures")),
			imports: await createFileContentStore(join(folder, "imports")),
			now: () => now,
		});
		await enrol(store, PASSWORD, [
			["anna", "engineer"],
			["li.na", "operator"],
		]);
		await store.plans.save(PLANT, contentOf(samplePlan), "released", "anna");
		const { vin, model, market, attributes } = sampleRecord;
		await store.records.save(
			PLANT,
			{
				productionNumber: "OLD-1",
				vin,
				model,
				market,
				attributes: { ...attributes, colour: "极地白", grossMass: 1980 },
			},
			"mes",
		);
	});
	afterAll(async () => {
		await browser.close();
		await web.listening.close();
		await store.close();
		await rm(folder, { recursive: true, force: true });
	});
	afterEach(async () => {
		now = new Date();
		const complaints = people.flatMap((one) => one.complaints);
		await Promise.all(people.splice(0).map(({ context }) => context.close()));
		expect(complaints.filter((text) => !/status of 4(00|03|09|22)/.test(text))).toEqual([]);
	});

	test("a file with errors is previewed, confirmed, and leaves revisions that can be compared", async () => {
		const page = await engineer();
		const { vin, model, market } = sampleRecord;
		await upload(
			page,
			"orders <b>.csv",
			[
				"productionNumber,vin,model,market,colour,grossMass",
				`OLD-1,${vin},${model},${market},"${HOSTILE}",2010`,
				`NEW-1,${VIN},${model},CN,${"长".repeat(190)},1500`,
				`BAD-1,${VIN.slice(1)},${model},CN,white,1500`,
				`BAD-2,${VIN},${model},CN,white,"=1,5"`,
			].join("\n"),
		);
		expect(await page.locator("h1").textContent()).toBe("orders <b>.csv");
		expect(await page.locator(".import-counts strong").allTextContents()).toEqual(["1", "1", "0", "2"]);
		const problems = await page.locator(".problems tbody tr").allTextContents();
		expect(problems).toHaveLength(2);
		expect(problems[0]).toMatch(/^4Vehicle identification number.*16 characters.*Write 17 characters/);
		expect(await page.locator(".revised .was").allTextContents()).toEqual(["极地白", "1,980"]);
		expect(await page.locator(".revised .now").first().textContent()).toBe(HOSTILE);
		expect((await store.records.latest(PLANT, "OLD-1"))?.revision).toBe(1);
		expect(await widerThanScreen(page)).toBeLessThanOrEqual(0);
		expect(await violationsOn(page)).toEqual([]);

		const downloading = page.waitForEvent("download");
		await page.click("[download]");
		const csv = readFileSync(await (await downloading).path(), "utf8");
		expect(csv).toContain("line,field,reason");
		expect(csv.split("\r\n")).toHaveLength(4);

		await page.click(".confirm .primary");
		await page.waitForSelector(".n-done");
		expect(await page.locator(".n-done").textContent()).toContain("1 new, 1 revised, 0 unchanged");
		await page.goto("/vehicle-records?search=old");
		await page.click("text=OLD-1");
		await page.waitForURL(/vehicle-records\/OLD-1/);
		expect(await page.locator(".record-fields").textContent()).toContain(HOSTILE);
		await page.click(".compare-form button");
		await page.waitForSelector("#compare-title");
		expect(await page.locator(".changes tbody tr").count()).toBe(2);
		expect(await violationsOn(page)).toEqual([]);
		expect(await widerThanScreen(page)).toBeLessThanOrEqual(0);
	});

	test("a record revised between preview and confirmation stops the import, which then shows it anew", async () => {
		const page = await engineer();
		const { vin, model, market, attributes } = sampleRecord;
		const line = (number: string, seats: number) => `${number},${vin},${model},${market},${seats}`;
		const header = "productionNumber,vin,model,market,seats";
		await upload(page, "seats.csv", [header, line("TWO-1", 5), line("TWO-2", 5)].join("\n"));
		await store.records.save(
			PLANT,
			{ productionNumber: "TWO-2", vin, model, market, attributes: { ...attributes, seats: 7 } },
			"mes",
		);
		await page.click(".confirm .primary");
		await page.waitForURL(/stale=1/);
		expect(await page.locator(".n-warn").textContent()).toContain("TWO-2");
		expect(await store.records.latest(PLANT, "TWO-1")).toBeNull();
		await page.click(".confirm .primary");
		await page.waitForSelector(".n-done");
		expect((await store.records.latest(PLANT, "TWO-2"))?.attributes.seats).toBe(5);
	});

	test("what is no file of records is explained beside the field", async () => {
		const page = await engineer();
		await page.goto("/record-imports");
		const buffer = Buffer.from([0x70, 0xb0, 0xd7, 0xc9]);
		await page.setInputFiles("#file", { name: "gbk.csv", mimeType: "text/csv", buffer });
		await page.click(".upload .primary");
		await page.waitForSelector("#file-problem");
		expect(await page.locator("#file-problem").textContent()).toContain("UTF-8");
		expect(await violationsOn(page)).toEqual([]);
	});

	test("a station's key is shown once, replaced with an overlap, and disabled", async () => {
		const page = await engineer();
		const works = async (key: string) => (await web.call(key, "GET", "/session")).status;
		await page.goto("/stations");
		await page.fill("[name=name]", "not a name");
		await page.click(".fields-row .primary");
		await page.waitForSelector("#name-problem");
		expect(await page.inputValue("[name=name]")).toBe("not a name");
		await page.fill("[name=name]", "final-line-9");
		await page.fill("[name=displayName]", HOSTILE);
		await page.click(".fields-row .primary");
		const first = (await page.locator("#new-key").textContent()) ?? "";
		expect(await works(first)).toBe(200);
		expect(await violationsOn(page)).toEqual([]);
		await page.goto("/stations/final-line-9");
		expect(await page.locator("#new-key").count()).toBe(0);
		expect(await page.content()).not.toContain(first);
		expect(await page.locator(".page-head .lead").textContent()).toBe(HOSTILE);

		const stale = await engineer();
		await stale.goto("/stations/final-line-9");
		await page.selectOption("[name=overlap]", "60");
		await page.click("text=Replace the key");
		const second = (await page.locator("#new-key").textContent()) ?? "";
		expect([await works(first), await works(second)]).toEqual([200, 200]);
		await stale.click("text=Replace the key");
		expect(await stale.locator(".station-forms .n-bad").textContent()).toContain(
			"Somebody changed this first",
		);
		expect(await works(second)).toBe(200);

		await page.goto("/stations/final-line-9");
		const log = page.getByRole("region", { name: "Who did what" });
		expect(await log.textContent()).toMatch(/Key replaced.*anna/);
		await page.click("text=Disable the station");
		await page.waitForSelector("text=Enable the station");
		expect([await works(first), await works(second)]).toEqual([401, 401]);
	});

	test("a station that is silent while vehicles wait is called so, by a limit of its own", async () => {
		const station = samplePlan.witnesses[0]?.station ?? "";
		const started = new Date(now.getTime() - 20.5 * 60_000).toISOString();
		await store.inspections.project(
			sampleInspection({
				productionNumber: "WAIT-1",
				status: "collecting",
				startedAt: started,
				captures: [],
			}),
		);
		const page = await engineer();
		await page.goto("/stations");
		const row = page.locator("tr", { has: page.locator(`#s-${station}`) });
		expect(await row.textContent()).toContain("Silent for 20 min");
		expect(await violationsOn(page)).toEqual([]);

		await page.goto(`/stations/${station}`);
		await page.fill("[name=minutes]", "zero");
		await page.click("text=Set the limit");
		await page.waitForSelector("#minutes-problem");
		expect(await page.inputValue("[name=minutes]")).toBe("zero");
		await page.fill("[name=minutes]", "45");
		await page.click("text=Set the limit");
		await page.waitForURL(new RegExp(`/stations/${station}$`));
		await page.goto("/stations");
		expect(await row.textContent()).toContain("Sending");

		// a capture that arrives ends the silence, and is shown
		now = new Date(now.getTime() + 28 * 60_000);
		await page.reload();
		expect(await row.textContent()).toContain("Silent for 48 min");
		const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#777" } })
			.png()
			.toBuffer();
		const form = new FormData();
		form.append("witness", samplePlan.witnesses[0]?.id ?? "");
		form.append("station", station);
		form.append("file", new Blob([new Uint8Array(picture)]), "stamp.png");
		const key = await web.key("administrator");
		const sent = await web.call(key, "POST", `/inspections/${PLANT}-WAIT-1-1/captures`, form);
		expect(sent.status).toBe(202);
		await page.reload();
		expect(await row.textContent()).not.toContain("Silent");
		expect(await row.locator("img").evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
		expect(await row.locator("td").nth(1).textContent()).toBe("1");
	});

	test("models are shown with what runs them, their cards and their accuracy", async () => {
		const page = await engineer();
		await page.goto("/models");
		expect(await page.locator(".n-warn").textContent()).toContain("No worker has reported");
		const sha256 = "a9ecf6a965401345166db9b135942b7021131502233e9b081e98d073e6a70c66";
		const refused = [{ provider: "cuda", reason: "no driver" }];
		await store.readerReports.save({
			worker: "line-pc-1",
			startedAt: now.toISOString(),
			networks: [{ model: "vin-reader", sha256, provider: "cpu", refused }],
			readers: { "vin-reader": sha256, zxing: "3.1.4" },
		});
		await page.reload();
		const row = page.locator("tr", { hasText: "vin-reader" });
		expect(await row.textContent()).toMatch(/runs on cpu.*line-pc-1.*not on cuda: no driver/s);
		expect(await violationsOn(page)).toEqual([]);
		await page.click("text=vin-reader");
		await page.waitForSelector(".document");
		expect(await page.locator(".document").textContent()).toContain("connectionist temporal classification");
		expect(await violationsOn(page)).toEqual([]);
		await page.goto("/models/accuracy");
		const plots = page.locator(".document img");
		expect(await plots.count()).toBeGreaterThan(0);
		for (const plot of await plots.all())
			expect(await plot.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
		expect(await violationsOn(page)).toEqual([]);
		expect(await widerThanScreen(page)).toBeLessThanOrEqual(0);
	});

	test("everything is there in Chinese, dark, on a tablet, and the menu works by keyboard", async () => {
		const page = await engineer({ locale: "zh-CN", colorScheme: "dark" });
		await page.setViewportSize({ width: 1024, height: 768 });
		await page.goto("/");
		await page.focus(".nav-menu summary");
		await page.keyboard.press("Enter");
		const records = page.locator('.nav-menu a[href="/vehicle-records"]');
		const isFocused = () => records.evaluate((link) => link === document.activeElement);
		for (let tabs = 0; tabs < 10 && !(await isFocused()); tabs += 1) await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		await page.waitForURL(/vehicle-records/);
		expect(await page.locator("h1").textContent()).toBe("车辆配置记录");
		for (const path of [
			"/vehicle-records",
			"/vehicle-records/OLD-1",
			"/record-imports",
			"/stations",
			"/models",
			"/models/vin-reader",
			"/models/accuracy",
		]) {
			await page.goto(path);
			expect([path, await violationsOn(page)]).toEqual([path, []]);
			expect([path, await widerThanScreen(page)]).toEqual([path, 0]);
		}
		const shown = page.locator(".document");
		expect(await shown.textContent()).toContain("误采信必须为 0");
		expect(await page.textContent("main")).not.toContain("本文档为英文");
		expect(await shown.locator('a[href="/models/vin-reader"]').textContent()).toBe("其说明卡");
	});

	test("operators are kept off, and told so", async () => {
		const one = await personAt(browser, web.url);
		people.push(one);
		await signInAs(one.page, "li.na", PASSWORD);
		expect(await one.page.locator(".nav-menu").count()).toBe(0);
		for (const path of ["/vehicle-records", "/record-imports", "/stations", "/models"])
			expect((await one.page.goto(path))?.status()).toBe(403);
	});
});
