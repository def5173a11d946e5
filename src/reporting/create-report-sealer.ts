import { createHash, X509Certificate } from "node:crypto";
import { VinspectError } from "../domain/errors.js";
import { signRecord } from "../signing/record-signature.js";
import { signReport } from "../signing/sign-report.js";
import type { Signer } from "../signing/signer.js";
import { verifyReport } from "../signing/verify-report.js";
import { canonicalBytes } from "./canonical-json.js";
import { createReportRenderer } from "./render-pdf.js";
import type { ReportSealer } from "./report-sealer.js";

export interface SealerParts {
	readonly signer: Signer;
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
export function createReportSealer({ signer, clock = () => new Date() }: SealerParts): ClosableReportSealer {
	const renderer = createReportRenderer();
	const [own] = signer.certificates;
	const last = signer.certificates.at(-1);
	if (!own || !last) throw new VinspectError("signing_key_unavailable", "The signer has no certificate.");
	const fingerprint = createHash("sha256").update(own).digest("hex");
	const root = new X509Certificate(last);

	return {
		async seal(record, picture) {
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
			});
			const { valid, checks } = await verifyReport(pdf, { trustedRoots: [root] });
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
