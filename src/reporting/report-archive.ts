import { createHash } from "node:crypto";
import type { Verification } from "../contracts/report.js";
import type { Store } from "../persistence/store.js";
import { fails, holds, type Judgement } from "../signing/judgement.js";

type Archive = Pick<Store, "sealedReports" | "countersignatures">;

async function judgeArchive(
	pdf: Uint8Array,
	inspectionId: string | null,
	{ sealedReports, countersignatures }: Archive,
): Promise<Judgement> {
	const unknown = fails(
		"This plant's archive holds no report of this inspection.",
		"本工厂档案中没有该检验的报告。",
	);
	if (inspectionId === null) return unknown;
	const [sealed, countersigned] = await Promise.all([
		sealedReports.get(inspectionId),
		countersignatures.get(inspectionId),
	]);
	if (!sealed) return unknown;
	const digest = createHash("sha256").update(pdf).digest("hex");
	if (digest === (countersigned?.pdf ?? sealed.pdf))
		return holds("It is the latest revision in this plant's archive.", "与本工厂档案中的最新版本一致。");
	if (countersigned && digest === sealed.pdf)
		return fails(
			`It is an earlier revision: the archive holds one that ${countersigned.displayName} countersigned on ${countersigned.at}.`,
			`这是较早版本：档案中另有 ${countersigned.displayName} 于 ${countersigned.at} 会签的版本。`,
		);
	return fails(
		"It is another file than the archive holds of this inspection.",
		"与本工厂档案中该检验的报告不是同一文件。",
	);
}

/** The verification with one more check: whether the file is the latest that the plant's archive holds. */
export async function withArchive(
	verification: Verification,
	pdf: Uint8Array,
	archive: Archive,
	language: "en" | "zh",
): Promise<Verification> {
	const judgement = await judgeArchive(pdf, verification.inspectionId, archive);
	return {
		...verification,
		valid: verification.valid && judgement.ok,
		checks: [
			...verification.checks,
			{ check: "archive", ok: judgement.ok, explanation: judgement[language] },
		],
	};
}
