import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PDFDocument, PDFName } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendUpdate } from "../../src/signing/incremental-update.js";
import { findByteRanges } from "../../src/signing/signature-placeholder.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { type MadeReports, makeReports } from "./reports.js";
import { otherVerifiers, type Verifier } from "./verifiers.js";

let made: MadeReports;
let verifiers: readonly Verifier[];

beforeAll(async () => {
	[made, verifiers] = [await makeReports(), await otherVerifiers()];
});
afterAll(() => made.close());

/** Ways to tamper with a sealed report. */
const TAMPERING: Readonly<Record<string, (pdf: Buffer) => Promise<Buffer>>> = {
	"one bit of the signed content": async (pdf) => flipped(pdf, 5000),
	"one bit of the signature's value": async (pdf) => {
		const [range] = findByteRanges(pdf);
		if (!range) throw new Error("a report has a signature");
		// the signed attributes begin after the certificates; the digest in them stands near the container's end
		const text = pdf.toString("latin1", range.start, range.end);
		return flipped(pdf, range.start + text.lastIndexOf(DIGEST_ATTRIBUTE) + DIGEST_ATTRIBUTE.length + 9);
	},
	"a page turned over by an appended update": async (pdf) => {
		const document = await PDFDocument.load(pdf, { updateMetadata: false });
		const page = document.getPage(0);
		page.node.set(PDFName.of("Rotate"), document.context.obj(180));
		return appendUpdate(pdf, document, new Set([page.ref]));
	},
};
/** The object identifier of message-digest, as it stands in a container in hexadecimal. */
const DIGEST_ATTRIBUTE = "06092a864886f70d010904";

function flipped(pdf: Buffer, position: number): Buffer {
	const copy = Buffer.from(pdf);
	copy.writeUInt8(copy.readUInt8(position) ^ 1, position);
	return copy;
}

function told(verifier: Verifier, file: string, what: string, accepts: boolean, said: string): void {
	console.log(
		`${verifier.name} ${verifier.version} · ${basename(file)} · ${what}: ${accepts ? "accepts" : "refuses"} (${said})`,
	);
}

describe("tools of others", () => {
	it("accept every report: plain, countersigned, time-stamped, and both", async () => {
		const files = made.reports.map(({ file }) => file);
		const wrong: string[] = [];
		for (const verifier of verifiers)
			for (const [i, { accepts, said }] of (await verifier.ask(files, made)).entries()) {
				told(verifier, files[i] ?? "", "as it is", accepts, said);
				if (!accepts) wrong.push(`${verifier.name} refuses ${files[i]}: ${said}`);
			}
		expect(wrong).toEqual([]);
	});

	it("that look at signatures refuse every report that was tampered with, as vinspect verify does", async () => {
		const wrong: string[] = [];
		for (const [i, [what, tamper]] of Object.entries(TAMPERING).entries()) {
			const folder = join(made.folder, `tampered-${i}`);
			await mkdir(folder);
			const files: string[] = [];
			for (const { name, pdf } of made.reports) {
				const changed = await tamper(pdf);
				if ((await verifyReport(changed)).valid) wrong.push(`vinspect accepts ${name}: ${what}`);
				const file = join(folder, `${name}.pdf`);
				await writeFile(file, changed);
				files.push(file);
			}
			for (const verifier of verifiers.filter(({ name }) => name !== "veraPDF"))
				for (const [n, { accepts, said }] of (await verifier.ask(files, made)).entries()) {
					told(verifier, files[n] ?? "", what, accepts, said);
					if (accepts) wrong.push(`${verifier.name} accepts ${files[n]}: ${what} (${said})`);
				}
		}
		expect(wrong).toEqual([]);
	});

	it("for PDF/A refuse a report whose conformance was tampered with", async () => {
		const vera = verifiers.find(({ name }) => name === "veraPDF");
		const [report] = made.reports;
		if (!vera || !report) throw new Error("there are veraPDF and a report");
		const file = join(made.folder, "conformance.pdf");
		const text = report.pdf
			.toString("latin1")
			.replace("<pdfaid:part>3</pdfaid:part>", "<pdfaid:part>2</pdfaid:part>");
		await writeFile(file, Buffer.from(text, "latin1"));
		const [opinion] = await vera.ask([file], made);
		told(
			vera,
			file,
			"claims PDF/A-2b, which allows no record in it",
			opinion?.accepts ?? false,
			opinion?.said ?? "",
		);
		expect(opinion?.accepts).toBe(false);
	});
});
