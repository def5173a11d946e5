import { createHash } from "node:crypto";
import { fails, holds, type Judgement } from "./judgement.js";

/** What the reader knows of the report from elsewhere; a file can't say that a later one exists. */
export interface Expectations {
	/** SHA-256 of the file in hex, as the archive or the plant names it. */
	readonly sha256?: string;
	readonly inspectionId?: string;
	/** Whether a counter-signature has to be there. */
	readonly countersigned?: boolean;
	/** Whether every signature has to carry a time stamp. */
	readonly timeStamped?: boolean;
	/** Bytes of the record that was handed over beside the report. */
	readonly record?: Uint8Array;
}

/** What was found in the report, as far as it was examined. */
export interface Found {
	readonly inspectionId: string | null;
	readonly countersigned: boolean;
	/** Whether each signature of the report is time-stamped. */
	readonly timeStamped: boolean;
	readonly record: Uint8Array | null;
}

export const EXPECTATION_CHECKS = [
	"expected_file",
	"expected_inspection",
	"expected_countersignature",
	"expected_time_stamp",
	"expected_record",
] as const;
export type ExpectationCheck = (typeof EXPECTATION_CHECKS)[number];

function judgeFile(pdf: Uint8Array, expected: string): Judgement {
	const digest = createHash("sha256").update(pdf).digest("hex");
	return digest === expected.toLowerCase()
		? holds("It is the expected file, byte by byte (SHA-256).", "与预期文件逐字节一致（SHA-256）。")
		: fails(
				`It is not the expected file: its SHA-256 is ${digest}. It may be an earlier revision, or another report.`,
				`并非预期文件：其 SHA-256 为 ${digest}。可能是较早版本或另一份报告。`,
			);
}

function judgeInspection(found: string | null, expected: string): Judgement {
	return found === expected
		? holds(`It is the report of ${expected}.`, `报告属于 ${expected}。`)
		: fails(
				`It is the report of ${found ?? "an unknown inspection"}, not of ${expected}.`,
				`报告属于 ${found ?? "未知检验"}，而非 ${expected}。`,
			);
}

/** The expectations that were stated, each judged. */
export function judgeExpectations(
	pdf: Uint8Array,
	found: Found,
	expected: Expectations,
): Partial<Record<ExpectationCheck, Judgement>> {
	const { sha256, inspectionId, countersigned, timeStamped, record } = expected;
	return {
		...(sha256 === undefined ? {} : { expected_file: judgeFile(pdf, sha256) }),
		...(inspectionId === undefined
			? {}
			: { expected_inspection: judgeInspection(found.inspectionId, inspectionId) }),
		...(countersigned
			? {
					expected_countersignature: found.countersigned
						? holds("It is countersigned, as expected.", "已会签，符合预期。")
						: fails(
								"It is not countersigned: it may be a countersigned report that was cut back to its sealed revision.",
								"未会签：可能是会签后的报告被截回签发时的版本。",
							),
				}
			: {}),
		...(timeStamped
			? {
					expected_time_stamp: found.timeStamped
						? holds("Each signature carries a time stamp, as expected.", "每个签名均有时间戳，符合预期。")
						: fails("A signature carries no time stamp that holds.", "有签名缺少有效的时间戳。"),
				}
			: {}),
		...(record
			? {
					expected_record:
						found.record && Buffer.from(found.record).equals(record)
							? holds(
									"The record that was handed over is the one in the report, byte by byte.",
									"所提供的记录与报告内嵌记录逐字节一致。",
								)
							: fails(
									"The record that was handed over is not the one in the report.",
									"所提供的记录与报告内嵌记录不一致。",
								),
				}
			: {}),
	};
}
