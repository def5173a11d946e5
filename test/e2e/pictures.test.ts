import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, NO_BROWSER, type Person, personAt, signInAs } from "../support/browser.js";
import { fillLine, inspectionIdOfVehicle, PASSWORD, VEHICLES } from "../support/line-of-vehicles.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

/** Twelve megapixels, as an industrial camera sends them. */
const SIZE = { width: 4000, height: 3000 };

/** Fine stripes on a slope of grey: what a coarse copy can't show. */
async function twelveMegapixels(): Promise<Buffer> {
	const { width, height } = SIZE;
	const grey = Buffer.alloc(width * height);
	for (let at = 0; at < grey.length; at += 1) grey[at] = ((at % width) / 16) ^ (at & 1 ? 0x30 : 0);
	return sharp(grey, { raw: { width, height, channels: 1 } })
		.jpeg({ quality: 90 })
		.toBuffer();
}

type Numbers = [number, number, number, number];
const viewOf = async (page: Page): Promise<Numbers> =>
	((await page.locator(".viewer-stage svg").first().getAttribute("viewBox")) ?? "")
		.split(" ")
		.map(Number) as Numbers;

describe.skipIf(NO_BROWSER !== null)("a picture of twelve megapixels", () => {
	let browser: Browser;
	let web: ServedWeb;
	let person: Person;
	let sha256: string;

	beforeAll(async () => {
		browser = await launchBrowser();
		web = await serveWeb({ plant: "suzhou-2" });
		await fillLine(web);
		const picture = await twelveMegapixels();
		({ sha256 } = await web.captures.put(picture));
		const image = { sha256, mediaType: "image/jpeg" as const, bytes: picture.length, ...SIZE };
		await web.store.captures.save(image);
		const inspection = await web.gateway.current(inspectionIdOfVehicle(VEHICLES.passed));
		const captures = inspection.captures.map((one, at) => (at === 0 ? { ...one, ...image } : one));
		await web.store.inspections.project({ ...inspection, version: 90, captures });
		person = await personAt(browser, web.url, {});
		await signInAs(person.page, "li.na", PASSWORD);
	});
	afterAll(async () => {
		await browser?.close();
		await web?.listening.close();
	});

	test("appears as a small copy first and comes pixel by pixel where it is looked at", async () => {
		const { page, complaints } = person;
		const asked: string[] = [];
		page.on("request", (request) => asked.push(request.url()));
		await page.goto(`/inspections/${inspectionIdOfVehicle(VEHICLES.passed)}`);
		const whole = page.locator(`image[data-capture="${sha256}"]`).first();
		await expect.poll(() => whole.getAttribute("href")).toContain("width=1024");
		const stage = page.locator(".viewer-stage").first();
		await stage.focus();
		for (let step = 0; step < 8; step += 1) await page.keyboard.press("+");
		const part = page.locator("image[data-part]").first();
		await expect.poll(() => part.count(), { timeout: 15_000 }).toBe(1);
		const place = async (): Promise<Numbers> =>
			Promise.all(
				["x", "y", "width", "height"].map(async (name) => Number(await part.getAttribute(name))),
			) as Promise<Numbers>;

		const covers = async () => {
			const [[vx, vy, vw, vh], [x, y, w, h]] = await Promise.all([viewOf(page), place()]);
			const right = Math.min(vx + vw, SIZE.width);
			const bottom = Math.min(vy + vh, SIZE.height);
			return x <= Math.max(vx, 0) && y <= Math.max(vy, 0) && x + w >= right && y + h >= bottom;
		};
		await expect.poll(covers).toBe(true);
		// as many pixels as the place it lies on: nothing between the camera's pixel and the screen
		const [, , width, height] = await place();
		const pixels = await page.evaluate<[number, number]>(`(async () => {
			const picture = new Image();
			picture.src = document.querySelector("image[data-part]").getAttribute("href");
			await picture.decode();
			return [picture.naturalWidth, picture.naturalHeight];
		})()`);
		expect(pixels).toEqual([width, height]);
		expect(width).toBeLessThan(SIZE.width);

		const before = await part.getAttribute("href");
		for (let step = 0; step < 12; step += 1) await page.keyboard.press("ArrowRight");
		await expect
			.poll(async () => (await part.getAttribute("href")) !== before && (await covers()))
			.toBe(true);
		// boxes are drawn over both copies
		const order = await page.evaluate<string[]>(
			`[...document.querySelector(".viewer-stage svg").children].map(({ localName }) => localName)`,
		);
		expect(order).toEqual(["image", "image", "g"]);
		// the original itself, megabytes of it, was never asked for
		expect(asked.filter((url) => url.endsWith(sha256))).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("is made once for everybody who asks", async () => {
		const key = await web.key("operator");
		const answers = await Promise.all(
			Array.from({ length: 6 }, () => web.call(key, "GET", `/captures/${sha256}?width=1024`)),
		);
		const copies = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
		expect(await sharp(copies[0]).metadata()).toMatchObject({ width: 1024, height: 768, format: "jpeg" });
		for (const copy of copies) expect(copy.equals(copies[0] ?? Buffer.alloc(0))).toBe(true);
	});
});
