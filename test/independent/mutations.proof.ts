import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificatesFromPem } from "../../src/signing/certificate-chain.js";
import { findByteRanges, readContainer } from "../../src/signing/signature-placeholder.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { type MadeReport, type MadeReports, makeReports } from "./reports.js";

/** How many single-bit changes are tried anywhere, and as many again in what the signatures do not cover. */
const CHANGES = Number(process.env.CHANGES ?? 10_000);
const SEED = Number(process.env.SEED ?? 20_260_314);

/** mulberry32: the same seed gives the same changes. */
function randomFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

let made: MadeReports;

beforeAll(async () => {
	made = await makeReports();
});
afterAll(() => made.close());

/** Flips as many bits as there are changes, one at a time, evenly over the reports; names those nobody noticed. */
async function unnoticed(
	where: string,
	seed: number,
	placeIn: (report: MadeReport, random: () => number) => number,
): Promise<string[]> {
	const random = randomFrom(seed);
	const trustedRoots = certificatesFromPem(await readFile(made.plantRoot, "utf8"));
	const missed: string[] = [];
	const refusedBy = new Map<string, number>();
	const started = Date.now();
	for (let i = 0; i < CHANGES; i++) {
		const report = made.reports[i % made.reports.length];
		if (!report) throw new Error("there are reports");
		const position = placeIn(report, random);
		const bit = Math.floor(random() * 8);
		const before = report.pdf.readUInt8(position);
		report.pdf.writeUInt8(before ^ (1 << bit), position);
		const { valid, checks } = await verifyReport(report.pdf, { trustedRoots });
		report.pdf.writeUInt8(before, position);
		if (valid) missed.push(`${report.name}: bit ${bit} of byte ${position}`);
		const first = checks.find(({ ok }) => !ok)?.check ?? "none";
		refusedBy.set(first, (refusedBy.get(first) ?? 0) + 1);
		if ((i + 1) % 1000 === 0)
			console.log(
				`${where}: ${i + 1} of ${CHANGES}, ${i + 1 - missed.length} refused, ${Math.round((Date.now() - started) / 1000)} s`,
			);
	}
	const bytes = made.reports.map(({ name, pdf }) => `${name} ${pdf.length}`).join(", ");
	console.log(`${where}: seed ${seed}; bytes: ${bytes}`);
	console.log(`${where}: first check that refused: ${JSON.stringify(Object.fromEntries(refusedBy))}`);
	return missed;
}

/** A byte of a container as far as it is filled, every second time; of its padding otherwise. */
function inContainer({ pdf }: MadeReport, random: () => number): number {
	const ranges = findByteRanges(pdf);
	const range = ranges[Math.floor(random() * ranges.length)];
	if (!range) throw new Error("a report has a signature");
	const filled = 1 + 2 * (readContainer(pdf, range)?.length ?? 0);
	const padding = range.end - range.start - filled;
	return (
		range.start + (random() < 0.5 ? Math.floor(random() * filled) : filled + Math.floor(random() * padding))
	);
}

describe("vinspect verify", () => {
	it("accepts the reports as they are", async () => {
		for (const { pdf, name } of made.reports)
			expect([name, (await verifyReport(pdf)).valid]).toEqual([name, true]);
	});

	it(`refuses ${CHANGES} of ${CHANGES} random single-bit changes anywhere`, async () => {
		const anywhere = ({ pdf }: MadeReport, random: () => number) => Math.floor(random() * pdf.length);
		expect(await unnoticed("anywhere", SEED, anywhere)).toEqual([]);
	});

	it(`refuses ${CHANGES} of ${CHANGES} random single-bit changes in what no signature covers`, async () => {
		expect(await unnoticed("containers", SEED + 1, inContainer)).toEqual([]);
	});
});
