import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sha256 } from "../../src/contracts/primitives.js";
import type { InspectionRecord } from "../../src/contracts/report.js";
import { canonicalBytes } from "../../src/reporting/canonical-json.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { createReportRenderer, type ReportRenderer } from "../../src/reporting/render-pdf.js";
import { printedText } from "../../src/signing/printed-text.js";
import { readSignedDocument } from "../../src/signing/signed-document.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { sampleInspection } from "../support/sample-inspection.js";
import { type SampleReport, sampleReport } from "../support/sealed-report.js";

const run = promisify(execFile);
const hasPdfsig = await run("pdfsig", ["-v"]).then(
	() => true,
	() => false,
);

let report: SampleReport;
let renderer: ReportRenderer;

beforeAll(async () => {
	report = await sampleReport();
	renderer = createReportRenderer();
});
afterAll(async () => {
	await renderer.close();
	await rm(report.keys, { recursive: true, force: true });
});

function render(
	record: InspectionRecord,
	picture: (capture: Sha256) => Promise<Uint8Array> = report.picture,
) {
	return renderer.render({
		record,
		recordBytes: canonicalBytes(record),
		recordSignature: "header..signature",
		signer: { name: "Inspector", signedAt: new Date("2026-03-14T08:32:05Z"), fingerprint: "ab".repeat(32) },
		picture,
	});
}

async function pagesOf(pdf: Uint8Array): Promise<string> {
	const document = await PDFDocument.load(pdf, { updateMetadata: false });
	return document.getPages().map(printedText).join("\n");
}

const RENDERING_MS = 180_000;

describe("a sealed report", { timeout: RENDERING_MS }, () => {
	it("shows vehicle, readings, decisions and digests, in both languages", async () => {
		const text = await pagesOf(report.sealed.pdf);
		const digest = createHash("sha256").update(report.sealed.record).digest("hex");
		for (const shown of [
			"LXKAB2C41RM104729",
			"A24-104729",
			"CONCESSION",
			"让步接收",
			"珠光白",
			"极地白",
			"wang.qiang",
			"Releaseapprovedbyasecondperson",
			"第二人批准放行",
			"DV-2026-0311",
			report.record.auditHead,
			digest,
		])
			expect(text).toContain(shown);
	});

	it("carries the record's canonical bytes", async () => {
		const { files } = await readSignedDocument(report.sealed.pdf);
		expect(files.get("inspection-record.json")).toEqual(Buffer.from(report.sealed.record));
		expect(JSON.parse(Buffer.from(report.sealed.record).toString("utf8"))).toEqual(report.record);
	});

	it("claims PDF/A-3b, and leaves a field for the auditor", async () => {
		const text = Buffer.from(report.sealed.pdf).toString("latin1");
		expect(text).toContain("<pdfaid:part>3</pdfaid:part>");
		expect(text).toContain("<pdfaid:conformance>B</pdfaid:conformance>");
		const document = await PDFDocument.load(report.sealed.pdf, { updateMetadata: false });
		const fields = document.getForm().getFields();
		expect(fields.map((field) => field.getName())).toEqual(["Inspector", "Auditor"]);
		expect(document.getPageCount()).toBe(report.sealed.pages);
	});

	it("takes less than two seconds once warm", async () => {
		const sealer = createReportSealer({ signer: report.signer });
		try {
			await sealer.seal(report.record, report.picture);
			const times: number[] = [];
			for (let i = 0; i < 5; i++) {
				const start = performance.now();
				await sealer.seal(report.record, report.picture);
				times.push(performance.now() - start);
			}
			expect(Math.min(...times)).toBeLessThan(2000);
		} finally {
			await sealer.close();
		}
	});

	it("is refused for a signer whose certificate has run out", async () => {
		const later = () => new Date(Date.now() + 30 * 365 * 24 * 3600 * 1000);
		const sealer = createReportSealer({ signer: report.signer, clock: later });
		await expect(sealer.seal(report.record, report.picture)).rejects.toMatchObject({
			code: "signing_key_expired",
			message: expect.stringContaining("is valid from"),
		});
		await sealer.close();
	});

	it("fails as the store does where a picture can't be fetched", async () => {
		const sealer = createReportSealer({ signer: report.signer });
		const away = () => Promise.reject(new Error("store away"));
		await expect(sealer.seal(report.record, away)).rejects.toThrow("store away");
		await sealer.close();
	});

	it.skipIf(!hasPdfsig)(
		"is accepted by pdfsig and refused with a flipped byte (needs poppler-utils)",
		async () => {
			const folder = await mkdtemp(join(tmpdir(), "vinspect-pdfsig-"));
			try {
				const file = join(folder, "report.pdf");
				await writeFile(file, report.sealed.pdf);
				const whole = await run("pdfsig", ["-nocert", file]);
				expect(whole.stdout).toContain("Signature Type: ETSI.CAdES.detached");
				expect(whole.stdout).toContain("Total document signed");
				expect(whole.stdout).toContain("Signature is Valid");
				const flipped = Buffer.from(report.sealed.pdf);
				flipped.writeUInt8(flipped.readUInt8(5000) ^ 1, 5000);
				await writeFile(file, flipped);
				const broken = await run("pdfsig", ["-nocert", file]).catch(({ stdout }) => ({ stdout }));
				expect(broken.stdout).toContain("Digest Mismatch");
			} finally {
				await rm(folder, { recursive: true, force: true });
			}
		},
	);
});

describe("rendering", { timeout: RENDERING_MS }, () => {
	it("gives the same bytes for the same record", async () => {
		const [first, second] = [await render(report.record), await render(report.record)];
		expect(Buffer.from(first.pdf).equals(Buffer.from(second.pdf))).toBe(true);
		const other = createReportRenderer();
		try {
			const elsewhere = await other.render({
				record: report.record,
				recordBytes: canonicalBytes(report.record),
				recordSignature: "header..signature",
				signer: {
					name: "Inspector",
					signedAt: new Date("2026-03-14T08:32:05Z"),
					fingerprint: "ab".repeat(32),
				},
				picture: report.picture,
			});
			expect(Buffer.from(first.pdf).equals(Buffer.from(elsewhere.pdf))).toBe(true);
		} finally {
			await other.close();
		}
	});

	it.each([
		["quotes and backslashes", `" \\" \\ '`],
		["Typst markup", `#panic("x") ] [ $ * _ \` @ref <label> // /* {`],
		["a closed literal", `"); #sys.exit(1); #text("`],
		["handlebars", "{{text vin}} {{{x}}}"],
		["emoji", "ok 👍🏽 👩‍👩‍👧 🚗"],
		["right-to-left text and marks", "مرحبا \u202eevil\u202c שלום"],
		["control characters", "a\u0000b\u0007c\u001bd\u2028e\ufefff\ue000g"],
		["half a surrogate pair", "a\ud83db"],
		["one very long word", "W".repeat(2000)],
		["very much text", "检验员意见 comment ".repeat(80)],
		["nothing but blanks", "   "],
	])("shows %s without failing", async (_, hostile) => {
		const { inspection, observations } = await sampleInspection();
		const record = buildInspectionRecord(
			{
				...inspection,
				judgedBy: hostile,
				plan: {
					...inspection.plan,
					label: { en: hostile, zh: hostile },
					witnesses: inspection.plan.witnesses.map((w) => ({ ...w, label: { en: hostile, zh: hostile } })),
				},
				findings: inspection.findings.map((f) => ({ ...f, read: hostile, expected: hostile })),
				exceptions: inspection.exceptions.map((e) => ({
					...e,
					decisions: e.decisions.map((d) => ({ ...d, comment: hostile, reason: hostile, by: hostile })),
				})),
				events: inspection.events.map((e) => ({ ...e, by: hostile, detail: { [hostile]: hostile } })),
			},
			observations,
		);
		const rendered = await render(record);
		expect(rendered.pages).toBeGreaterThanOrEqual(2);
		const text = await pagesOf(rendered.pdf);
		expect(text).toContain("LXKAB2C41RM104729");
		const digest = createHash("sha256").update(canonicalBytes(record)).digest("hex");
		expect(text.split("\n").every((page) => page.includes(digest))).toBe(true);
	});

	it("says so where no capture came and where a picture no longer decodes", async () => {
		const { inspection, observations } = await sampleInspection();
		const [first, ...captures] = inspection.captures;
		const record = buildInspectionRecord(
			{
				...inspection,
				captures,
				findings: inspection.findings.map((f) => (f.capture === first?.sha256 ? { ...f, capture: null } : f)),
			},
			observations,
		);
		const text = await pagesOf((await render(record, async () => Buffer.from("broken"))).pdf);
		expect(text).toContain("Nocapturearrived");
		expect(text).toContain("Thepicturecan'tbeshown");
	});

	it("of an inspection cancelled before anything came has its pages and verifies", async () => {
		const { inspection } = await sampleInspection();
		const record = buildInspectionRecord(
			{
				...inspection,
				disposition: null,
				closure: "cancelled",
				captures: [],
				observations: [],
				findings: [],
				exceptions: [],
				events: [],
				sealedAt: null,
			},
			[],
		);
		const sealer = createReportSealer({ signer: report.signer });
		try {
			const sealed = await sealer.seal(record, report.picture);
			expect((await verifyReport(sealed.pdf)).valid).toBe(true);
		} finally {
			await sealer.close();
		}
	});
});
