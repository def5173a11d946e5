import { X509Certificate } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PDFDict, PDFDocument, PDFName, PDFRawStream, PDFString } from "@cantoo/pdf-lib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "../../src/bin/verify.js";
import type { Verification } from "../../src/contracts/report.js";
import { canonicalBytes } from "../../src/reporting/canonical-json.js";
import { RECORD_FILE, RECORD_SIGNATURE_FILE } from "../../src/reporting/report-files.js";
import { decodeSignedData, encodeSignedData } from "../../src/signing/cms.js";
import { signRecord } from "../../src/signing/record-signature.js";
import { signReport } from "../../src/signing/sign-report.js";
import { fillContainer, findByteRanges, readContainer } from "../../src/signing/signature-placeholder.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { type SampleReport, sampleReport } from "../support/sealed-report.js";

let report: SampleReport;
let pdf: Buffer;
let root: X509Certificate;

beforeAll(async () => {
	report = await sampleReport("pass");
	pdf = Buffer.from(report.sealed.pdf);
	root = new X509Certificate(await readFile(join(report.keys, "plant-ca.pem")));
});
afterAll(() => rm(report.keys, { recursive: true, force: true }));

function rangeOf(file: Uint8Array) {
	const [range] = findByteRanges(file);
	if (!range) throw new Error("the report has a signature");
	return range;
}

const failing = ({ checks }: Verification): string[] =>
	checks
		.filter(({ ok, explanation }) => !ok && !explanation.startsWith("Not examined"))
		.map(({ check }) => check);

describe("a sealed report", () => {
	it("verifies, and says of whom and what it is", async () => {
		const verification = await verifyReport(pdf, { trustedRoots: [root] });
		expect(failing(verification)).toEqual([]);
		expect(verification).toMatchObject({
			valid: true,
			signer: "Inspector suzhou-2",
			inspectionId: report.record.inspection.inspectionId,
			disposition: "pass",
		});
		expect(Date.now() - Date.parse(verification.signedAt ?? "")).toBeLessThan(300_000);
	});

	it("says that trust rests on the report where no root was given", async () => {
		const verification = await verifyReport(pdf);
		const trust = verification.checks.find(({ check }) => check === "trust");
		expect(verification.valid).toBe(true);
		expect(trust?.explanation).toContain("No trusted root was given");
		expect(trust?.explanation).toContain(root.fingerprint256);
	});

	it("explains itself in Chinese", async () => {
		const { checks } = await verifyReport(pdf, { locale: "zh" });
		expect(checks.every(({ explanation }) => /\p{Script=Han}/u.test(explanation))).toBe(true);
	});
});

const MANY_VERIFICATIONS_MS = 300_000;

describe("a changed report", { timeout: MANY_VERIFICATIONS_MS }, () => {
	async function survivors(positions: readonly number[], bits: readonly number[]): Promise<string[]> {
		const missed: string[] = [];
		for (const [i, position] of positions.entries()) {
			const bit = bits[i] ?? 0;
			const before = pdf.readUInt8(position);
			pdf.writeUInt8(before ^ (1 << bit), position);
			const { valid } = await verifyReport(pdf);
			pdf.writeUInt8(before, position);
			if (valid) missed.push(`bit ${bit} of byte ${position}`);
		}
		return missed;
	}
	const sampleOf = (first: number, last: number, count: number) =>
		[fc.sample(fc.integer({ min: first, max: last }), count), fc.sample(fc.nat(7), count)] as const;

	it("is caught, whichever bit of the file flips", async () => {
		expect(await survivors(...sampleOf(0, pdf.length - 1, 1500))).toEqual([]);
		expect((await verifyReport(pdf)).valid).toBe(true);
	});

	it("is caught in the signature container, padding and letter case included", async () => {
		const { start, end } = rangeOf(pdf);
		const length = readContainer(pdf, { start, end })?.length ?? 0;
		const padding = start + 1 + 2 * length;
		expect(await survivors(...sampleOf(start, padding - 1, 700))).toEqual([]);
		expect(await survivors(...sampleOf(padding, end - 1, 300))).toEqual([]);
		const letters = Array.from({ length: 400 }, (_, i) => start + 1 + i);
		const caseBit = letters.map(() => 5);
		expect(await survivors(letters, caseBit)).toEqual([]);
	});

	it("is caught where the other of two equal signatures was put in", async () => {
		const range = rangeOf(pdf);
		const signed = decodeSignedData(readContainer(pdf, range) ?? Buffer.alloc(0));
		if (!signed) throw new Error("the report has a container");
		const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
		const s = BigInt(`0x${Buffer.from(signed.signature.subarray(32)).toString("hex")}`);
		const high = Buffer.concat([
			signed.signature.subarray(0, 32),
			Buffer.from((order - s).toString(16).padStart(64, "0"), "hex"),
		]);
		const file = Buffer.from(pdf);
		const raw = signed.certificates.map((certificate) => certificate.raw);
		file.write(fillContainer(encodeSignedData(raw, signed.attributes, high)), range.start, "latin1");
		expect(failing(await verifyReport(file))).toEqual(["signature_value"]);
	});

	it.each([
		["is empty", () => Buffer.alloc(0), "pdf"],
		["is no PDF", () => Buffer.from("a letter"), "pdf"],
		["is a header alone", () => Buffer.from("%PDF-1.7\n"), "signature"],
		["has a byte more", () => Buffer.concat([pdf, Buffer.from("\n")]), "coverage"],
		["has a comment appended", () => Buffer.concat([pdf, Buffer.from("% all is well\n")]), "coverage"],
		["lost its last byte", () => pdf.subarray(0, -1), "coverage"],
		["lost its second half", () => pdf.subarray(0, pdf.length / 2), "signature"],
	])("is refused when it %s", async (_, make, check) => {
		const verification = await verifyReport(make());
		expect(verification.valid).toBe(false);
		expect(failing(verification)).toEqual([check]);
	});

	it("is refused when its byte range leaves something out", async () => {
		const { start, end, tail } = rangeOf(pdf);
		const text = pdf.toString("latin1");
		for (const range of [
			[start - 1, end, tail],
			[start, end + 1, tail - 1],
			[start, end, tail - 1],
		]) {
			const claim = text.replace(`[ 0 ${start} ${end} ${tail} `, `[ 0 ${range.join(" ")} `);
			expect(claim).not.toBe(text);
			expect((await verifyReport(Buffer.from(claim, "latin1"))).valid).toBe(false);
		}
	});

	it("never makes the verifier throw", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.nat(), async (noise, seed) => {
				const file = Buffer.from(pdf);
				file.set(noise, seed % (file.length - noise.length));
				const header = Buffer.concat([Buffer.from("%PDF-"), noise]);
				expect((await verifyReport(header)).valid).toBe(false);
				expect((await verifyReport(file)).valid).toBe(file.equals(pdf));
			}),
			{ numRuns: 60 },
		);
	});
});

describe("a stranger's report", () => {
	it("is refused where it has no signature", async () => {
		const document = await PDFDocument.create();
		document.addPage().drawText("Inspection passed");
		expect(failing(await verifyReport(await document.save()))).toEqual(["signature"]);
	});

	it("is whole but not trusted where another plant signed it", async () => {
		const other = await sampleReport("pass");
		try {
			const verification = await verifyReport(other.sealed.pdf, { trustedRoots: [root] });
			expect(verification.valid).toBe(false);
			expect(failing(verification)).toEqual(["trust"]);
		} finally {
			await rm(other.keys, { recursive: true, force: true });
		}
	});
});

describe("a report that its own signer made wrongly", () => {
	const honest = () => canonicalBytes(report.record);

	/** Exchanges the attached files and signs the result as if nothing had happened. */
	async function signedWith(record: Uint8Array, signed: Uint8Array = record): Promise<Buffer> {
		const jws = await signRecord(signed, report.signer);
		const beforeSignature = pdf.lastIndexOf("%%EOF", rangeOf(pdf).start, "latin1");
		const unsigned = pdf.subarray(0, beforeSignature + "%%EOF".length);
		const document = await PDFDocument.load(unsigned, { updateMetadata: false });
		const contents = new Map<string, Uint8Array>([
			[RECORD_FILE, record],
			[RECORD_SIGNATURE_FILE, Buffer.from(jws)],
		]);
		const { context } = document;
		for (const [, object] of context.enumerateIndirectObjects()) {
			const name = object instanceof PDFDict ? object.lookup(PDFName.of("F")) : undefined;
			const content = name instanceof PDFString ? contents.get(name.asString()) : undefined;
			if (!content || !(object instanceof PDFDict)) continue;
			const dict = context.obj({ Length: content.length });
			object.set(PDFName.of("EF"), context.obj({ F: context.register(PDFRawStream.of(dict, content)) }));
		}
		const place = { page: 1, x: 10, y: 10, width: 10, height: 10 };
		return signReport(await document.save({ useObjectStreams: false }), {
			signer: report.signer,
			signedAt: new Date(),
			plant: "suzhou-2",
			reason: "test",
			inspector: place,
			auditor: place,
		});
	}

	it("still verifies where record and signature are the right ones", async () => {
		expect(failing(await verifyReport(await signedWith(honest())))).toEqual([]);
	});

	it("is refused where the record is another one than the pages name", async () => {
		const inspection = { ...report.record.inspection, judgedBy: "somebody" };
		const file = await signedWith(canonicalBytes({ ...report.record, inspection }));
		expect(failing(await verifyReport(file))).toEqual(["printed_digest"]);
	});

	it("is refused where the record's signature is of another record", async () => {
		const file = await signedWith(honest(), Buffer.from("{}"));
		expect(failing(await verifyReport(file))).toEqual(["record_signature"]);
	});

	it("is refused where the record is not canonical", async () => {
		const file = await signedWith(Buffer.from(JSON.stringify(report.record, null, 1)));
		expect(failing(await verifyReport(file))).toEqual(["record", "printed_digest"]);
	});

	it("is refused where the record is of another shape", async () => {
		const file = await signedWith(canonicalBytes({ ...report.record, schema: "something/else" }));
		expect(failing(await verifyReport(file))).toEqual(["record_schema", "printed_digest"]);
	});

	it("is refused where an audit event was rewritten", async () => {
		const audit = report.record.audit.map((event, i) => (i === 2 ? { ...event, by: "nobody" } : event));
		const verification = await verifyReport(await signedWith(canonicalBytes({ ...report.record, audit })));
		expect(failing(verification)).toEqual(["audit_chain", "printed_digest"]);
		const chain = verification.checks.find(({ check }) => check === "audit_chain");
		expect(chain?.explanation).toContain("event 3");
	});
});

describe("vinspect verify", () => {
	async function run(...args: string[]): Promise<{ lines: string[]; exitCode: typeof process.exitCode }> {
		const lines: string[] = [];
		const { log } = console;
		console.log = (line: string) => lines.push(line);
		try {
			await command().parseAsync(["node", "verify", ...args]);
			return { lines, exitCode: process.exitCode };
		} finally {
			console.log = log;
			process.exitCode = undefined;
		}
	}

	it("accepts the report, check by check", async () => {
		const file = join(report.keys, "report.pdf");
		await writeFile(file, pdf);
		const { lines, exitCode } = await run(file, "--trust", join(report.keys, "plant-ca.pem"));
		expect(exitCode).toBeUndefined();
		expect(lines[0]).toBe(`${file}: VALID`);
		expect(lines.filter((line) => line.includes("✓"))).toHaveLength(19);
	});

	it("goes on past a bad file and ends with exit code 1", async () => {
		const good = join(report.keys, "good.pdf");
		const bad = join(report.keys, "bad.pdf");
		await writeFile(good, pdf);
		await writeFile(bad, pdf.subarray(0, 1000));
		const { lines, exitCode } = await run("--json", join(report.keys, "none.pdf"), bad, good);
		expect(exitCode).toBe(1);
		expect(lines.map((line) => JSON.parse(line).valid)).toEqual([false, false, true]);
	});
});
