import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sha256 } from "../../src/contracts/primitives.js";
import type { InspectionRecord } from "../../src/contracts/report.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import type { SealedReport } from "../../src/reporting/report-sealer.js";
import { openSigner, type Signer } from "../../src/signing/signer.js";
import type { TimeStamping } from "../../src/signing/time-stamping.js";
import { sampleInspection } from "./sample-inspection.js";

export interface SampleReport {
	readonly sealed: SealedReport;
	readonly record: InspectionRecord;
	readonly signer: Signer;
	/** The plant's keys, with `plant-ca.pem` and `plant-ca.crl`. */
	readonly keys: string;
	readonly picture: (capture: Sha256) => Promise<Uint8Array>;
}

/** Seals the sample inspection with keys of its own in a fresh folder. */
export async function sampleReport(
	outcome: "pass" | "concession" = "concession",
	timeStamping: TimeStamping | null = null,
): Promise<SampleReport> {
	const { inspection, observations, pictures } = await sampleInspection({ outcome });
	const keys = await mkdtemp(join(tmpdir(), "vinspect-keys-"));
	const signer = await openSigner({ folder: keys, plant: inspection.plant });
	const record = buildInspectionRecord(inspection, observations);
	const picture = async (capture: Sha256): Promise<Uint8Array> => {
		const bytes = pictures.get(capture);
		if (!bytes) throw new Error(`no picture ${capture}`);
		return bytes;
	};
	const sealer = createReportSealer({ signer, timeStamping });
	try {
		return { sealed: await sealer.seal(record, picture), record, signer, keys, picture };
	} finally {
		await sealer.close();
	}
}
