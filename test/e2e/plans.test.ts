import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockActivityEnvironment } from "@temporalio/testing";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { createVisionActivities } from "../../activities/vision.js";
import { type CaptureToTry, TriedCapture } from "../../src/contracts/try-out.js";
import { LANXING_PLAN } from "../../src/demonstration/plans.js";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { renderPicture } from "../../src/demonstration/render/picture.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import { createInspector } from "../../src/vision/create-inspector.js";
import { probePicture } from "../../src/vision/decode-picture.js";
import type { Inspector } from "../../src/vision/inspector.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { PLANT } from "../support/inspections.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

const PASSWORD = "a long enough password";
const MODEL = LANXING_PLAN.model;

/** The plan editor on the real store, pictures read by the real readers through the worker's own activity. */
describe.skipIf(NO_BROWSER !== null)("the plan editor in a browser", () => {
	let browser: Browser;
	let store: Store;
	let web: ServedWeb;
	let folder: string;
	let inspector: Inspector;
	const people: Person[] = [];

	const person = async (name: string, options: Parameters<typeof personAt>[2] = {}): Promise<Person> => {
		const one = await personAt(browser, web.url, options);
		people.push(one);
		await signInAs(one.page, name, PASSWORD);
		return one;
	};
	const newest = async () =>
		(await store.plans.list(PLANT))
			.filter(({ model }) => model === MODEL)
			.sort((a, b) => b.revision - a.revision)[0];

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "vinspect-plans-"));
		[browser, store, inspector] = await Promise.all([
			launchBrowser(),
			connectStore(uniqueDatabase(inject("mongoUri"))),
			createInspector(),
		]);
		const captures = await createFileContentStore(join(folder, "captures"));
		const vision = createVisionActivities({ captures, observations: store.observations, inspector });
		const gateway = {
			...createMemoryGateway(store),
			tryOut: async (request: CaptureToTry) =>
				TriedCapture.parse(await new MockActivityEnvironment().run(vision.tryCapture, request)),
		};
		web = await serveWeb({ store, gateway, captures, probePicture });
		await enrol(store, PASSWORD, [
			["zhao.min", "engineer"],
			["sun.lei", "engineer"],
			["li.na", "operator"],
		]);
		await store.plans.save(PLANT, LANXING_PLAN, "released", "test");
		const [vehicle] = VEHICLES.filter(({ record }) => record.model === MODEL);
		if (vehicle) await store.records.save(PLANT, vehicle.record, "test");
	});
	afterEach(async () => {
		const complaints = people.flatMap((one) => one.complaints);
		await Promise.all(people.splice(0).map(({ context }) => context.close()));
		expect(complaints.filter((text) => !/status of 4(03|04|09|22)/.test(text))).toEqual([]);
	});
	afterAll(async () => {
		await browser.close();
		await web.listening.close();
		await inspector.close();
		await store.close();
		await rm(folder, { recursive: true, force: true });
	});

	test("a draft is edited, tried out on a picture, compared and released", { timeout: 120_000 }, async () => {
		const { page } = await person("zhao.min");
		await page.goto(`/plans/${MODEL}/edit`);
		await page.getByLabel("Time for undo (seconds)").fill("45");
		const stamp = page.locator(".plan-witness").first();
		await stamp.getByLabel("Station").fill("stamp-cell-2");
		await stamp.getByLabel("VIN in the code").check();
		await page.getByRole("button", { name: "Save draft and try out" }).click();
		await page.waitForURL(/try-out\?revision=2/);
		expect(await newest()).toMatchObject({
			revision: 2,
			status: "draft",
			undoSeconds: 45,
			createdBy: "zhao.min",
		});

		const [vehicle] = VEHICLES.filter(({ record }) => record.model === MODEL);
		const shot = vehicle?.captures.find(({ witness }) => witness.id === "stamp");
		if (!vehicle || !shot) throw new Error("the demonstration has a stamp of this model");
		const { jpeg } = await renderPicture(shot.order);
		const file = join(folder, "stamp.jpg");
		await writeFile(file, jpeg);
		await page.getByLabel("Production number").fill(vehicle.record.productionNumber);
		await page.getByLabel("A picture of yours").setInputFiles(file);
		await page.getByRole("button", { name: "Try", exact: true }).click();
		await page.locator("#result .witness").waitFor({ timeout: 60_000 });
		const result = await page.locator("#result").textContent();
		expect(result).toMatch(/findings (match|would open)/);
		expect(await page.locator("#result .box").count()).toBeGreaterThan(0);
		expect(await store.inspections.list({}, null, 5)).toEqual({ items: [], next: null });

		await page.goto(`/plans/${MODEL}`);
		await page.getByRole("button", { name: "Compare" }).click();
		await page.waitForURL(/compare/);
		const changes = await page.locator("main").textContent();
		expect(changes).toContain("changes: 2");
		expect(changes).toContain("stamp-cell-2");
		expect(changes).toContain("VIN in the code");

		await page.goto(`/plans/${MODEL}`);
		await page.getByRole("link", { name: "Release" }).click();
		expect(await page.locator("main").textContent()).toContain("45");
		await page.getByRole("button", { name: "Release" }).click();
		await page.waitForURL(/released=3/);
		expect(await store.plans.released(PLANT, MODEL)).toMatchObject({ revision: 3, undoSeconds: 45 });
	});

	test("wrong values come back with what is wrong beside them, and nothing typed is lost", async () => {
		const { page } = await person("zhao.min");
		const before = (await newest())?.revision;
		await page.goto(`/plans/${MODEL}/edit`);
		await page.getByLabel("Name, Chinese").first().fill("<script>alert(1)</script>{{x}}");
		await page.getByLabel("Decision due after (minutes)").fill("soon");
		const stamp = page.locator(".plan-witness").first();
		await stamp.getByLabel("Name in the API").fill("two words");
		await page.getByRole("button", { name: "Save draft", exact: true }).click();
		await page.getByText("Not saved.").waitFor();
		expect(await page.getByLabel("Name, Chinese").first().inputValue()).toBe(
			"<script>alert(1)</script>{{x}}",
		);
		expect(await page.getByLabel("Decision due after (minutes)").inputValue()).toBe("soon");
		expect(await page.locator("#decisionDeadlineMinutes-fault").textContent()).toContain("greater than 0");
		expect(await page.locator("#w0id-fault").textContent()).toContain("Letters, digits");
		expect((await newest())?.revision).toBe(before);
	});

	test("witnesses are added, moved and given another kind by keyboard, and what is typed stays", async () => {
		const { page } = await person("zhao.min");
		await page.goto(`/plans/${MODEL}/edit`);
		await page.getByLabel("Time for undo (seconds)").fill("77");
		await page.locator("#add-witness").focus();
		await page.keyboard.press("Enter");
		const added = page.locator(".plan-witness").nth(LANXING_PLAN.witnesses.length);
		await added.waitFor();
		expect(await page.getByLabel("Time for undo (seconds)").inputValue()).toBe("77");
		await added.getByLabel("Kind").selectOption("gear");
		await added.getByLabel("Tooth count").waitFor();
		expect(await added.getByLabel("Body colour").count()).toBe(0);
		await added.getByLabel("Name in the API").fill("second-gear");
		await page.locator(`#up-${LANXING_PLAN.witnesses.length}`).focus();
		await page.keyboard.press("Enter");
		const moved = page.locator(".plan-witness").nth(LANXING_PLAN.witnesses.length - 1);
		await expect.poll(() => moved.getByLabel("Name in the API").inputValue()).toBe("second-gear");
	});

	test("a draft saved over somebody else's is explained, and can be saved on top of it", async () => {
		const [{ page: first }, { page: second }] = [await person("zhao.min"), await person("sun.lei")];
		for (const page of [first, second]) await page.goto(`/plans/${MODEL}/edit`);
		await second.getByLabel("Captures due after (minutes)").fill("61");
		await second.getByRole("button", { name: "Save draft", exact: true }).click();
		await second.getByText("Draft saved").waitFor();
		await first.getByLabel("Captures due after (minutes)").fill("62");
		await first.getByRole("button", { name: "Save draft", exact: true }).click();
		await first.getByText("sun.lei saved revision").waitFor();
		expect(await first.getByLabel("Captures due after (minutes)").inputValue()).toBe("62");
		expect((await newest())?.captureDeadlineMinutes).toBe(61);
		await first.getByRole("button", { name: "Save draft", exact: true }).click();
		await first.getByText("Draft saved").waitFor();
		expect((await newest())?.captureDeadlineMinutes).toBe(62);
	});

	test("a witness that is new or gone is compared with what it is or was", async () => {
		const { page } = await person("zhao.min", { locale: "zh-CN" });
		const [stamp, ...others] = LANXING_PLAN.witnesses;
		if (!stamp) throw new Error("the plan has a stamp");
		const model = "comparison";
		await store.plans.save(PLANT, { ...LANXING_PLAN, model }, "draft", "test");
		await store.plans.save(PLANT, { ...LANXING_PLAN, model, witnesses: others }, "draft", "test");
		for (const [from, to, mark] of [
			[1, 2, "removed"],
			[2, 1, "added"],
		] as const) {
			await page.goto(`/plans/${model}/compare?from=${from}&to=${to}`);
			const facts = await page.locator(`.plan-change.c-${mark} .plan-facts dd`).allTextContents();
			expect(facts).toEqual(["车架号钢印", stamp.station, stamp.label.en, stamp.label.zh]);
		}
		expect(await violationsOn(page)).toEqual([]);
	});

	test("nobody but engineers and administrators gets in", async () => {
		const { page } = await person("li.na");
		expect(await page.locator('.site-nav a[href="/plans"]').count()).toBe(0);
		for (const path of ["/plans", `/plans/${MODEL}/edit`, `/plans/${MODEL}/try-out?revision=1`])
			expect((await page.goto(path))?.status()).toBe(403);
	});

	for (const [locale, colorScheme] of [
		["en-GB", "light"],
		["zh-CN", "dark"],
	] as const) {
		test(`has no WCAG 2.2 AA violation that axe finds, ${locale}, ${colorScheme}`, {
			timeout: 90_000,
		}, async () => {
			const { page } = await person("zhao.min", { locale, colorScheme });
			for (const path of [
				"/plans",
				"/plans/new",
				`/plans/${MODEL}`,
				`/plans/${MODEL}/edit`,
				`/plans/${MODEL}/compare?from=1&to=3`,
				`/plans/${MODEL}/try-out?revision=1`,
			]) {
				await page.goto(path);
				expect([path, await violationsOn(page)]).toEqual([path, []]);
			}
		});
	}
});
