import { describe, expect, it } from "vitest";
import { InspectionRecord } from "../../src/contracts/report.js";
import { firstBrokenLink } from "../../src/reporting/audit-chain.js";
import { canonicalBytes } from "../../src/reporting/canonical-json.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { sampleInspection } from "../support/sample-inspection.js";

describe("an inspection record", () => {
	it("holds the whole inspection with its events chained", async () => {
		const { inspection, observations } = await sampleInspection();
		const record = buildInspectionRecord(inspection, observations);
		expect(InspectionRecord.parse(record)).toEqual(record);
		expect(record.audit).toHaveLength(inspection.events.length);
		expect(firstBrokenLink(inspection.inspectionId, record.audit)).toBeNull();
		expect(record.inspection.exceptions.flatMap(({ decisions }) => decisions)).toHaveLength(4);
	});

	it("is the same bytes whatever the order of its source's keys", async () => {
		const { inspection, observations } = await sampleInspection();
		const turned = Object.fromEntries(Object.entries(inspection).reverse());
		const again = { ...inspection, ...turned };
		expect(canonicalBytes(buildInspectionRecord(again, observations))).toEqual(
			canonicalBytes(buildInspectionRecord(inspection, observations)),
		);
	});

	it("replaces half surrogates, which canonical JSON cannot hold", async () => {
		const { inspection, observations } = await sampleInspection();
		const record = buildInspectionRecord(
			{ ...inspection, judgedBy: "a\ud800b", events: inspection.events.map((e) => ({ ...e, by: "\udc00" })) },
			observations,
		);
		expect(record.inspection.judgedBy).toBe("a\ufffdb");
		expect(JSON.parse(canonicalBytes(record).toString("utf8"))).toEqual(record);
		expect(firstBrokenLink(inspection.inspectionId, record.audit)).toBeNull();
	});

	it("refuses what does not follow the contract", async () => {
		const { inspection, observations } = await sampleInspection();
		expect(() => buildInspectionRecord({ ...inspection, sequence: 0 }, observations)).toThrow(/sequence/);
	});
});
