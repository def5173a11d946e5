import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { createReportCountersigner } from "../../src/reporting/report-countersigner.js";
import { openSigner } from "../../src/signing/signer.js";
import { openTimeStamping, type TimeStamping } from "../../src/signing/time-stamping.js";
import { sampleInspection } from "../support/sample-inspection.js";
import { startTimeStampAuthority } from "../support/time-stamp-authority.js";

export interface MadeReport {
	readonly name: string;
	/** Where it lies. */
	readonly file: string;
	readonly pdf: Buffer;
	readonly signatures: 1 | 2;
	readonly timeStamped: boolean;
}

export interface MadeReports {
	readonly reports: readonly MadeReport[];
	/** PEM files: the plant's root, and all roots (the plant's and the time-stamp authorities'). */
	readonly plantRoot: string;
	readonly allRoots: string;
	/** Revocation list of the plant's authority. */
	readonly crls: readonly string[];
	readonly folder: string;
	close(): Promise<void>;
}

const OUTCOMES = ["pass", "concession"] as const;

/**
 * Seals inspections the way the reports' worker does, each plain, countersigned, time-stamped, and both. One
 * time-stamp authority has an RSA key, the other one on P-384.
 */
export async function makeReports(): Promise<MadeReports> {
	const folder = await mkdtemp(join(tmpdir(), "vinspect-evidence-"));
	const keys = join(folder, "keys");
	const plant = "suzhou-2";
	const signer = await openSigner({ folder: keys, plant });
	const auditor = await openSigner({ folder: keys, plant, who: "auditor" });
	const plantRoot = join(keys, "plant-ca.pem");
	const root = new X509Certificate(await readFile(plantRoot));
	const authorities = [await startTimeStampAuthority("rsa"), await startTimeStampAuthority("ec")];
	const stampings: (TimeStamping | null)[] = [null];
	for (const { url, root: ca } of authorities)
		stampings.push(await openTimeStamping({ url, ca, required: true }, () => {}));

	const reports: MadeReport[] = [];
	const keep = async (name: string, pdf: Uint8Array, signatures: 1 | 2, timeStamped: boolean) => {
		const file = join(folder, `${name}.pdf`);
		await writeFile(file, pdf);
		reports.push({ name, file, pdf: Buffer.from(pdf), signatures, timeStamped });
	};
	for (const [i, outcome] of OUTCOMES.entries()) {
		const { inspection, observations, pictures } = await sampleInspection({ outcome });
		const record = buildInspectionRecord(inspection, observations);
		const picture = async (capture: string): Promise<Uint8Array> => {
			const bytes = pictures.get(capture);
			if (!bytes) throw new Error(`no picture ${capture}`);
			return bytes;
		};
		for (const timeStamping of [null, stampings[i + 1] ?? null]) {
			const sealer = createReportSealer({ signer, timeStamping });
			const sealed = await sealer.seal(record, picture).finally(() => sealer.close());
			const countersigner = createReportCountersigner(auditor, [root.raw], () => new Date(), timeStamping);
			const countersigned = await countersigner.countersign({
				pdf: sealed.pdf,
				plant,
				reason: "王芳 Wang Fang (auditor): read every witness again",
			});
			const kind = timeStamping ? `${outcome}-time-stamped` : outcome;
			await keep(kind, sealed.pdf, 1, timeStamping !== null);
			await keep(`${kind}-countersigned`, countersigned.pdf, 2, timeStamping !== null);
		}
	}
	const allRoots = join(folder, "roots.pem");
	const pems = [plantRoot, ...authorities.map((authority) => authority.root)];
	await writeFile(allRoots, (await Promise.all(pems.map((pem) => readFile(pem, "utf8")))).join("\n"));
	for (const authority of authorities) await authority.close();
	return {
		reports,
		plantRoot,
		allRoots,
		crls: [join(keys, "plant-ca.crl")],
		folder,
		close: () => rm(folder, { recursive: true, force: true }),
	};
}
