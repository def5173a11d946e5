import { createHash, type X509Certificate } from "node:crypto";
import { InspectionRecord, type Verification } from "../contracts/report.js";
import { firstBrokenLink, headOf } from "../reporting/audit-chain.js";
import { canonicalBytes } from "../reporting/canonical-json.js";
import { RECORD_FILE, RECORD_SIGNATURE_FILE } from "../reporting/report-files.js";
import { fails, holds, type Judgement } from "./judgement.js";
import { recordSignatureHolds } from "./record-signature.js";
import type { SignedDocument } from "./signed-document.js";

export const RECORD_CHECKS = [
	"record",
	"record_schema",
	"record_signature",
	"audit_chain",
	"printed_digest",
] as const;
type RecordCheck = (typeof RECORD_CHECKS)[number];

/** What the record says it is about. */
export interface RecordIdentity {
	readonly inspectionId: string;
	readonly disposition: string | null;
	/** The end of the plant's audit chain when it was sealed; null in what was sealed before there was one. */
	readonly plantHead: NonNullable<Verification["plantHead"]> | null;
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch {
		return undefined;
	}
}

function judgeCanonical(bytes: Buffer, value: unknown): Judgement {
	const digest = createHash("sha256").update(bytes).digest("hex");
	return value !== undefined && canonicalBytes(value).equals(bytes)
		? holds(
				`The embedded record is canonical JSON (RFC 8785), SHA-256 ${digest}.`,
				`内嵌记录为规范 JSON（RFC 8785），SHA-256 ${digest}。`,
			)
		: fails("The embedded record is not canonical JSON (RFC 8785).", "内嵌记录不是规范 JSON（RFC 8785）。");
}

function judgeSchema(parsed: ReturnType<typeof InspectionRecord.safeParse>): Judgement {
	if (parsed.success) return holds("The record follows its schema.", "记录符合其结构定义。");
	const [issue] = parsed.error.issues;
	const place = issue?.path.join(".") ?? "";
	return fails(
		`The record does not follow its schema at "${place}": ${issue?.message ?? ""}.`,
		`记录在“${place}”处不符合结构定义：${issue?.message ?? ""}。`,
	);
}

async function judgeSignature(
	files: SignedDocument["files"],
	record: Buffer,
	signer: X509Certificate,
): Promise<Judgement> {
	const jws = files.get(RECORD_SIGNATURE_FILE)?.toString("ascii");
	if (jws === undefined)
		return fails(
			`The record's signature ${RECORD_SIGNATURE_FILE} is missing.`,
			`缺少记录签名 ${RECORD_SIGNATURE_FILE}。`,
		);
	return (await recordSignatureHolds(jws, record, signer))
		? holds(
				"The record itself is signed by the same signer (JWS, ES256).",
				"记录本身由同一签名者签名（JWS，ES256）。",
			)
		: fails("The record's own signature does not fit the record.", "记录签名与记录不符。");
}

function judgeAudit({ inspection, audit, auditHead }: InspectionRecord): Judgement {
	const broken = firstBrokenLink(inspection.inspectionId, audit);
	if (broken !== null)
		return fails(`The audit chain breaks at event ${broken + 1}.`, `审计链在第 ${broken + 1} 个事件处断开。`);
	return headOf(inspection.inspectionId, audit) === auditHead
		? holds(
				`All ${audit.length} audit events are linked to the signed head.`,
				`全部 ${audit.length} 个审计事件均与已签名的链首相连。`,
			)
		: fails("The audit chain does not end in the signed head.", "审计链与已签名的链首不符。");
}

function judgePrinted(record: Buffer, pages: readonly string[]): Judgement {
	const digest = createHash("sha256").update(record).digest("hex");
	const without = pages.findIndex((text) => !text.includes(digest));
	if (pages.length === 0) return fails("The report has no page.", "报告没有页面。");
	return without < 0
		? holds("Every page names the embedded record's digest.", "每一页均印有内嵌记录的摘要。")
		: fails(
				`Page ${without + 1} does not name the embedded record's digest.`,
				`第 ${without + 1} 页未印有内嵌记录的摘要。`,
			);
}

/** Checks the record that a report carries: bytes, schema, own signature, audit chain, and its digest on the pages. */
export async function checkRecord(
	{ files, pages }: SignedDocument,
	signer: X509Certificate,
): Promise<{
	judgements: Partial<Record<RecordCheck, Judgement>>;
	identity: RecordIdentity | null;
}> {
	const record = files.get(RECORD_FILE);
	if (!record) {
		const missing = fails(`The report carries no ${RECORD_FILE}.`, `报告未附 ${RECORD_FILE}。`);
		return { judgements: { record: missing }, identity: null };
	}
	const value = parseJson(record);
	const parsed = InspectionRecord.safeParse(value);
	const judgements: Partial<Record<RecordCheck, Judgement>> = {
		record: judgeCanonical(record, value),
		record_schema: judgeSchema(parsed),
		record_signature: await judgeSignature(files, record, signer),
		printed_digest: judgePrinted(record, pages),
	};
	if (!parsed.success) return { judgements, identity: null };
	const { inspectionId, disposition, plant } = parsed.data.inspection;
	const { plantHead } = parsed.data;
	return {
		judgements: { ...judgements, audit_chain: judgeAudit(parsed.data) },
		identity: { inspectionId, disposition, plantHead: plantHead ? { ...plantHead, plant } : null },
	};
}
