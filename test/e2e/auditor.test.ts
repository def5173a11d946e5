import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Inspection } from "../../src/contracts/inspection.js";
import { type ClosableReportSealer, createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { createReportCountersigner } from "../../src/reporting/report-countersigner.js";
import { openSigner } from "../../src/signing/signer.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { enrol } from "../support/people.js";
import { pictureWithScene, SceneInspector } from "../support/picture-with-scene.js";
import { ANNA, decision, PLANT, STATION, VIN } from "../support/sample-vehicle.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { GOOD, TestPlant } from "../support/test-plant.js";

const PASSWORD = "a long enough one";
const WRONG_VIN = `${VIN.slice(0, 16)}5`;
const HOSTILE = '<script>alert(1)</script> {{vin}} \u202eabc "quoted", =1+1';
const JOURNEY_MS = 180_000;

describe.skipIf(NO_BROWSER !== null)("an auditor in a browser, on the real store, workflows and keys", () => {
	let keys: string;
	let sealer: ClosableReportSealer;
	let plant: TestPlant;
	let web: ServedWeb;
	let browser: Browser;
	let wrong: Inspection;
	const people: Person[] = [];

	const capture = async (
		witness: keyof typeof GOOD,
		shown: string,
		scene: Parameters<typeof pictureWithScene>[0],
	) => {
		const { sha256, bytes } = await plant.captures.put(await pictureWithScene(scene, shown));
		const image = { sha256, bytes, mediaType: "image/jpeg" as const, width: 640, height: 480 };
		await plant.store.captures.save(image);
		const receivedAt = new Date().toISOString();
		return { ...image, witness, station: "station-1", capturedAt: null, receivedAt };
	};
	const arrive = async (inspectionId: string, vin: string): Promise<void> => {
		for (const witness of ["stamp", "nameplate", "certificate"] as const) {
			const shows = witness === "stamp" ? { vin } : GOOD[witness].shows;
			const taken = await capture(witness, witness === "stamp" ? vin : witness, { kind: witness, shows });
			await plant.gateway.submitCapture(inspectionId, taken, STATION);
		}
	};
	const person = async (name: string, options: Parameters<typeof personAt>[2] = {}): Promise<Person> => {
		const one = await personAt(browser, web.url, options);
		people.push(one);
		await signInAs(one.page, name, PASSWORD);
		return one;
	};

	beforeAll(async () => {
		keys = await mkdtemp(join(tmpdir(), "vinspect-keys-"));
		const signer = await openSigner({ folder: keys, plant: PLANT });
		const auditor = await openSigner({ folder: keys, plant: PLANT, who: "auditor" });
		sealer = createReportSealer({ signer });
		const countersigner = createReportCountersigner(auditor, auditor.certificates.slice(-1));
		plant = await TestPlant.start(inject("temporalAddress"), inject("mongoUri"), {
			sealer,
			countersigner,
			inspector: async () => new SceneInspector(),
		});
		const { store, gateway, captures, reports } = plant;
		web = await serveWeb({
			store,
			gateway,
			captures,
			reports,
			plant: PLANT,
			verifyReport: (pdf, locale = "en") => verifyReport(pdf, { locale }),
		});
		browser = await launchBrowser();
		await enrol(store, PASSWORD, [
			["fang", "auditor", "王芳 Wang Fang"],
			["jun", "auditor", "Li Jun"],
			["anna", "operator", "Anna"],
		]);

		const good = await plant.vehicle();
		await arrive(good.inspectionId, VIN);
		const { inspectionId } = await plant.vehicle({ undoSeconds: 2 });
		await arrive(inspectionId, WRONG_VIN);
		const { exceptions } = await plant.until(inspectionId, ({ status }) => status === "reviewing");
		const [first, ...others] = exceptions;
		if (!first) throw new Error("the wrong stamp opens an exception");
		// an auditor who decided, took it back, and left it to the operator
		const doubt = decision("confirm_discrepancy", { reason: "marked_wrong", comment: HOSTILE });
		await plant.gateway.decide(first.exceptionId, doubt, { name: "jun", role: "auditor" });
		await plant.gateway.undo(first.exceptionId, { name: "jun", role: "auditor" });
		for (const { exceptionId } of [first, ...others])
			await plant.gateway.decide(
				exceptionId,
				decision("confirm_discrepancy", { reason: "marked_wrong" }),
				ANNA,
			);
		wrong = await plant.sealed(inspectionId);
		await plant.sealed(good.inspectionId);
	});
	afterAll(async () => {
		const complaints = people.flatMap((one) => one.complaints);
		await browser?.close();
		await web?.listening.close();
		await plant?.stop();
		await sealer?.close();
		await rm(keys, { recursive: true, force: true });
		// refusals answer 4xx, which the browser logs by itself; everything else is a fault of ours
		expect(complaints.filter((text) => !/status of 4(01|03|04|09|22)/.test(text))).toEqual([]);
	});

	test("goes from a part of the VIN to the countersigned report", { timeout: JOURNEY_MS }, async () => {
		const { page } = await person("fang");
		await page.getByRole("link", { name: "Search" }).click();
		await page.getByLabel("VIN or part of it").fill("04");
		await page.getByRole("button", { name: "Search" }).click();
		expect(await page.locator("#search-vin-error").textContent()).toContain("3 characters");
		expect(await page.getByLabel("VIN or part of it").inputValue()).toBe("04");
		await page.getByLabel("VIN or part of it").fill(VIN.slice(-6).toLowerCase());
		await page.getByLabel("Outcome").selectOption("rework");
		await page.getByLabel("Decided by").fill("anna");
		await page.getByRole("button", { name: "Search" }).click();
		expect(page.url()).toContain("outcome=rework");
		expect(await page.locator(".found tbody tr").count()).toBe(1);

		await page.locator(".row-link").first().click();
		const timeline = page.locator("#timeline");
		await timeline.getByRole("link", { name: "Decisions" }).click();
		expect(page.url()).toContain("timeline=decision");
		const entries = await page.locator("#timeline").textContent();
		expect(entries).toContain("anna (Operator)");
		expect(entries).toContain(HOSTILE);
		expect(entries).toContain("Taken back by jun");
		expect(entries).toContain("Wrong character marked");
		await page.locator("#timeline").getByRole("link", { name: "Captures" }).click();
		const picture = page.locator(".entry-picture img").first();
		await picture.scrollIntoViewIfNeeded();
		await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(240);
		await page.locator("#timeline").getByRole("link", { name: "Readings" }).click();
		expect(await page.locator("#timeline").textContent()).toContain(WRONG_VIN);

		await page.getByRole("link", { name: "Open the report" }).click();
		await page.locator(".verify-sum.is-ok").waitFor();
		await page.getByLabel("Why you countersign").fill(" ok ");
		await page.getByRole("button", { name: "Countersign the report" }).click();
		expect(await page.locator("#countersign-error").textContent()).toContain("3 to 300");
		await page.getByLabel("Why you countersign").fill("Stamp seen on the vehicle: 车架号确认有误");
		await page.getByRole("button", { name: "Countersign the report" }).click();
		await page.locator("#signatures", { hasText: "Stamp seen on the vehicle" }).waitFor();
		expect(await page.locator("#signatures").textContent()).toContain("王芳 Wang Fang");
		await page.locator(".verify-sum.is-ok").waitFor();
		expect(await page.locator(".checks").textContent()).toContain(
			"Nothing but the counter-signature was added",
		);

		const { inspectionId } = wrong;
		const [sealed, countersigned] = await Promise.all(
			["report.pdf", "countersigned.pdf"].map(async (file) =>
				(await page.request.get(`/api/v1/inspections/${inspectionId}/${file}`)).body(),
			),
		);
		if (!sealed || !countersigned) throw new Error("both files are there");
		expect(await verifyReport(sealed)).toMatchObject({ valid: true, countersignature: null });
		const { valid, countersignature } = await verifyReport(countersigned);
		expect(valid).toBe(true);
		expect(countersignature?.reason).toBe("王芳 Wang Fang (fang): Stamp seen on the vehicle: 车架号确认有误");
	});

	test("exports what the search shows, harmless for a spreadsheet", async () => {
		const { page } = await person("fang");
		await page.goto("/inspections?outcome=rework");
		const href = await page.getByRole("link", { name: "Export as CSV" }).getAttribute("href");
		const csv = await (await page.request.get(href ?? "")).text();
		expect(csv.startsWith("\ufeffinspectionId,productionNumber,")).toBe(true);
		expect(csv.split("\r\n")).toHaveLength(3);
		expect(csv).toContain(wrong.productionNumber);
	});

	test("an auditor who had a part in it is told why they can't countersign; an operator has no search", async () => {
		const { page } = await person("jun");
		const good = await plant.store.search.find({ disposition: "pass" }, null, 1);
		await page.goto(`/inspections/${good.items[0]?.inspectionId}/report`);
		expect(await page.getByLabel("Why you countersign").count()).toBe(1);
		const other = await plant.vehicle();
		await arrive(other.inspectionId, WRONG_VIN);
		const { exceptions } = await plant.until(other.inspectionId, ({ status }) => status === "reviewing");
		for (const { exceptionId } of exceptions)
			await plant.gateway.decide(exceptionId, decision("confirm_discrepancy"), {
				name: "jun",
				role: "auditor",
			});
		await plant.sealed(other.inspectionId);
		await page.goto(`/inspections/${other.inspectionId}/report`);
		expect(await page.locator("#signatures").textContent()).toContain("You decided on this inspection");
		expect(await page.getByLabel("Why you countersign").count()).toBe(0);

		const { page: operators } = await person("anna");
		expect(await operators.getByRole("link", { name: "Search", exact: true }).count()).toBe(0);
		expect((await operators.goto("/inspections"))?.status()).toBe(403);
	});

	for (const [language, locale, colorScheme] of [
		["en", "en-GB", "light"],
		["zh-CN", "zh-CN", "dark"],
	] as const) {
		test(`the pages have no WCAG 2.2 AA violation that axe finds, in ${language}, ${colorScheme}`, {
			timeout: JOURNEY_MS,
		}, async () => {
			const { page } = await person("jun", { locale, colorScheme });
			const pages = [
				"/inspections",
				"/inspections?vin=1&from=2026-02-30&outcome=nothing",
				`/inspections/${wrong.inspectionId}`,
				`/inspections/${wrong.inspectionId}/report`,
			];
			for (const path of pages) {
				await page.goto(path);
				expect(await page.locator("html").getAttribute("lang")).toBe(language);
				if (path.endsWith("report")) await page.locator(".verify-sum").waitFor();
				expect([path, await violationsOn(page)]).toEqual([path, []]);
			}
		});
	}
});
