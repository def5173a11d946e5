import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InspectionRecord } from "../../src/contracts/report.js";
import { sealedInspection } from "../support/inspections.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

let web: ServedWeb;
let station: string;
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const pdf = "%PDF-1.7 signed";
const address = "/inspections/HZ1-PN0001-1";

const { events: _events, report: _report, ...inspection } = sealedInspection(digestOf(pdf), "0".repeat(64));
const record = canonicalize(
	InspectionRecord.parse({
		schema: "vinspect/inspection-record/1",
		inspection,
		observations: [],
		audit: [],
		auditHead: "0".repeat(64),
		generator: { name: "vinspect", version: "0.1.0" },
	}),
);

beforeAll(async () => {
	if (record === undefined) throw new Error("the record has a canonical form");
	web = await serveWeb();
	station = await web.key("station", "S10");
	await web.reports.put(Buffer.from(pdf));
	await web.reports.put(Buffer.from(record));
	await web.store.inspections.project(sealedInspection(digestOf(pdf), digestOf(record)));
});
afterAll(() => web.listening.close());

const get = (path: string, headers: object = {}) =>
	web.call(station, "GET", `${address}/${path}`, undefined, headers);

describe("reports", () => {
	it("gives the signed bytes, unchanged", async () => {
		const response = await get("report.pdf");
		expect(response.headers.get("content-type")).toBe("application/pdf");
		expect(response.headers.get("content-disposition")).toBe('inline; filename="HZ1-PN0001-1.pdf"');
		expect(digestOf(await response.text())).toBe(digestOf(pdf));
		const again = await get("report.pdf", { "if-none-match": response.headers.get("etag") ?? "" });
		expect(again.status).toBe(304);
		expect(await again.text()).toBe("");
	});

	it("gives the canonical record byte for byte", async () => {
		const response = await get("report.json");
		expect(response.headers.get("content-type")).toContain("application/json");
		expect(await response.text()).toBe(record);
	});

	it("shows a page in the language asked for, under a strict policy", async () => {
		for (const [language, title] of [
			["en", "Vehicle identity inspection"],
			["zh", "车辆身份检验报告"],
		]) {
			const response = await get("report.html", { "accept-language": language });
			const page = await response.text();
			expect(page).toContain(`<html lang="${language}">`);
			expect(page).toContain(title);
			expect(page).toContain('href="/report.css"');
			expect(page).not.toMatch(/<script|style=/);
			expect(response.headers.get("content-security-policy")).toContain("default-src 'self'");
		}
		const style = await fetch(`${web.url}/report.css`);
		expect(style.headers.get("content-type")).toContain("text/css");
		expect(await style.text()).toContain(".report");
	});

	it("is not there before the inspection is sealed", async () => {
		const open = { ...sealedInspection("a".repeat(64), "b".repeat(64)), inspectionId: "HZ1-OPEN-1" };
		await web.store.inspections.project({ ...open, status: "reviewing", report: null });
		const response = await web.call(station, "GET", "/inspections/HZ1-OPEN-1/report.pdf");
		expect(await problemIn(response)).toMatchObject({
			status: 404,
			code: "report_not_ready",
			detail: expect.stringContaining("reviewing"),
		});
	});
});
