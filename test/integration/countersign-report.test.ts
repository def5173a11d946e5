import { createHash, X509Certificate } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PDFDocument, PDFName } from "@cantoo/pdf-lib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verification } from "../../src/contracts/report.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { createReportCountersigner } from "../../src/reporting/report-countersigner.js";
import { countersignReport } from "../../src/signing/countersign-report.js";
import { appendUpdate } from "../../src/signing/incremental-update.js";
import { openSigner, type Signer } from "../../src/signing/signer.js";
import { COUNTERSIGNATURE_CHECKS } from "../../src/signing/verify-countersignature.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { type SampleReport, sampleReport } from "../support/sealed-report.js";

const REASON = "王芳 Wang Fang (auditor): read every witness again";

let report: SampleReport;
let auditor: Signer;
let root: X509Certificate;
let sealed: Buffer;
let pdf: Buffer;

const statement = () => ({ signedAt: new Date(), plant: "suzhou-2", reason: REASON });
const failing = ({ checks }: Verification): string[] =>
	checks
		.filter(({ ok, explanation }) => !ok && !explanation.startsWith("Not examined"))
		.map(({ check }) => check);

beforeAll(async () => {
	report = await sampleReport("concession");
	sealed = Buffer.from(report.sealed.pdf);
	auditor = await openSigner({ folder: report.keys, plant: "suzhou-2", who: "auditor" });
	root = new X509Certificate(await readFile(join(report.keys, "plant-ca.pem")));
	pdf = await countersignReport(sealed, auditor, statement());
});
afterAll(() => rm(report.keys, { recursive: true, force: true }));

describe("the plant's auditor key", () => {
	it("is another one than the inspector's, under the same authority, for the service alone", async () => {
		expect(auditor.name).toBe("Auditor suzhou-2");
		expect(auditor.certificates[0]).not.toEqual(report.signer.certificates[0]);
		expect(auditor.certificates[1]).toEqual(report.signer.certificates[1]);
		expect((await stat(join(report.keys, "auditor.key"))).mode & 0o777).toBe(0o600);
		const again = await openSigner({ folder: report.keys, plant: "suzhou-2", who: "auditor" });
		expect(again.certificates).toEqual(auditor.certificates);
	});
});

describe("a countersigned report", () => {
	it("keeps every byte that the inspector signed, and both signatures verify", async () => {
		expect(pdf.subarray(0, sealed.length).equals(sealed)).toBe(true);
		expect((await verifyReport(sealed, { trustedRoots: [root] })).countersignature).toBeNull();
		const verification = await verifyReport(pdf, { trustedRoots: [root] });
		expect(failing(verification)).toEqual([]);
		expect(verification).toMatchObject({
			valid: true,
			signer: "Inspector suzhou-2",
			countersignature: { signer: "Auditor suzhou-2", reason: REASON },
		});
		expect(verification.checks.map(({ check }) => check)).toEqual(
			expect.arrayContaining([...COUNTERSIGNATURE_CHECKS]),
		);
		const form = (await PDFDocument.load(pdf)).getForm();
		expect(form.getFields().map((field) => field.getName())).toEqual(["Inspector", "Auditor"]);
	});

	it("explains itself in Chinese", async () => {
		const { checks } = await verifyReport(pdf, { locale: "zh" });
		expect(checks.every(({ explanation }) => /\p{Script=Han}/u.test(explanation))).toBe(true);
	});

	it("can't be countersigned again", async () => {
		await expect(countersignReport(pdf, auditor, statement())).rejects.toThrow("countersigned already");
	});

	it("is caught, whichever bit of the file flips", { timeout: 300_000 }, async () => {
		const positions = [
			...fc.sample(fc.integer({ min: 0, max: sealed.length - 1 }), 40),
			...fc.sample(fc.integer({ min: sealed.length, max: pdf.length - 1 }), 110),
		];
		const missed: number[] = [];
		for (const position of positions) {
			const before = pdf.readUInt8(position);
			pdf.writeUInt8(before ^ (1 << (position % 8)), position);
			if ((await verifyReport(pdf)).valid) missed.push(position);
			pdf.writeUInt8(before, position);
		}
		expect(missed).toEqual([]);
		expect((await verifyReport(pdf)).valid).toBe(true);
	});

	it("is refused where bytes follow the counter-signature, or it is cut off", async () => {
		expect((await verifyReport(Buffer.concat([pdf, Buffer.from("\n")]))).valid).toBe(false);
		expect((await verifyReport(pdf.subarray(0, -1))).valid).toBe(false);
	});

	it("is refused where the second signer leads to another root", async () => {
		const other = await sampleReport("pass");
		try {
			const stranger = await openSigner({ folder: other.keys, plant: "suzhou-2", who: "auditor" });
			const foreign = await countersignReport(sealed, stranger, statement());
			expect(failing(await verifyReport(foreign, { trustedRoots: [root] }))).toEqual(["countersign_trust"]);
		} finally {
			await rm(other.keys, { recursive: true, force: true });
		}
	});

	it("is refused where it is of the key that certified, or of any inspector's, a former one too", async () => {
		const own = await countersignReport(sealed, report.signer, statement());
		const twice = await verifyReport(own, { trustedRoots: [root] });
		expect(failing(twice)).toEqual(["countersign_role"]);
		expect(twice.checks.find(({ check }) => check === "countersign_role")?.explanation).toContain(
			'"Inspector suzhou-2": nobody else looked at it',
		);
		await Promise.all(["signer.key", "signer.pem"].map((name) => rm(join(report.keys, name))));
		const later = await openSigner({ folder: report.keys, plant: "suzhou-2" });
		const other = await countersignReport(sealed, later, statement());
		expect(failing(await verifyReport(other, { trustedRoots: [root] }))).toEqual(["countersign_role"]);
	});

	it("is refused, by the countersigner too, where an auditor's certificate certified the report", async () => {
		const sealer = createReportSealer({ signer: auditor, timeStamping: null });
		try {
			await expect(sealer.seal(report.record, report.picture)).rejects.toMatchObject({
				code: "report_unverifiable",
				parts: [{ path: "signer_role" }],
			});
		} finally {
			await sealer.close();
		}
		const countersigner = createReportCountersigner(report.signer, [root.raw]);
		await expect(
			countersigner.countersign({ pdf: sealed, plant: "suzhou-2", reason: REASON }),
		).rejects.toMatchObject({ code: "report_unverifiable", parts: [{ path: "countersign_role" }] });
	});

	it("is refused where a page was changed along with the counter-signature", async () => {
		// the auditor's own key over an update that also draws on the page: every byte is signed, and it is not allowed
		const document = await PDFDocument.load(sealed, { updateMetadata: false });
		const page = document.getPage(0);
		page.node.set(PDFName.of("Rotate"), document.context.obj(180));
		const drawn = appendUpdate(sealed, document, new Set([page.ref]));
		const forged = await countersignReport(drawn, auditor, statement());
		expect(failing(await verifyReport(forged, { trustedRoots: [root] }))).toEqual(["countersign_addition"]);
	});
});

describe("the countersigner", () => {
	it("signs what verifies, with whole seconds, and says which bytes", async () => {
		const now = new Date(Math.floor(Date.now() / 1000) * 1000 + 400);
		const countersigner = createReportCountersigner(auditor, [root.raw], () => now);
		const made = await countersigner.countersign({ pdf: sealed, plant: "suzhou-2", reason: REASON });
		expect(made.signedAt.getUTCMilliseconds()).toBe(0);
		const { countersignature } = await verifyReport(made.pdf, { trustedRoots: [root] });
		expect(countersignature?.signedAt).toBe(made.signedAt.toISOString());
		expect(createHash("sha256").update(made.pdf.subarray(0, sealed.length)).digest()).toEqual(
			createHash("sha256").update(sealed).digest(),
		);
	});

	it("refuses a sealed report that does not verify, and a certificate that is not valid yet", async () => {
		const countersigner = createReportCountersigner(auditor, [root.raw]);
		const broken = Buffer.from(sealed);
		broken.writeUInt8(broken.readUInt8(2000) ^ 1, 2000);
		const request = { plant: "suzhou-2", reason: REASON };
		await expect(countersigner.countersign({ ...request, pdf: broken })).rejects.toMatchObject({
			code: "report_unverifiable",
		});
		const early = createReportCountersigner(auditor, [root.raw], () => new Date("2001-01-01"));
		await expect(early.countersign({ ...request, pdf: sealed })).rejects.toMatchObject({
			code: "signing_key_expired",
		});
	});
});
