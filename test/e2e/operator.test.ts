import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { DecisionInput } from "../../src/contracts/exception.js";
import { type Inspection, inspectionIdOf } from "../../src/contracts/inspection.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import type { WebLimits } from "../../src/web/deps.js";
import { violationsOn } from "../support/axe.js";
import { launchBrowser, NO_BROWSER, type Person, personAt } from "../support/browser.js";
import { fillLine, inspectionIdOfVehicle, PASSWORD, VEHICLES } from "../support/line-of-vehicles.js";
import { createRulingGateway } from "../support/ruling-gateway.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

const AXE_MS = 120_000;
/** A claim short enough to see it end. */
const SHORT_CLAIM_SECONDS = 4;

const STAMP = `${inspectionIdOfVehicle(VEHICLES.stampWrong)}~vin-stamp.vin`;
const COLOUR = `${inspectionIdOfVehicle(VEHICLES.colourWrong)}~certificate.colour`;
const ENGINE = `${inspectionIdOfVehicle(VEHICLES.colourWrong)}~nameplate.engineNumber`;
/** What the certificate shows, and what the record says instead. */
const COLOUR_READ = "珠光白";
const COLOUR_EXPECTED = "极地白";
const STAMP_READ = "LXKAB2C41RM104729";
const STAMP_EXPECTED = "LXKA82C41RM104729";
const REASON = "permitted_deviation";

if (NO_BROWSER) console.warn(`The operator's pages are not tested in a browser: ${NO_BROWSER}`);

describe.skipIf(NO_BROWSER !== null)("an operator", () => {
	let browser: Browser;
	let store: Store;
	let gateway: InspectionGateway;
	let web: ServedWeb;
	const people: Person[] = [];

	const person = async (name: string, options: Parameters<typeof personAt>[2] = {}): Promise<Page> => {
		const one = await personAt(browser, web.url, options);
		people.push(one);
		// how people sign in is shown elsewhere
		await one.context.request.post("/sign-in", { form: { name, password: PASSWORD } });
		return one.page;
	};
	const pathOf = (exceptionId: string): string => `/exceptions/${exceptionId}`;
	const open = async (name: string, exceptionId: string): Promise<Page> => {
		const page = await person(name);
		await page.goto(pathOf(exceptionId));
		await page.locator("#claim .badge").waitFor();
		return page;
	};
	const decided = async (exceptionId: string, name: string, more: Omit<DecisionInput, "decisionId">) =>
		gateway.decide(exceptionId, { decisionId: randomUUID(), ...more }, { name, role: "operator" });
	const decisionsOn = async (exceptionId: string) =>
		(await store.exceptions.get(exceptionId))?.decisions ?? [];
	/** Another vehicle with the same wrong stamp, to be decided some minutes after it. */
	const another = async (productionNumber: string, minutes: number): Promise<string> => {
		const sample = await gateway.current(inspectionIdOfVehicle(VEHICLES.stampWrong));
		const inspectionId = inspectionIdOf(sample.plant, productionNumber, 1);
		const deadline = new Date(Date.now() + minutes * 60_000).toISOString();
		const exceptions = sample.exceptions.map((exception) => ({
			...exception,
			inspectionId,
			exceptionId: `${inspectionId}~${exception.finding.findingId}`,
			deadline,
		}));
		await changed({ ...sample, inspectionId, productionNumber, exceptions });
		return exceptions[0]?.exceptionId ?? "";
	};
	const changed = (inspection: Inspection) =>
		store.inspections.project({ ...inspection, version: inspection.version + 1 });
	const viewBoxOf = (page: Page) => page.locator(".viewer-stage svg").getAttribute("viewBox");

	const serve = (limits: Partial<WebLimits> = {}) => serveWeb({ plant: "suzhou-2", store, gateway, limits });

	beforeAll(async () => {
		browser = await launchBrowser();
	});
	afterAll(() => browser.close());
	beforeEach(async () => {
		store = await connectStore(uniqueDatabase(inject("mongoUri")));
		gateway = createRulingGateway(store);
		web = await serve();
		await fillLine({ ...web, store });
	});
	afterEach(async () => {
		const complaints = people.flatMap((one) => one.complaints);
		await Promise.all(people.splice(0).map(({ context }) => context.close()));
		await web.listening.close();
		await store.close();
		// refusals answer 4xx, and leaving a page gives its requests up; everything else is a fault of ours
		const faults = complaints.filter(
			(text) => !/status of 4(01|04|09|22)|htmx:(sendAbort|afterRequest)/.test(text),
		);
		expect(faults).toEqual([]);
	});

	test("sees rows appear, who works on them and until when, and rows leave, without a reload", async () => {
		const page = await person("wang.qiang");
		await page.goto("/exceptions");
		await page.evaluate("window.notReloaded = true");
		const row = (exceptionId: string) => page.locator(`tr[id="x-${exceptionId}"]`);
		await row(STAMP).getByText("nobody").waitFor();
		const other = await open("li.na", STAMP);
		await row(STAMP).getByText("li.na").waitFor();
		expect(await row(STAMP).locator("[data-expires] .countdown").textContent()).toMatch(/^1:\d\d$/);
		const late = await another("A24-109999", 2);
		await row(late).waitFor();
		expect(await page.locator("tbody tr").first().getAttribute("id")).toBe(`x-${late}`);
		await other.keyboard.press("h");
		await other.keyboard.press("Enter");
		await row(STAMP).waitFor({ state: "detached" });
		expect(await page.evaluate("window.notReloaded")).toBe(true);
	});

	test("works through the queue by keyboard alone, with two keys a decision", async () => {
		const second = await another("A24-109001", 5);
		const third = await another("A24-109002", 6);
		const page = await person("li.na");
		let keys = 0;
		const press = async (key: string) => {
			keys += 1;
			await page.keyboard.press(key);
		};
		const onTo = (exceptionId: string) => page.waitForURL((url) => url.pathname === pathOf(exceptionId));
		await page.goto("/exceptions");
		await press("n");
		await onTo(STAMP);
		await press("s"); // confirm the discrepancy: scrap
		await press("Enter");
		await onTo(second);
		await press("3"); // retake
		await press("Enter");
		await onTo(third);
		await press("5"); // override, for its second reason
		await press("b");
		await onTo(COLOUR);
		await press("4"); // escalate
		await press("Enter");
		await onTo(ENGINE);
		await press("2"); // correct the reading, and what is read
		await page.keyboard.type("H4J702915");
		await press("Enter");
		await page.waitForURL((url) => url.search === `?decided=${encodeURIComponent(ENGINE)}`);
		// one key to begin, two a decision; what is typed into a correction comes on top
		expect(keys).toBe(1 + 5 * 2);
		const actions = await Promise.all([STAMP, second, third, COLOUR, ENGINE].map(decisionsOn));
		expect(actions.map((all) => all.map(({ action }) => action))).toEqual([
			["confirm_discrepancy"],
			["retake"],
			["override"],
			["escalate"],
			["correct_reading"],
		]);
		expect(actions[0]?.[0]).toMatchObject({ disposition: "scrap", by: "li.na" });
		expect(actions[2]?.[0]).toMatchObject({ reason: REASON });
		expect(actions[4]?.[0]).toMatchObject({ correctedText: "H4J702915" });
	});

	test("takes a decision back with one key, until the report is sealed", async () => {
		const page = await open("li.na", STAMP);
		await page.keyboard.press("1");
		await page.keyboard.press("Enter");
		await page.waitForURL(/decided=/);
		await page.keyboard.press("u");
		await page.waitForURL(/undone=1/);
		expect((await store.exceptions.get(STAMP))?.status).toBe("open");
		await page.keyboard.press("1");
		await page.keyboard.press("Enter");
		await page.waitForURL(/decided=/);
		const inspection = await gateway.current(inspectionIdOfVehicle(VEHICLES.stampWrong));
		await changed({ ...inspection, status: "sealed", disposition: "rework", closure: "completed" });
		await page.keyboard.press("u");
		await expect.poll(() => page.locator(".decide-problem").textContent()).toContain("finished");
		expect((await decisionsOn(STAMP)).filter(({ undoneAt }) => undoneAt === null)).toHaveLength(1);
	});

	test("and another at the same exception: one decision stands, and the other hears why theirs doesn't", async () => {
		const first = await open("li.na", ENGINE);
		const second = await open("wang.qiang", ENGINE);
		await second.getByText("li.na works on this until").waitFor();
		await second.keyboard.press("2");
		await second.keyboard.type("H4J7O2915");
		await second.keyboard.press("Enter");
		const problem = second.locator(".decide-problem");
		await expect.poll(() => problem.textContent()).toContain("Somebody else is working on this exception");
		await first.keyboard.press("3");
		await Promise.all([first.keyboard.press("Enter"), first.keyboard.press("Enter")]);
		await first.waitForURL(/decided=/);
		// the other's page says by itself that it is old
		await second.locator("#state").getByText("changed since you opened it").waitFor();
		await second.locator("[name=correctedText]").press("Enter");
		await expect.poll(() => problem.textContent()).toContain("Somebody changed this first");
		expect(await second.locator("[data-kept]").textContent()).toContain("H4J7O2915");
		expect((await decisionsOn(ENGINE)).map(({ action, by }) => [action, by])).toEqual([["retake", "li.na"]]);
	});

	test("who stops working is told that the claim ran out and who has it now, and loses nothing typed", async () => {
		await web.listening.close();
		web = await serve({ claimSeconds: SHORT_CLAIM_SECONDS });
		const page = await open("li.na", ENGINE);
		await page.keyboard.press("2");
		await page.keyboard.type("H4J702915");
		await page.getByText("Your claim ran out because nothing happened here").waitFor({ timeout: 15_000 });
		expect(await page.inputValue("[name=correctedText]")).toBe("H4J702915");
		const claim = await store.exceptions.claim(ENGINE, "wang.qiang", 30);
		expect(claim?.by).toBe("wang.qiang");
		await page.locator("[name=correctedText]").press("Enter");
		const problem = page.locator(".decide-problem");
		await expect
			.poll(() => problem.textContent())
			.toContain("wang.qiang has had it since your claim ran out");
		expect(await page.inputValue("[name=correctedText]")).toBe("H4J702915");
		expect(await decisionsOn(ENGINE)).toEqual([]);
		// once it is free again, going on takes it again
		await store.exceptions.release(ENGINE, "wang.qiang");
		await page.locator("[name=correctedText]").press("Enter");
		await page.waitForURL(/decided=/);
		expect(await decisionsOn(ENGINE)).toHaveLength(1);
	});

	test("with a page that is old reads it again and finds there what was typed", async () => {
		const page = await open("li.na", ENGINE);
		await page.keyboard.press("2");
		await page.keyboard.type("H4J702915");
		await decided(ENGINE, "wang.qiang", { action: "escalate" });
		await page.locator("#state").getByText("changed since you opened it").waitFor();
		await page.locator("[name=correctedText]").press("Enter");
		await expect
			.poll(() => page.locator(".decide-problem").textContent())
			.toContain("Somebody changed this first");
		await page.locator(".decide-problem").getByRole("link", { name: "Read it again" }).click();
		await page.getByText("What you had typed here is back").waitFor();
		expect(await page.inputValue("[name=correctedText]")).toBe("H4J702915");
		expect(await page.isChecked("#action-correct_reading")).toBe(true);
	});

	test("is told beside the field what is missing, and the rest stays", async () => {
		const page = await open("li.na", STAMP);
		await page.keyboard.press("5");
		await page.fill("[name=comment]", "plate is right");
		await page.locator("[name=comment]").press("Enter");
		await expect.poll(() => page.locator(".decide-problem").textContent()).toContain("Give a reason");
		expect(await page.inputValue("[name=comment]")).toBe("plate is right");
		expect(await page.isChecked("#action-override")).toBe(true);
	});

	test("keeps zoom and pan from item to item and from capture to capture, and jumps to what is suspect", async () => {
		const inspection = await gateway.current(inspectionIdOfVehicle(VEHICLES.stampWrong));
		const [stamp, other] = inspection.captures;
		if (!stamp || !other) throw new Error("the sample has several captures");
		await changed({
			...inspection,
			captures: [...inspection.captures, { ...other, witness: stamp.witness }],
		});
		const next = await another("A24-109003", 5);
		const page = await open("li.na", STAMP);
		await expect.poll(() => viewBoxOf(page)).not.toBe(`0 0 ${stamp.width} ${stamp.height}`);
		const asOpened = await viewBoxOf(page);
		for (const key of ["+", "+", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
		const moved = await viewBoxOf(page);
		expect(moved).not.toBe(asOpened);

		const image = page.locator(".viewer-stage image");
		await page.keyboard.press("c");
		expect(await image.getAttribute("data-capture")).toBe(other.sha256);
		await page.keyboard.press("c");
		expect(await image.getAttribute("data-capture")).toBe(stamp.sha256);
		expect(await viewBoxOf(page)).toBe(moved);

		await page.keyboard.press("n");
		await page.waitForURL((url) => url.pathname === pathOf(next));
		await expect.poll(() => viewBoxOf(page)).toBe(moved);

		await page.keyboard.press("g");
		await expect.poll(() => viewBoxOf(page)).not.toBe(moved);
		expect(await page.locator(".column:focus .col-read").textContent()).toBe("B");
		const box = inspection.exceptions[0]?.finding.box ?? [0, 0, 0, 0];
		const [x = 0, , width = 0] = ((await viewBoxOf(page)) ?? "").split(" ").map(Number);
		// the fifth of seventeen characters stands in the middle
		expect(x + width / 2).toBeCloseTo(box[0] + (box[2] * 4.5) / 17, 0);
		await page.keyboard.press("g");
		expect(await page.locator(".column:focus").count()).toBe(0);
	});

	test("finds what was escalated, does not get their own back, and sees what nobody decided in time", async () => {
		await decided(COLOUR, "li.na", { action: "escalate" });
		const inspection = await gateway.current(inspectionIdOfVehicle(VEHICLES.stampWrong));
		const exceptions = inspection.exceptions.map((one) => ({ ...one, status: "expired" as const }));
		await changed({
			...inspection,
			exceptions,
			status: "sealing",
			disposition: "hold",
			closure: "decision_deadline",
		});
		const page = await person("li.na");
		await page.goto("/exceptions?list=escalated");
		expect(await page.locator("tbody tr").count()).toBe(1);
		await page.locator("tbody").getByText("Escalated").waitFor();
		await page.goto(pathOf(COLOUR));
		await page.getByText("You escalated this: somebody else decides it").waitFor();
		expect(await page.locator("[name=action]").count()).toBe(0);
		await page.goto("/exceptions?list=expired");
		await page.locator("tbody").getByText("Expired: vehicle held").waitFor();
		await page.locator("tbody .row-link").click();
		await page.getByText("The vehicle is held; nothing releases it but a new inspection").waitFor();
		expect(await page.locator("[name=action]").count()).toBe(0);
	});

	describe("asked for a second look", () => {
		const SECRETS = [
			COLOUR_READ,
			COLOUR_EXPECTED,
			"looks fine to me",
			REASON,
			"Permitted deviation",
			"strip",
		];

		beforeEach(() =>
			decided(COLOUR, "li.na", { action: "override", reason: REASON, comment: "looks fine to me" }),
		);

		test("reads the picture alone, then sees the rest, and decides knowing both", async () => {
			const page = await open("wang.qiang", COLOUR);
			const key = await web.key("auditor", "another auditor");
			// what the service hands out before the answer, page and API, tells nothing
			const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
			const html = await (
				await fetch(web.url + pathOf(COLOUR), { headers: { cookie, accept: "text/html" } })
			).text();
			const queue = await (
				await fetch(`${web.url}/exceptions`, { headers: { cookie, accept: "text/html" } })
			).text();
			const queued = queue.slice(queue.indexOf(`id="x-${COLOUR}"`));
			const one = await (await web.call(key, "GET", pathOf(COLOUR))).text();
			const list = await (await web.call(key, "GET", "/exceptions")).text();
			const listed = JSON.stringify(
				JSON.parse(list).items.find(({ exceptionId }: { exceptionId: string }) => exceptionId === COLOUR),
			);
			expect(html).toContain("Blind reading");
			for (const text of [html, queued.slice(0, queued.indexOf("</tr>")), one, listed]) {
				expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
			}
			expect(await page.locator("[name=action]").count()).toBe(0);

			// nor does the vehicle's dossier, which comes back to the picture until it was read
			const dossier = `/inspections/${inspectionIdOfVehicle(VEHICLES.colourWrong)}`;
			await page.goto(dossier);
			await page.getByText("It opens once you have read this picture").waitFor();
			for (const path of [dossier, `${dossier}/observations`]) {
				const refused = await web.call(key, "GET", path);
				expect(await refused.json()).toMatchObject({ status: 409, code: "blind_reading_missing" });
			}

			await page.keyboard.press("1");
			await page.keyboard.type(COLOUR_EXPECTED);
			await page.keyboard.press("Enter");
			await page.getByText("Your reading differs from the first person's").waitFor();
			await page.getByText("looks fine to me").first().waitFor();
			expect(await page.locator(".blind-comparison .column.differs").count()).toBe(2);
			await page.waitForLoadState();

			await page.keyboard.press("2");
			await page.keyboard.press("a");
			await page.keyboard.press("Enter");
			await page.waitForURL(/decided=/);
			expect((await store.exceptions.get(COLOUR))?.status).toBe("open");
			expect((await decisionsOn(COLOUR)).at(-1)).toMatchObject({
				action: "decline_override",
				reason: "read_differently",
				blindReading: { text: COLOUR_EXPECTED, sight: null },
			});
			await page.goto(`/inspections/${inspectionIdOfVehicle(VEHICLES.colourWrong)}`);
			await page.getByText("Read blind").waitFor();
		});

		test("agrees with two keys, and the vehicle is released by two", async () => {
			const page = await open("wang.qiang", COLOUR);
			await page.keyboard.press("1");
			await page.keyboard.type(COLOUR_READ);
			await page.keyboard.press("Enter");
			await page.getByText("Your reading agrees with the first person's").waitFor();
			await page.waitForLoadState();
			await page.keyboard.press("1");
			await page.keyboard.press("b");
			await page.waitForURL(/decided=/);
			expect((await store.exceptions.get(COLOUR))?.status).toBe("resolved");
			expect((await decisionsOn(COLOUR)).at(-1)).toMatchObject({
				action: "second_override",
				reason: "checked_on_picture",
				blindReading: { text: COLOUR_READ },
			});
		});

		test("answers once: neither the page nor the API takes a yes without the first answer, or a second one", async () => {
			const key = await web.key("auditor", "zhao");
			const yes = { decisionId: randomUUID(), action: "second_override", reason: "checked_on_picture" };
			const early = await web.call(key, "POST", `${pathOf(COLOUR)}/decisions`, yes);
			expect(await early.json()).toMatchObject({ status: 409, code: "blind_reading_missing" });
			const forged = { ...yes, blindReading: { text: "x", sight: null, at: new Date().toISOString() } };
			expect((await web.call(key, "POST", `${pathOf(COLOUR)}/decisions`, forged)).status).toBe(400);
			const path = `${pathOf(COLOUR)}/blind-reading`;
			const answer = await web.call(key, "POST", path, { text: null, sight: "cannot_tell" });
			expect(await answer.json()).toMatchObject({
				finding: { read: COLOUR_READ, expected: COLOUR_EXPECTED },
			});
			await web.call(key, "POST", path, { text: COLOUR_READ, sight: null });
			expect((await web.call(key, "POST", `${pathOf(COLOUR)}/decisions`, yes)).status).toBe(200);
			expect((await decisionsOn(COLOUR)).at(-1)?.blindReading).toMatchObject({
				text: null,
				sight: "cannot_tell",
			});
		});

		test("by a correction of an accepted reading is asked just the same; who asked is not", async () => {
			await decided(STAMP, "li.na", { action: "correct_reading", correctedText: STAMP_EXPECTED });
			const asker = await open("wang.qiang", STAMP);
			await asker.getByText("Blind reading").first().waitFor();
			const html = await asker.content();
			expect([STAMP_READ, STAMP_EXPECTED].filter((text) => html.includes(text))).toEqual([]);
			await asker.keyboard.press("Enter");
			await asker.getByRole("button", { name: "That is what I see" }).click();
			await expect
				.poll(() => asker.locator(".decide-problem").textContent())
				.toContain("Choose what you see");
			await asker.keyboard.press("1");
			await asker.keyboard.type(STAMP_EXPECTED);
			await asker.keyboard.press("Enter");
			await asker.getByText("Your reading agrees with the first person's").waitFor();
			const own = await person("li.na");
			await own.goto(pathOf(STAMP));
			await own.getByText("You asked for this release").waitFor();
			expect(await own.locator("[name=action]").count()).toBe(0);
		});
	});

	test("reads hostile text of a record or a person as the text it is", async () => {
		const evil = `"><img src=x onerror=alert(1)>{{constructor}}\u202eevil${"x".repeat(300)}`;
		const inspection = await gateway.current(inspectionIdOfVehicle(VEHICLES.stampWrong));
		const exceptions = inspection.exceptions.map((one) => ({
			...one,
			finding: { ...one.finding, read: evil.slice(0, 300), expected: evil.slice(0, 290) },
		}));
		await changed({ ...inspection, exceptions });
		await decided(STAMP, "wang.qiang", { action: "escalate", comment: evil });
		const page = await open("li.na", STAMP);
		await page.goto("/exceptions");
		await page.goto(pathOf(STAMP));
		expect(await page.locator("img[src=x]").count()).toBe(0);
		expect(await page.locator(".decisions").textContent()).toContain(evil);
		const wide = await page.evaluate(
			"document.documentElement.scrollWidth - document.documentElement.clientWidth",
		);
		expect(wide).toBe(0);
	});

	for (const [locale, colorScheme] of [
		["en-GB", "light"],
		["zh-CN", "dark"],
	] as const) {
		test(`has pages without a WCAG 2.2 AA violation that axe finds, in ${locale}, ${colorScheme}`, {
			timeout: AXE_MS,
		}, async () => {
			await decided(COLOUR, "li.na", { action: "override", reason: REASON });
			await decided(ENGINE, "li.na", { action: "escalate" });
			const page = await person("wang.qiang", { locale, colorScheme });
			const check = async (name: string) => {
				expect([name, await violationsOn(page)]).toEqual([name, []]);
			};
			await page.goto("/exceptions?list=escalated");
			await check("the escalated");
			await page.goto(pathOf(STAMP));
			await page.keyboard.press("5");
			await check("an exception with reasons");
			await page.goto(pathOf(COLOUR));
			await page.keyboard.press("1");
			await check("the blind reading");
			await page.keyboard.type(COLOUR_EXPECTED);
			await page.keyboard.press("Enter");
			await page.locator(".blind-comparison").waitFor();
			await page.keyboard.press("1");
			await check("both readings");
		});
	}
});
