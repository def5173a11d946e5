import type { X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrokenLink } from "../contracts/audit.js";
import type { Verification } from "../contracts/report.js";
import { verifyReport } from "../signing/verify-report.js";
import type { OwnContentStore } from "../storage/content-store.js";
import { type NamedHead, reportForged } from "./chain-faults.js";

/** A signed report, and what it is called where it lies. */
export interface NamedReport {
	readonly name: string;
	readonly pdf: Uint8Array;
}

/** Every PDF in a folder and the folders in it, by name. */
export async function* reportsInFolder(folder: string): AsyncGenerator<NamedReport> {
	const names = (await readdir(folder, { recursive: true })).filter((name) => /\.pdf$/i.test(name)).sort();
	for (const name of names) yield { name, pdf: await readFile(join(folder, name)) };
}

/** Every report that a plant keeps: by what is stored, not by what the document store says is. */
export async function* storedReports(
	contents: Pick<OwnContentStore, "list" | "get">,
): AsyncGenerator<NamedReport> {
	for await (const name of contents.list()) {
		const content = await contents.get(name);
		// Records lie beside the reports, by digest too.
		if (content.subarray(0, 5).toString("latin1") === "%PDF-") yield { name, pdf: content };
	}
}

export interface ReportHeads {
	readonly heads: readonly NamedHead[];
	/** The first report that does not verify; null where all do. */
	readonly forged: BrokenLink | null;
}

const firstWrong = ({ checks }: Verification): string => checks.find(({ ok }) => !ok)?.explanation ?? "";

/**
 * The ends of the plant's chain that were signed into reports. A report is believed only where it verifies against the
 * plant's roots and is of this plant; one from before there was a chain says nothing of it.
 */
export async function headsOfReports(
	reports: AsyncIterable<NamedReport>,
	plant: string,
	roots: readonly X509Certificate[],
): Promise<ReportHeads> {
	const heads: NamedHead[] = [];
	let forged: BrokenLink | null = null;
	for await (const { name, pdf } of reports) {
		const verified = await verifyReport(pdf, { trustedRoots: roots });
		const { inspectionId, plantHead } = verified;
		const report = inspectionId ? `${inspectionId} (${name})` : name;
		if (!verified.valid) {
			if (forged) continue;
			const chinese = await verifyReport(pdf, { trustedRoots: roots, locale: "zh" });
			const [en, zh] = [verified, chinese].map(firstWrong);
			forged = reportForged(report, { en: en ?? "", zh: zh ?? "" });
		} else if (plantHead && plantHead.plant !== plant) {
			const { plant: other } = plantHead;
			forged ??= reportForged(report, { en: `It is of plant ${other}.`, zh: `它属于工厂 ${other}。` });
		} else if (plantHead) heads.push({ seq: plantHead.seq, hash: plantHead.hash, report });
	}
	return { heads, forged };
}
