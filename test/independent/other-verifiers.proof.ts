import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
	"one bit of the signed attributes": async (pdf) => {
		const [range] = findByteRanges(pdf);
		if (!range) throw new Error("a report has a signature");
		const text = pdf.toString("latin1", range.start, range.end);
		return flipped(pdf, range.start + text.indexOf(DIGEST_ATTRIBUTE) + DIGEST_ATTRIBUTE.length + 9);
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

interface Case {
	readonly report: string;
	readonly what: string;
	readonly file: string;
	readonly accepted: boolean;
}

/** Every report as it is, and tampered with in every way. */
async function casesOf({ reports, folder }: MadeReports): Promise<Case[]> {
	const cases: Case[] = reports.map(({ name, file }) => ({
		report: name,
		what: "as it is",
		file,
		accepted: true,
	}));
	for (const [i, [what, tamper]] of Object.entries(TAMPERING).entries()) {
		await mkdir(join(folder, `tampered-${i}`));
		for (const { name, pdf } of reports) {
			const file = join(folder, `tampered-${i}`, `${name}.pdf`);
			const changed = await tamper(pdf);
			expect((await verifyReport(changed)).valid, `vinspect verify of ${name}: ${what}`).toBe(false);
			await writeFile(file, changed);
			cases.push({ report: name, what, file, accepted: false });
		}
	}
	return cases;
}

describe("tools of others", () => {
	it("accept every report as it is, and refuse it tampered with, as vinspect verify does", async () => {
		const cases = await casesOf(made);
		const wrong: string[] = [];
		for (const verifier of verifiers) {
			// PDF/A says nothing of signatures
			const asked = verifier.name === "veraPDF" ? cases.filter(({ accepted }) => accepted) : cases;
			const opinions = await verifier.ask(
				asked.map(({ file }) => file),
				made,
			);
			for (const [i, { report, what, accepted }] of asked.entries()) {
				const { accepts, said } = opinions[i] ?? { accepts: !accepted, said: "no answer" };
				const line = `${verifier.name} ${verifier.version} · ${report} · ${what}: ${accepts ? "accepts" : "refuses"} (${said})`;
				console.log(line);
				if (accepts !== accepted) wrong.push(line);
			}
		}
		expect(wrong).toEqual([]);
	});

	it("for PDF/A refuse a report that claims another conformance", async () => {
		const vera = verifiers.find(({ name }) => name === "veraPDF");
		const [report] = made.reports;
		if (!vera || !report) throw new Error("there are veraPDF and a report");
		const file = join(made.folder, "conformance.pdf");
		const text = report.pdf.toString("latin1");
		const claim = text.replace("<pdfaid:part>3</pdfaid:part>", "<pdfaid:part>2</pdfaid:part>");
		await writeFile(file, Buffer.from(claim, "latin1"));
		const [opinion] = await vera.ask([file], made);
		console.log(`${vera.name} ${vera.version} · ${report.name} · claims part 2: ${opinion?.said}`);
		expect(opinion?.accepts).toBe(false);
	});
});
