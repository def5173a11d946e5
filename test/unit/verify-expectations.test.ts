import "reflect-metadata";
import { createHash, X509Certificate } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "../../src/bin/verify.js";
import type { Countersignature } from "../../src/contracts/countersignature.js";
import type { ReportReference } from "../../src/contracts/inspection.js";
import type { Verification } from "../../src/contracts/report.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { withArchive } from "../../src/reporting/report-archive.js";
import { createReportCountersigner } from "../../src/reporting/report-countersigner.js";
import { crlsFrom } from "../../src/signing/judge-revocation.js";
import { openSigner, type Signer } from "../../src/signing/signer.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { type SampleReport, sampleReport } from "../support/sealed-report.js";

const YEAR_MS = 365 * 24 * 3600 * 1000;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let report: SampleReport;
let sealed: Buffer;
let countersigned: Buffer;
let root: X509Certificate;

beforeAll(async () => {
	report = await sampleReport("concession");
	sealed = Buffer.from(report.sealed.pdf);
	root = new X509Certificate(await readFile(join(report.keys, "plant-ca.pem")));
	const auditor = await openSigner({ folder: report.keys, plant: "suzhou-2", who: "auditor" });
	const countersigner = createReportCountersigner(auditor, [root.raw]);
	const made = await countersigner.countersign({ pdf: sealed, plant: "suzhou-2", reason: "looked again" });
	countersigned = Buffer.from(made.pdf);
});
afterAll(() => rm(report.keys, { recursive: true, force: true }));

const wrong = ({ checks }: Verification) => checks.filter(({ ok }) => !ok);
const saying = (check: string, words: string) => [
	expect.objectContaining({ check, explanation: expect.stringContaining(words) }),
];

describe("a report that was put back to an earlier revision", () => {
	it("is valid by itself, and refused by whoever expects a counter-signature", async () => {
		const cut = countersigned.subarray(0, sealed.length);
		expect((await verifyReport(cut, { trustedRoots: [root] })).valid).toBe(true);
		const verification = await verifyReport(cut, { expected: { countersigned: true } });
		expect(wrong(verification)).toEqual(
			saying("expected_countersignature", "cut back to its sealed revision"),
		);
		const whole = await verifyReport(countersigned, { expected: { countersigned: true } });
		expect(wrong(whole)).toEqual([]);
	});

	it("is refused by its digest", async () => {
		const expected = { sha256: sha256(countersigned).toUpperCase() };
		expect(wrong(await verifyReport(countersigned, { expected }))).toEqual([]);
		expect(wrong(await verifyReport(sealed, { expected }))).toEqual(
			saying("expected_file", "may be an earlier revision"),
		);
	});

	it("is refused by the archive, which names the later one", async () => {
		const at = "2026-03-15T08:00:00.000Z";
		const reference: ReportReference = {
			pdf: sha256(sealed),
			record: sha256(report.sealed.record),
			pages: report.sealed.pages,
			bytes: sealed.length,
			sealedAt: at,
		};
		const { inspectionId } = report.record.inspection;
		const later: Countersignature = {
			inspectionId,
			by: "wang",
			displayName: "王芳",
			reason: "looked again",
			at,
			signer: "Auditor suzhou-2",
			pdf: sha256(countersigned),
			bytes: countersigned.length,
			sealed: reference.pdf,
		};
		const archive = (countersignature: Countersignature | null) => ({
			sealedReports: {
				get: async (id: string) => (id === inspectionId ? reference : null),
				keep: async () => reference,
			},
			countersignatures: {
				get: async () => countersignature,
				keep: async () => later,
			},
		});
		const judged = async (pdf: Buffer, countersignature: Countersignature | null, id = inspectionId) =>
			withArchive({ ...(await verifyReport(pdf)), inspectionId: id }, pdf, archive(countersignature), "en");
		expect(wrong(await judged(sealed, null))).toEqual([]);
		expect(wrong(await judged(countersigned, later))).toEqual([]);
		expect(wrong(await judged(sealed, later))).toEqual(saying("archive", "王芳 countersigned on"));
		expect(wrong(await judged(countersigned, null))).toEqual(saying("archive", "another file"));
		expect(wrong(await judged(sealed, null, "DEMO-X-1"))).toEqual(saying("archive", "holds no report"));
	});
});

describe("a report that is not the expected one", () => {
	it("is refused for another inspection, and with another record beside it", async () => {
		const { inspectionId } = report.record.inspection;
		const record = report.sealed.record;
		const right = await verifyReport(sealed, { expected: { inspectionId, record } });
		expect(wrong(right)).toEqual([]);
		expect(wrong(await verifyReport(sealed, { expected: { inspectionId: "X-1" } }))).toEqual(
			saying("expected_inspection", `report of ${inspectionId}, not of X-1`),
		);
		const swapped = Buffer.from(Buffer.from(record).toString().replace("concession", "pass"));
		expect(wrong(await verifyReport(sealed, { expected: { record: swapped } }))).toEqual(
			saying("expected_record", "is not the one in the report"),
		);
		expect(wrong(await verifyReport(sealed, { expected: { timeStamped: true } }))).toEqual(
			saying("expected_time_stamp", "carries no time stamp"),
		);
	});

	it("is explained in Chinese as well", async () => {
		const expected = { countersigned: true, timeStamped: true, sha256: "0".repeat(64), inspectionId: "X" };
		const { checks } = await verifyReport(sealed, { locale: "zh", crls: [], expected });
		expect(checks.every(({ explanation }) => /\p{Script=Han}/u.test(explanation))).toBe(true);
	});
});

describe("a certificate", () => {
	const sealedAt = async (signer: Signer, instant: Date) => {
		const reckless: Signer = { ...signer, assertValidAt: () => undefined };
		const sealer = createReportSealer({ signer: reckless, clock: () => instant });
		await sealer.seal(report.record, report.picture).finally(() => sealer.close());
	};

	it("that had run out when it signed, or was not valid yet, is refused", async () => {
		await expect(sealedAt(report.signer, new Date(Date.now() + 6 * YEAR_MS))).rejects.toMatchObject({
			code: "report_unverifiable",
			message: expect.stringMatching(/"Inspector suzhou-2" had run out on .* when it signed/),
		});
		await expect(sealedAt(report.signer, new Date(Date.now() - YEAR_MS))).rejects.toMatchObject({
			message: expect.stringMatching(/was not valid before .*, and it signed at/),
		});
	});

	it("that ran out since counts, and it is said whose word that is", async () => {
		const { valid, checks } = await verifyReport(sealed, { now: new Date(Date.now() + 6 * YEAR_MS) });
		expect(valid).toBe(true);
		const explanation = checks.find(({ check }) => check === "validity")?.explanation;
		expect(explanation).toMatch(/ran out on .* only the signer's word/);
	});

	it("is looked up in the lists given: current, of its issuer, or refused", async () => {
		const crls = crlsFrom(await readFile(join(report.keys, "plant-ca.crl")));
		expect(wrong(await verifyReport(countersigned, { crls }))).toEqual([]);
		const stale = await verifyReport(sealed, { crls, now: new Date(Date.now() + 2 * YEAR_MS) });
		expect(wrong(stale)).toEqual(saying("revocation", "ran out on"));
		expect(wrong(await verifyReport(sealed, { crls: [] }))).toEqual(
			saying("revocation", "None of the revocation lists"),
		);
		const lenient = await verifyReport(sealed, { crls: [], crlsComplete: false });
		expect(wrong(lenient)).toEqual([]);
	});
});

describe("vinspect verify", () => {
	async function run(...args: string[]): Promise<{ lines: string[]; exitCode: typeof process.exitCode }> {
		const lines: string[] = [];
		const { log } = console;
		console.log = (line: string) => lines.push(line);
		try {
			await command()
				.exitOverride()
				.configureOutput({ writeErr: (line) => lines.push(line) })
				.parseAsync(["node", "verify", ...args]);
			return { lines, exitCode: process.exitCode };
		} catch (error) {
			return { lines: [...lines, String(error)], exitCode: 1 };
		} finally {
			console.log = log;
			process.exitCode = undefined;
		}
	}

	it("takes roots, lists and what is expected from files and options", async () => {
		const file = join(report.keys, "countersigned.pdf");
		const record = join(report.keys, "record.json");
		await writeFile(file, countersigned);
		await writeFile(record, report.sealed.record);
		const trust = ["--trust", join(report.keys, "plant-ca.pem"), "--crl", join(report.keys, "plant-ca.crl")];
		const digest = ["--expect-sha256", sha256(countersigned)];
		const whole = await run(file, ...trust, ...digest, "--record", record, "--expect-countersigned");
		expect(whole.exitCode).toBeUndefined();
		expect(whole.lines[0]).toBe(`${file}: VALID`);
		const stamped = await run(file, ...trust, "--expect-time-stamp", "--lang", "zh");
		expect(stamped.exitCode).toBe(1);
		expect(stamped.lines.join("\n")).toContain("有签名缺少有效的时间戳");
	});

	it("says which option's file can't be used", async () => {
		const file = join(report.keys, "sealed.pdf");
		await writeFile(file, sealed);
		for (const [option, wanted] of [
			["--trust", "root certificate of the plant"],
			["--trust-tsa", "root certificate of the time-stamp authority"],
			["--crl", "revocation list"],
		] as const) {
			const { lines, exitCode } = await run(file, option, file);
			expect(exitCode).toBe(1);
			expect(lines.join("\n")).toContain(wanted);
		}
		expect((await run(file, "--expect-sha256", "abc")).lines.join("\n")).toContain("64 hexadecimal digits");
	});
});
