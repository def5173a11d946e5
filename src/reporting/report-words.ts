import type { BlindSight, DecisionAction, ExceptionStatus } from "../contracts/exception.js";
import type { Finding, FindingOutcome, FindingRule } from "../contracts/finding.js";
import type { Closure, Disposition, InspectionEvent } from "../contracts/inspection.js";
import type { Bilingual } from "../contracts/primitives.js";
import type { DefectKind, Refusal, WitnessKind } from "../contracts/reading.js";
import type { Market } from "../contracts/record.js";
import type { BlindAgreement } from "../domain/blind-reading.js";
import { FIELDS, isFieldName } from "../domain/fields.js";
import { CONDITION, WHOLE_CAPTURE } from "../domain/plan.js";
import { ruleNamed } from "../domain/rules/index.js";

/** How a word is coloured: what went well, what needs a look, what is wrong, what is neutral. */
export type Tone = "good" | "warn" | "bad" | "plain";

export interface TonedWord extends Bilingual {
	readonly tone: Tone;
}

const word = (en: string, zh: string): Bilingual => ({ en, zh });
const toned = (tone: Tone, en: string, zh: string): TonedWord => ({ tone, en, zh });

export const DISPOSITION_WORDS: Readonly<Record<Disposition, TonedWord>> = {
	pass: toned("good", "Pass", "合格"),
	concession: toned("warn", "Concession", "让步接收"),
	rework: toned("bad", "Rework", "返工"),
	hold: toned("bad", "Hold", "隔离待定"),
	scrap: toned("bad", "Scrap", "报废"),
};

export const UNDECIDED: TonedWord = toned("plain", "No disposition", "未作处置");

export const CLOSURE_WORDS: Readonly<Record<Closure, Bilingual>> = {
	completed: word("completed", "正常完成"),
	capture_deadline: word("capture deadline passed", "采集超时"),
	decision_deadline: word("decision deadline passed", "判定超时"),
	cancelled: word("cancelled", "已取消"),
};

export const OUTCOME_WORDS: Readonly<Record<FindingOutcome, TonedWord>> = {
	match: toned("good", "match", "一致"),
	mismatch: toned("bad", "mismatch", "不一致"),
	unreadable: toned("warn", "unreadable", "无法识别"),
	missing: toned("bad", "missing", "缺失"),
	conflict: toned("bad", "conflict", "相互矛盾"),
};

export const RULE_WORDS: Readonly<Record<FindingRule, Bilingual>> = {
	record_equality: word("equals the record", "与配置记录一致"),
	check_digit: word("check digit", "校验位"),
	witness_agreement: word("witnesses agree", "载体相互一致"),
	gear_condition: word("gear undamaged", "齿轮无损伤"),
	code_agreement: word("code agrees with the text", "条码与文字一致"),
	cross_rule: word("fields fit each other", "项目相互相符"),
	presence: word("present and readable", "存在且可读"),
};

export const REFUSAL_WORDS: Readonly<Record<Refusal, Bilingual>> = {
	no_text: word("no text found", "未发现文字"),
	no_vin: word("no VIN found", "未发现 VIN"),
	several_vins: word("several VINs", "存在多个 VIN"),
	length: word("wrong length", "长度不符"),
	forbidden_letter: word("letter I, O or Q", "含禁用字母"),
	low_confidence: word("low confidence", "置信度低"),
	readers_disagree: word("readers disagree", "识别结果不一致"),
	single_reader: word("one reader only", "仅一个识别器"),
	field_absent: word("field absent", "无此字段"),
	field_format: word("wrong format", "格式不符"),
	no_gear: word("no gear found", "未发现齿轮"),
	several_gears: word("several gears", "存在多个齿轮"),
	blurred: word("blurred", "图像模糊"),
	underexposed: word("too dark", "曝光不足"),
	overexposed: word("too bright", "曝光过度"),
	too_small: word("too small", "尺寸过小"),
	glare: word("glare on the text", "文字处反光"),
	wrong_view: word("wrong view", "拍摄对象不符"),
	mirrored: word("mirrored text", "文字镜像"),
	screen: word("photographed screen", "翻拍屏幕"),
	empty: word("empty fixture", "工位无件"),
	undecodable: word("stored picture is damaged", "存储图像已损坏"),
	not_read: word("no reader answered in time", "识别未按时完成"),
};

export const DEFECT_WORDS: Readonly<Record<DefectKind, Bilingual>> = {
	missing_tooth: word("missing tooth", "缺齿"),
	broken_tooth: word("broken tooth", "断齿"),
	worn_tooth: word("worn tooth", "齿顶磨损"),
	damaged_flank: word("damaged flank", "齿面损伤"),
};

export const KIND_WORDS: Readonly<Record<WitnessKind, Bilingual>> = {
	stamp: word("stamp", "钢印"),
	nameplate: word("nameplate", "产品标牌"),
	certificate: word("certificate", "合格证"),
	label: word("label", "标签"),
	gear: word("gear", "齿轮"),
};

export const MARKET_WORDS: Readonly<Record<Market, Bilingual>> = {
	CN: word("China", "中国"),
	EU: word("European Union", "欧盟"),
	US: word("United States", "美国"),
	CA: word("Canada", "加拿大"),
	OTHER: word("other", "其他"),
};

export const ACTION_WORDS: Readonly<Record<DecisionAction, Bilingual>> = {
	confirm_discrepancy: word("Discrepancy confirmed", "确认不符"),
	correct_reading: word("Reading corrected", "更正识别"),
	retake: word("Retake asked for", "要求重拍"),
	escalate: word("Escalated", "上报"),
	override: word("Release proposed", "申请放行"),
	second_override: word("Release approved by a second person", "第二人批准放行"),
	decline_override: word("Release declined by a second person", "第二人拒绝放行"),
};

export const SIGHT_WORDS: Readonly<Record<BlindSight, Bilingual>> = {
	as_required: word("as required", "符合要求"),
	not_as_required: word("not as required", "不符合要求"),
	cannot_tell: word("cannot tell", "无法判断"),
};

export const BLIND_AGREEMENT_WORDS: Readonly<Record<BlindAgreement, TonedWord>> = {
	agrees: toned("good", "agrees with the first person", "与第一人一致"),
	differs: toned("bad", "DIFFERS from the first person", "与第一人不一致"),
	undecided: toned("plain", "can't be compared with the first person", "无法与第一人比较"),
};

export const STATUS_WORDS: Readonly<Record<ExceptionStatus, TonedWord>> = {
	open: toned("warn", "open", "待处理"),
	awaiting_second: toned("warn", "awaiting second person", "待第二人确认"),
	awaiting_capture: toned("warn", "awaiting capture", "待重拍"),
	resolved: toned("good", "resolved", "已处理"),
	superseded: toned("plain", "superseded", "已被替代"),
	expired: toned("bad", "expired", "已超时"),
};

export const EVENT_WORDS: Readonly<Record<InspectionEvent["type"], Bilingual>> = {
	track_in: word("Tracked in", "车辆进站"),
	capture_received: word("Capture received", "收到图像"),
	observed: word("Read", "完成识别"),
	exception_opened: word("Exception opened", "开启异常"),
	decided: word("Decided", "作出判定"),
	decision_undone: word("Decision undone", "撤销判定"),
	retake_requested: word("Retake asked for", "要求重拍"),
	deadline_passed: word("Deadline passed", "超过期限"),
	cancelled: word("Cancelled", "取消"),
	disposition_reached: word("Disposition reached", "得出处置"),
	sealed: word("Sealed", "封存"),
};

/** What the finding's rule says; a rule between fields has words of its own. */
export function ruleWords({ rule, crossRule }: Pick<Finding, "rule" | "crossRule">): Bilingual {
	return ruleNamed(crossRule ?? "")?.words ?? RULE_WORDS[rule];
}

/** A field's name and unit; what a plan names beyond the registry is shown as it is named. */
export function fieldWords(field: string): Bilingual & { readonly unit: string | null } {
	if (field === WHOLE_CAPTURE) return { ...word("Capture", "采集图像"), unit: null };
	if (field === CONDITION) return { ...word("Condition", "外观状态"), unit: null };
	return isFieldName(field) ? FIELDS[field] : { ...word(field, field), unit: null };
}
