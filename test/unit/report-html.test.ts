import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/contracts/finding.js";
import type { Box } from "../../src/contracts/primitives.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { renderReportHtml } from "../../src/reporting/report-html.js";
import { viewReport } from "../../src/reporting/report-view.js";
import { SAMPLE_VIN, sampleInspection } from "../support/sample-inspection.js";

const HOSTILE = `<img src=x onerror=alert(1)>"'&{{x}}`;

async function html(locale: "en" | "zh", comment?: string): Promise<string> {
	const { inspection, observations } = await sampleInspection();
	const exceptions = inspection.exceptions.map((exception) => ({
		...exception,
		decisions: exception.decisions.map((decision) => ({ ...decision, comment: comment ?? decision.comment })),
	}));
	return renderReportHtml(buildInspectionRecord({ ...inspection, exceptions }, observations), {
		locale,
		reportUrl: "/api/v1/inspections/x/report.pdf",
		pictureUrl: (sha256, box) => `/api/v1/captures/${sha256}?box=${box?.join(",") ?? ""}`,
	});
}

describe("the report as HTML", () => {
	it("says the same in both languages", async () => {
		const [en, zh] = await Promise.all([html("en"), html("zh")]);
		for (const text of [
			SAMPLE_VIN.slice(9),
			"A24-104729",
			"wang.qiang",
			"极地白",
			"H4J702915",
			"DV-2026-0311",
		]) {
			expect(en).toContain(text);
			expect(zh).toContain(text);
		}
		expect(en).toContain("Concession");
		expect(zh).toContain("让步接收");
		expect(en).toContain("mismatch");
		expect(zh).toContain("不一致");
		expect(en.match(/<image /g)).toHaveLength(4);
	});

	it("says what the second person read blind, and that it agrees with the first", async () => {
		expect(await html("en")).toContain("Read blind, before seeing the rest:");
		expect(await html("en")).toContain("agrees with the first person");
		expect(await html("zh")).toContain("与第一人一致");
	});

	it("marks the characters that differ", async () => {
		expect(await html("en")).toContain("H4J7<mark>O</mark>2915");
	});

	it("counts the damage of a gear in words and shows each place", async () => {
		const { inspection, observations } = await sampleInspection();
		const gear = inspection.findings.find(({ kind, box }) => kind === "gear" && box !== null);
		if (!gear) throw new Error("the sample has a gear");
		const chipped = (x: number) => ({
			kind: "broken_tooth" as const,
			box: [x, 90, 30, 30] as Box,
			confidence: 0.8,
		});
		const condition: Finding = {
			...gear,
			findingId: "drive-gear.condition",
			field: "condition",
			rule: "gear_condition",
			outcome: "mismatch",
			read: null,
			expected: null,
			box: [140, 90, 30, 30],
			defects: [chipped(140), chipped(200)],
		};
		const findings = [...inspection.findings, condition];
		const record = buildInspectionRecord({ ...inspection, findings }, observations);
		const [view] = viewReport(record).witnesses.filter(({ id }) => id === "drive-gear");
		expect(view?.findings.at(-1)).toMatchObject({
			damage: [{ en: "broken tooth × 2", zh: "断齿 × 2" }],
			boxes: [
				[140, 90, 30, 30],
				[200, 90, 30, 30],
			],
		});
		const options = { reportUrl: null, pictureUrl: () => "/picture" };
		expect(renderReportHtml(record, { ...options, locale: "en" })).toContain("broken tooth × 2");
		expect(renderReportHtml(record, { ...options, locale: "zh" })).toContain("断齿 × 2");
	});

	it("escapes what people wrote, and styles nothing inline", async () => {
		const page = await html("en", HOSTILE);
		expect(page).not.toContain("<img src=x");
		expect(page).toContain("&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;");
		expect(page).not.toMatch(/ style=| on\w+=|<script/);
	});
});
