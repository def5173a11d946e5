import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { fillLine, inspectionIdOfVehicle, PASSWORD, VEHICLES } from "../support/line-of-vehicles.js";
import { createMemoryContentStore } from "../support/memory-content-store.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

const ORIGINAL = inspectionIdOfVehicle(VEHICLES.concession);
const HIDDEN = `${ORIGINAL}~certificate.colour`;
const REAL = `${inspectionIdOfVehicle(VEHICLES.stampWrong)}~vin-stamp.vin`;
const pageOf = (exceptionId: string): string => `/exceptions/${encodeURIComponent(exceptionId)}`;

/** Keys of everything in a JSON answer: what a client could tell two answers apart by. */
function shapeOf(value: unknown): unknown {
	if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
	if (typeof value !== "object" || value === null) return typeof value;
	return Object.keys(value).sort();
}

describe.skipIf(NO_BROWSER !== null)("what is hidden in the queue", () => {
	let browser: Browser;
	let store: Store;
	let web: ServedWeb;
	let operator: Person;
	let auditor: Person;

	beforeAll(async () => {
		browser = await launchBrowser();
		store = await connectStore(uniqueDatabase(inject("mongoUri")));
		const captures = createMemoryContentStore();
		const reports = createMemoryContentStore();
		const gateway = createMemoryGateway(store);
		web = await serveWeb({ plant: "suzhou-2", store, gateway, captures, reports });
		await fillLine({ ...web, captures, reports, store: Object.assign(store, { down: false }) });
		await enrol(store, PASSWORD, [
			["chen.wei", "operator"],
			["zhao.min", "auditor"],
		]);
		operator = await personAt(browser, web.url);
		await signInAs(operator.page, "chen.wei", PASSWORD);
		auditor = await personAt(browser, web.url);
		await signInAs(auditor.page, "zhao.min", PASSWORD);
	});
	afterAll(async () => {
		await browser?.close();
		await web?.listening.close();
		await store?.close();
	});

	test("an auditor states the truth of a decided exception, and how often such items come", async () => {
		const { page } = auditor;
		await page.goto("/agreement/golden");
		const candidate = page.locator(".golden-candidates > li", { hasText: VEHICLES.concession }).filter({
			has: page.locator(`input[value="${HIDDEN}"]`),
		});
		await candidate.getByRole("button").click();
		expect(await page.getByRole("alert").textContent()).toContain("Say what is true");
		await page.locator(`form:has(input[value="${HIDDEN}"])`).getByLabel("The discrepancy is real").check();
		await page.locator(`form:has(input[value="${HIDDEN}"])`).getByRole("button").click();
		await page.waitForURL(/\/agreement\/golden$/);
		expect(await store.agreement.golden(HIDDEN)).toMatchObject({ truth: { verdict: "discrepancy" } });

		await page.goto("/agreement");
		await page.locator("[name=goldenEvery]").fill("abc");
		await page.getByRole("button", { name: "Save" }).click();
		expect(await page.locator("[name=goldenEvery]").inputValue()).toBe("abc");
		await page.locator("[name=goldenEvery]").fill("1");
		await page.locator("[name=secondEvery]").fill("0");
		await page.getByRole("button", { name: "Save" }).click();
		await page.waitForURL(/saved=1/);
	});

	test("an operator gets it as any other exception, and nothing tells it apart", async () => {
		const { page } = operator;
		const api = async (path: string) => (await page.request.get(`/api/v1${path}`)).json();
		const open = (await api("/exceptions")).items;
		expect(open.map(({ exceptionId }: { exceptionId: string }) => exceptionId)).not.toContain(HIDDEN);
		const realShape = shapeOf(open[0]);
		const realInspection = shapeOf(await api(`/inspections/${REAL.split("~")[0]}`));
		const realMarkup = await (await page.request.get(pageOf(REAL))).text();

		await page.goto(pageOf(REAL));
		await page.locator("#claim[data-claim=mine]").waitFor();
		await page.keyboard.press("s");
		await page.keyboard.press("Enter");
		await page.waitForURL(/decided=/);

		const items = (await api("/exceptions")).items;
		const hidden = items.find(({ exceptionId }: { exceptionId: string }) => exceptionId === HIDDEN);
		expect(shapeOf(hidden)).toEqual(realShape);
		expect(hidden).toMatchObject({ status: "open", decisions: [] });
		expect(Date.parse(hidden.deadline)).toBeGreaterThan(Date.now());
		const inspection = await api(`/inspections/${ORIGINAL}`);
		expect(shapeOf(inspection)).toEqual(realInspection);
		expect(inspection).toMatchObject({ status: "reviewing", disposition: null, report: null });
		expect(JSON.stringify([hidden, inspection])).not.toMatch(/golden|hidden|second_reading/i);
		expect((await page.request.get(`/inspections/${ORIGINAL}/report/document`)).status()).toBe(404);

		await page.goto("/exceptions");
		await page.locator(`a[href="/exceptions/${HIDDEN}"]`).waitFor();
		const markup = await (await page.request.get(pageOf(HIDDEN))).text();
		expect(markup).not.toMatch(/golden|hidden-item|second_reading/i);
		const parts = (html: string) => [
			...new Set([...html.matchAll(/<(?:form|section|aside)[^>]*?id="([\w-]+)"/g)].map(([, id]) => id)),
		];
		expect(parts(markup)).toEqual(parts(realMarkup));
		// everybody else sees the vehicle as it is
		const sealed = await (await auditor.page.request.get(`/api/v1/inspections/${ORIGINAL}`)).json();
		expect(sealed).toMatchObject({ status: "sealed" });
	});

	test("deciding it, undoing and deciding again touch no vehicle, and the auditor's page counts it", async () => {
		const { page } = operator;
		const before = await store.inspections.get(ORIGINAL);
		await page.goto(pageOf(HIDDEN));
		await page.locator("#claim[data-claim=mine]").waitFor();
		await page.keyboard.press("r");
		await page.keyboard.press("Enter");
		await page.waitForURL(/decided=/);
		await page.keyboard.press("u");
		await page.waitForURL(/undone=1/);
		expect((await store.agreement.openOf("chen.wei")).map(({ verdict }) => verdict)).toEqual([null]);
		await page.goto(pageOf(HIDDEN));
		await page.locator("#claim[data-claim=mine]").waitFor();
		await page.keyboard.press("r");
		await page.keyboard.press("Enter");
		await page.waitForURL(/decided=/);
		expect(await store.inspections.get(ORIGINAL)).toEqual(before);
		expect((await store.exceptions.get(HIDDEN))?.decisions.map(({ by }) => by)).not.toContain("chen.wei");

		await auditor.page.goto("/agreement");
		const row = auditor.page.locator("tr", { hasText: "chen.wei" });
		expect(await row.locator("td").nth(2).textContent()).toContain("0 of 1");
		expect((await operator.page.request.get("/agreement")).status()).toBe(403);
	});

	test("the API tells and takes the same, for auditors alone, and refuses a period or a truth that can't be", async () => {
		const key = await web.key("auditor", "api.auditor");
		const asked = async (method: string, path: string, body?: unknown) => {
			const answer = await web.call(key, method, path, body);
			return { status: answer.status, body: await answer.json() };
		};
		expect(await asked("GET", "/agreement?days=30")).toMatchObject({
			status: 200,
			body: { overall: { misses: { count: 0, of: 1 } }, people: [{ person: "chen.wei" }] },
		});
		expect(await asked("GET", "/agreement?from=2026-05-02&to=2026-05-01")).toMatchObject({
			status: 400,
			body: { code: "request_invalid" },
		});
		const [listed] = (await asked("GET", "/agreement/golden")).body.items;
		expect(listed).toMatchObject({ exceptionId: HIDDEN, truth: { verdict: "discrepancy" } });
		const stated = { exceptionId: HIDDEN, truth: "discrepancy", note: "seen at the body" };
		expect(await asked("POST", "/agreement/golden", stated)).toMatchObject({
			status: 201,
			body: { note: stated.note },
		});
		expect(await asked("POST", "/agreement/golden", { ...stated, truth: "text" })).toMatchObject({
			status: 400,
			body: { code: "request_invalid" },
		});
		expect(await asked("POST", "/agreement/golden", { ...stated, exceptionId: "no~such" })).toMatchObject({
			status: 404,
		});
		const shares = (await asked("GET", "/agreement/shares")).body;
		expect(await asked("PUT", "/agreement/shares", { ...shares, secondEvery: 33 })).toMatchObject({
			status: 200,
		});
		expect((await asked("GET", "/agreement/shares")).body).toEqual({ ...shares, secondEvery: 33 });
		expect((await asked("PUT", "/agreement/shares", { ...shares, secondEvery: -1 })).status).toBe(400);

		await auditor.page.goto("/agreement?from=2026-05-02&to=2026-05-01");
		expect(await auditor.page.getByRole("alert").textContent()).toContain("lies before the first");
		expect(await auditor.page.locator("[name=from]").inputValue()).toBe("2026-05-02");
	});

	test("an item that is retired comes to nobody any more, and is listed", async () => {
		const { page } = auditor;
		await page.goto("/agreement/golden");
		await page.getByRole("button", { name: /Retire/ }).click();
		await page.goto("/agreement/golden?retired=1");
		expect(await page.locator("tbody tr", { hasText: VEHICLES.concession }).count()).toBe(1);
		expect((await store.agreement.listGolden(false, null, 10)).items).toEqual([]);
	});

	test("the auditor's pages have no WCAG 2.2 AA violation that axe finds, in both languages", {
		timeout: 120_000,
	}, async () => {
		for (const [locale, colorScheme] of [
			["en-GB", "light"],
			["zh-CN", "dark"],
		] as const) {
			const one = await personAt(browser, web.url, { locale, colorScheme });
			await signInAs(one.page, "zhao.min", PASSWORD);
			for (const path of ["/agreement", "/agreement/golden", "/agreement/judgements/golden-chen.wei-1"]) {
				await one.page.goto(path);
				expect([path, await violationsOn(one.page)]).toEqual([path, []]);
			}
			expect(one.complaints).toEqual([]);
			await one.context.close();
		}
	});
});
