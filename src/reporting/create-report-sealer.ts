import { createHash, X509Certificate } from "node:crypto";
import { VinspectError } from "../domain/errors.js";
import { signRecord } from "../signing/record-signature.js";
import { signReport } from "../signing/sign-report.js";
import type { CurrentSigner, Signer } from "../signing/signer.js";
import { type TimeStamping, trustOf } from "../signing/time-stamping.js";
import { verifyReport } from "../signing/verify-report.js";
import { canonicalBytes } from "./canonical-json.js";
import { createReportRenderer } from "./render-pdf.js";
import type { ReportSealer } from "./report-sealer.js";

export interface SealerParts {
	/** Who signs, or who is asked for before each report, where keys are rotated while it runs. */
	readonly signer: Signer | CurrentSigner;
	readonly timeStamping?: TimeStamping | null;
	readonly clock?: () => Date;
}

/** A sealer that also stops: the renderer's thread ends with it. */
export interface ClosableReportSealer extends ReportSealer {
	close(): Promise<void>;
}

/**
 * Makes the sealer: render, sign, verify with the product's own verifier, and only then answer. The trusted
 * root of that last step is the signer's own.
 */
export function createReportSealer({
	signer: by,
	timeStamping = null,
	clock = () => new Date(),
}: SealerParts): ClosableReportSealer {
	const renderer = createReportRenderer();

	return {
		async seal(record, picture) {
			const signer = typeof by === "function" ? await by() : by;
			const [own] = signer.certificates;
			const last = signer.certificates.at(-1);
			if (!own || !last) throw new VinspectError("signing_key_unavailable", "The signer has no certificate.");
			const fingerprint = createHash("sha256").update(own).digest("hex");
			const signedAt = clock();
			signer.assertValidAt(signedAt);
			const { inspectionId, plant, disposition } = record.inspection;
			const recordBytes = canonicalBytes(record);
			const rendered = await renderer.render({
				record,
				recordBytes,
				recordSignature: await signRecord(recordBytes, signer),
				signer: { name: signer.name, signedAt, fingerprint },
				picture,
			});
			const pdf = await signReport(rendered.pdf, {
				signer,
				signedAt,
				plant,
				reason: `Inspection ${inspectionId}: ${disposition ?? "no disposition"}`,
				inspector: rendered.inspector,
				auditor: rendered.auditor,
				timeStamps: timeStamping?.timeStamps ?? null,
			});
			const { valid, checks } = await verifyReport(pdf, {
				trustedRoots: [new X509Certificate(last)],
				...trustOf(timeStamping),
			});
			if (!valid) {
				const wrong = checks.filter(({ ok }) => !ok);
				throw new VinspectError(
					"report_unverifiable",
					`The report of ${inspectionId} did not verify after it was signed: ${wrong[0]?.explanation ?? ""}`,
					wrong.map(({ check, explanation }) => ({ path: check, message: explanation })),
				);
			}
			return { pdf, record: recordBytes, pages: rendered.pages };
		},
		close: () => renderer.close(),
	};
}
