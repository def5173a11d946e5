import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { StatisticsReport } from "../../src/contracts/statistics-report.js";
import { dayAfter, instantOf, type PlantCalendar, shiftAt } from "../../src/domain/spc/calendar.js";
import { contributionOf } from "../../src/domain/spc/contribution.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { rollUp } from "../../src/statistics/roll-up.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { type Fate, finishedVehicle } from "../support/finished-vehicles.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { enrol } from "../support/people.js";
import { PLAN } from "../support/sample-vehicle.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

const PASSWORD = "a long enough password";
const PLANT = "plant";
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const CALENDAR: PlantCalendar = { shifts: ["06:00", "14:00", "22:00"], zone };

/** Ten vehicles a shift, of six days before today; the last shift but one goes wrong. */
const VEHICLES_A_SHIFT = 10;
const today = shiftAt(new Date().toISOString(), CALENDAR).day;
const SHIFTS = Array.from({ length: 18 }, (_, index) => {
	const begins = CALENDAR.shifts[index % 3] ?? "06:00";
	return instantOf(dayAfter(today, -6 + Math.floor(index / 3)), begins, zone);
});
const BAD_SHIFT = 16;

function fateOf(shift: number, vehicle: number): Fate {
	if (shift === BAD_SHIFT) return vehicle < 8 ? "wrong" : "good";
	return vehicle === 0 ? "misread" : "good";
}

const FINISHED = SHIFTS.flatMap((start, shift) =>
	Array.from({ length: VEHICLES_A_SHIFT }, (_, vehicle) =>
		finishedVehicle({
			number: shift * VEHICLES_A_SHIFT + vehicle,
			fate: fateOf(shift, vehicle),
			sealedAt: new Date(Date.parse(start) + (vehicle + 1) * 40 * 60_000).toISOString(),
			seconds: 30 + shift,
			plant: PLANT,
		}),
	),
);

describe.skipIf(NO_BROWSER !== null)("the page of statistics", () => {
	let browser: Browser;
	let store: Store;
	let web: ServedWeb;
	let anna: Person;
	const people: Person[] = [];

	const person = async (name: string, options: Parameters<typeof personAt>[2] = {}): Promise<Person> => {
		const one = await personAt(browser, web.url, options);
		people.push(one);
		await signInAs(one.page, name, PASSWORD);
		return one;
	};

	beforeAll(async () => {
		browser = await launchBrowser();
		store = await connectStore(uniqueDatabase(inject("mongoUri")));
		web = await serveWeb({ store, gateway: createMemoryGateway(store), plant: PLANT, calendar: CALENDAR });
		await enrol(store, PASSWORD, [
			["anna", "engineer"],
			["li.na", "operator"],
		]);
		anna = await person("anna");
		await store.plans.save(PLANT, PLAN, "released", "anna");
		const readers = {
			version: "5a1e0c9d7b42",
			plant: PLANT,
			readers: { "vin-reader": "1" },
			firstAt: SHIFTS[0] ?? "",
		};
		await store.statistics.contribute(
			FINISHED.flatMap((inspection) => contributionOf(inspection, readers, CALENDAR) ?? []),
		);
		// one vehicle waits for a person past its deadline
		const [waiting] = FINISHED.filter(({ exceptions }) => exceptions.length > 0);
		if (!waiting) throw new Error("some vehicle has an exception");
		await store.inspections.project({
			...waiting,
			version: waiting.version + 1,
			exceptions: waiting.exceptions.map((one) => ({ ...one, status: "open", decisions: [] })),
		});
	});
	afterAll(async () => {
		const complaints = people.flatMap((one) => one.complaints);
		await Promise.all(people.map(({ context }) => context.close()));
		await web.listening.close();
		await browser.close();
		await store.close();
		// the pictures of the exception that is opened were never taken
		expect(complaints.filter((text) => !/\/exceptions\/.*status of 404/.test(text))).toEqual([]);
	});

	test("shows the counted figures, draws its charts and names the violated rule", async () => {
		const { page } = anna;
		await page.goto("/");
		await page.getByRole("link", { name: "Statistics" }).click();
		await page.waitForURL("/statistics");
		const figure = (name: string) => page.locator(`[data-figure=${name}]`).textContent();
		expect(await figure("vehicles")).toBe("180");
		// all but eight wrong ones passed: 172 of 180
		expect(await figure("yield")).toBe("95.6%");
		// 17 misread, one field each: 9.4 per hundred
		expect(await figure("falseCalls")).toBe("9.4");
		expect(await page.locator("[data-end=falseCalls]").textContent()).toBe("17");
		await expect.poll(() => page.locator("body").getAttribute("data-charts")).toBe("4");
		expect(await page.locator("[data-control-chart] canvas").count()).toBe(3);
		expect(await page.locator("#p-chart .said").textContent()).toContain(
			"beyond a limit (Western Electric 1",
		);
		await page.locator("#p-chart summary").focus();
		await page.keyboard.press("Enter");
		expect(await page.locator("#p-chart .figures-table tbody tr").count()).toBe(18);
		expect(await page.locator("#p-chart tr.is-violation").last().textContent()).toContain("80%");
	});

	test("says what needs attention now, with the way to where one acts", async () => {
		const { page } = anna;
		await page.goto("/statistics");
		const attention = page.locator("#attention");
		expect(await attention.textContent()).toContain("Exceptions past their deadline");
		await attention.locator(".a-overdue a").click();
		await page.waitForURL(/\/exceptions\/plant-V/);
	});

	test("narrows by station and shift, and keeps what was wrong in a range", async () => {
		const { page } = await person("li.na");
		await page.goto("/statistics");
		await page.selectOption("[name=shift]", "06:00");
		await page.waitForURL(/shift=06/);
		expect(await page.locator("[data-figure=vehicles]").textContent()).toBe("60");
		expect(await page.locator("#p-chart .figures-table tbody tr").count()).toBe(6);
		await page.selectOption("[name=station]", "station-2");
		await page.waitForURL(/station=station-2/);
		expect(await page.locator("[data-figure=falseCalls]").textContent()).toBe("0");
		await page.goto("/statistics?period=range&from=2026-03-14&to=2026-03-01");
		expect(await page.locator("#range-problem").textContent()).toContain("lies before the first");
		expect(await page.inputValue("[name=from]")).toBe("2026-03-14");
		await page.goto(`/statistics?period=range&from=${dayAfter(today, -3)}&to=${dayAfter(today, -3)}`);
		expect(await page.locator("[data-figure=vehicles]").textContent()).toBe("30");
	});

	test("answers the same figures to the API, and says what is wrong with a range", async () => {
		const key = await web.key("auditor");
		const answer = await web.call(key, "GET", "/statistics?period=week&rules=nelson");
		expect(answer.status).toBe(200);
		const report = (await answer.json()) as StatisticsReport;
		expect(report.figures).toMatchObject({ vehicles: 180, falseCallsPerHundred: (100 * 17) / 180 });
		expect(report.shares).toHaveLength(18);
		expect(report.shares[BAD_SHIFT]?.violates).toContain("beyond_three_sigma");
		expect(report.defects[0]?.cumulative).toBeLessThan(1);
		const wrong = await web.call(key, "GET", "/statistics?period=range&from=2026-03-14");
		expect(wrong.status).toBe(400);
	});

	test("counts what ends while it is looked at", async () => {
		const { page } = anna;
		await page.goto("/statistics?period=now");
		const vehicles = page.locator("[data-figure=vehicles]");
		const before = Number(await vehicles.textContent());
		const ended = finishedVehicle({
			number: 9999,
			fate: "good",
			sealedAt: new Date().toISOString(),
			model: "another",
			plant: PLANT,
		});
		await rollUp(ended, store, CALENDAR);
		await page.reload();
		expect(await vehicles.textContent()).toBe(String(before + 1));
	});

	for (const [language, locale, colorScheme, heading] of [
		["en", "en-GB", "light", "Needs attention now"],
		["zh-CN", "zh-CN", "dark", "当前需关注"],
	] as const) {
		test(`is readable by everybody, in ${language}, ${colorScheme}`, { timeout: 120_000 }, async () => {
			const { page } = language === "en" ? anna : await person("anna", { locale, colorScheme });
			await page.goto("/statistics");
			expect(await page.locator("#attention h2").textContent()).toBe(heading);
			for (const summary of await page.locator(".figures-table summary").all()) await summary.click();
			// under the header that stays in place, anything is obscured
			await page.evaluate("scrollTo(0, 0)");
			expect(await violationsOn(page)).toEqual([]);
		});
	}
});
