import { X509Certificate } from "node:crypto";
import { VinspectError } from "../domain/errors.js";
import { countersignReport } from "../signing/countersign-report.js";
import type { CurrentSigner, Signer } from "../signing/signer.js";
import type { TimeStamping } from "../signing/time-stamping.js";
import { verifyReport } from "../signing/verify-report.js";

export interface CountersignRequest {
	/** The sealed report, as the inspector signed it. */
	readonly pdf: Uint8Array;
	readonly plant: string;
	/** Who countersigns and why, as it stands in the signature. */
	readonly reason: string;
}

export interface CountersignedReport {
	readonly pdf: Uint8Array;
	readonly signedAt: Date;
	/** Common name of the signing certificate. */
	readonly signer: string;
}

/**
 * Adds the auditor's signature to a sealed report. Resolves only when both signatures verify. Errors:
 * `signing_key_unavailable`, `signing_key_expired`, `report_unverifiable`, `time_stamp_unavailable`.
 */
export interface ReportCountersigner {
	countersign(request: CountersignRequest): Promise<CountersignedReport>;
}

/**
 * Makes the countersigner: verify the sealed report, sign, verify both signatures with the product's own
 * verifier, and only then answer.
 * @param signer the auditor's key, or who is asked for it before each signature
 * @param roots roots that inspectors and auditors lead to
 */
export function createReportCountersigner(
	signer: Signer | CurrentSigner,
	roots: readonly Uint8Array[] | (() => readonly Uint8Array[]),
	clock: () => Date = () => new Date(),
	timeStamping: TimeStamping | null = null,
): ReportCountersigner {
	const proved = async (pdf: Uint8Array, when: string): Promise<void> => {
		const trustedRoots = (typeof roots === "function" ? roots() : roots).map(
			(root) => new X509Certificate(root),
		);
		// An earlier report may carry the stamp of an earlier authority, so its root is asked for at sealing only.
		const { valid, checks } = await verifyReport(pdf, { trustedRoots });
		if (valid) return;
		const wrong = checks.filter(({ ok }) => !ok);
		throw new VinspectError(
			"report_unverifiable",
			`The report did not verify ${when}: ${wrong[0]?.explanation ?? ""}`,
			wrong.map(({ check, explanation }) => ({ path: check, message: explanation })),
		);
	};
	return {
		async countersign({ pdf, plant, reason }) {
			await proved(pdf, "before it was countersigned");
			// A signature's own time has whole seconds.
			const signedAt = new Date(Math.floor(clock().getTime() / 1000) * 1000);
			const auditor = typeof signer === "function" ? await signer() : signer;
			const countersigned = await countersignReport(
				pdf,
				auditor,
				{ signedAt, plant, reason },
				timeStamping?.timeStamps ?? null,
			);
			await proved(countersigned, "after it was countersigned");
			return { pdf: countersigned, signedAt, signer: auditor.name };
		},
	};
}
