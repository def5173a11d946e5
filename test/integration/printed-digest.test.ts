import { createHash } from "node:crypto";
import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalBytes } from "../../src/reporting/canonical-json.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { createReportRenderer, type ReportRenderer } from "../../src/reporting/render-pdf.js";
import { printedText } from "../../src/signing/printed-text.js";
import { sampleInspection } from "../support/sample-inspection.js";

const RECORDS = 40;
const RENDERING_MS = 240_000;

let renderer: ReportRenderer;

beforeAll(() => {
	renderer = createReportRenderer();
});
afterAll(() => renderer.close());

describe("the text a page shows", { timeout: RENDERING_MS }, () => {
	it("is read back whole, whatever digest it names", async () => {
		const { inspection } = await sampleInspection();
		const bare = { ...inspection, captures: [], observations: [], findings: [], exceptions: [], events: [] };
		for (let version = 1; version <= RECORDS; version++) {
			const record = buildInspectionRecord({ ...bare, version }, []);
			const recordBytes = canonicalBytes(record);
			const { pdf } = await renderer.render({
				record,
				recordBytes,
				recordSignature: "header..signature",
				signer: { name: "Inspector", signedAt: new Date(0), fingerprint: record.auditHead },
				picture: () => Promise.reject(new Error("there is no capture")),
			});
			const document = await PDFDocument.load(pdf, { updateMetadata: false });
			const digest = createHash("sha256").update(recordBytes).digest("hex");
			for (const page of document.getPages()) expect(printedText(page)).toContain(digest);
		}
	});
});
