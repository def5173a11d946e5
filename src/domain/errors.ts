/**
 * The registry of everything that can go wrong and has a name: stable code, HTTP status, whether trying
 * again can help, and what an operator is told in both languages. A misread or a mismatch is a result and
 * does not stand here.
 */
export interface ErrorKind {
	/** HTTP status of the problem document (RFC 9457). */
	readonly status: number;
	/** Whether the same call may succeed later without anybody mending anything. */
	readonly retryable: boolean;
	readonly en: string;
	readonly zh: string;
}

const kind = (status: number, retryable: boolean, en: string, zh: string): ErrorKind => ({
	status,
	retryable,
	en,
	zh,
});

export const ERRORS = {
	// pictures
	picture_empty: kind(422, false, "The picture file is empty.", "图像文件为空。"),
	picture_truncated: kind(422, false, "The picture file ends too early.", "图像文件不完整。"),
	picture_undecodable: kind(422, false, "The picture can't be decoded.", "图像无法解码。"),
	picture_not_still: kind(
		415,
		false,
		"Only single still pictures are taken in: no animation, no vector graphics, no documents.",
		"仅接受单幅静态图像（不接受动画、矢量图或文档）。",
	),
	picture_format: kind(415, false, "This picture format is not taken in.", "不支持此图像格式。"),
	picture_too_large: kind(413, false, "The picture has too many pixels.", "图像像素过多。"),
	upload_too_large: kind(413, false, "The upload is too large.", "上传文件过大。"),
	capture_missing: kind(404, false, "There is no such capture.", "采集图像不存在。"),
	// requests
	request_invalid: kind(
		400,
		false,
		"The request is not as described by the API.",
		"请求内容不符合接口要求。",
	),
	content_type: kind(415, false, "The content type is not taken in here.", "不支持的内容类型。"),
	not_found: kind(404, false, "There is nothing here.", "未找到。"),
	method_not_allowed: kind(405, false, "This method does nothing here.", "不支持该请求方法。"),
	headers_too_large: kind(431, false, "The request's headers are too large.", "请求头过大。"),
	request_timeout: kind(408, true, "The request did not arrive in time.", "请求未在规定时间内到达。"),
	unauthenticated: kind(401, false, "Sign in first.", "请先登录。"),
	forbidden: kind(403, false, "Your role does not allow this.", "当前角色无此权限。"),
	too_many_requests: kind(429, true, "Too many requests; try again shortly.", "请求过多，请稍后再试。"),
	password_change_required: kind(
		403,
		false,
		"Change your password first: somebody else knows it.",
		"请先修改密码：当前密码由他人设置。",
	),
	password_refused: kind(422, false, "This password can't be used.", "不能使用该密码。"),
	account_missing: kind(404, false, "There is no such account.", "没有该账户。"),
	last_administrator: kind(409, false, "One administrator must remain.", "必须至少保留一名管理员。"),
	single_sign_on_refused: kind(403, false, "Single sign-on did not let you in.", "单点登录未通过。"),
	single_sign_on_unavailable: kind(
		503,
		true,
		"The single sign-on service does not answer.",
		"单点登录服务无响应。",
	),
	name_taken: kind(409, false, "This name is taken.", "该名称已被使用。"),
	idempotency_mismatch: kind(
		422,
		false,
		"This Idempotency-Key was used for another request.",
		"该幂等键已用于其他请求。",
	),
	idempotency_in_progress: kind(
		409,
		true,
		"The first request with this Idempotency-Key is still being answered.",
		"使用该幂等键的请求仍在处理中。",
	),
	// the line
	record_missing: kind(
		404,
		true,
		"There is no vehicle record for this production number.",
		"无此生产编号的车辆配置记录。",
	),
	import_missing: kind(404, false, "There is no such import.", "没有该导入任务。"),
	station_missing: kind(404, false, "There is no such station.", "没有该工位。"),
	plan_missing: kind(
		409,
		true,
		"No released inspection plan covers this vehicle model.",
		"该车型没有已发布的检验方案。",
	),
	inspection_missing: kind(404, false, "There is no such inspection.", "检验记录不存在。"),
	inspection_finished: kind(409, false, "This inspection is finished.", "该检验已结束。"),
	witness_unknown: kind(422, false, "The inspection plan has no such witness.", "检验方案中没有该身份载体。"),
	capture_limit: kind(409, false, "This inspection takes no more captures.", "该检验不再接收采集图像。"),
	exception_missing: kind(404, false, "There is no such exception.", "异常不存在。"),
	decision_rejected: kind(409, false, "This decision can't be taken now.", "当前不能作出该判定。"),
	blind_reading_missing: kind(
		409,
		false,
		"First read the picture without knowing what was read.",
		"请先在不知识别结果的情况下独立判读图像。",
	),
	exception_claimed: kind(409, true, "Somebody else is working on this exception.", "该异常正由他人处理。"),
	revision_conflict: kind(
		409,
		false,
		"Somebody changed this first; read it again.",
		"内容已被他人修改，请重新读取。",
	),
	hold_conflict: kind(
		409,
		false,
		"The legal hold is not as it was: look at the inspection again.",
		"法律保留状态已变更，请重新查看该检验。",
	),
	report_not_ready: kind(404, true, "The report is not sealed yet.", "检验报告尚未签发。"),
	countersign_refused: kind(
		403,
		false,
		"This person can't countersign this report.",
		"该人员不能会签此报告。",
	),
	// what runs the service
	store_unavailable: kind(503, true, "The database does not answer.", "数据库无响应。"),
	workflow_unavailable: kind(503, true, "The workflow service does not answer.", "工作流服务无响应。"),
	storage_full: kind(507, true, "There is no space left to store the picture.", "存储空间不足。"),
	storage_unavailable: kind(
		503,
		true,
		"The store of pictures and reports does not answer.",
		"图像与报告存储无响应。",
	),
	reader_unavailable: kind(503, true, "The readers are not available.", "识别服务不可用。"),
	signing_key_unavailable: kind(503, true, "The signing key can't be used.", "签名密钥不可用。"),
	signing_key_expired: kind(
		500,
		false,
		"The signing certificate is not valid today.",
		"签名证书不在有效期内。",
	),
	time_stamp_unavailable: kind(503, true, "The time-stamp authority does not answer.", "时间戳服务无响应。"),
	report_unverifiable: kind(500, false, "The signed report did not verify.", "签名后的报告未通过验证。"),
	configuration_invalid: kind(500, false, "A setting is wrong.", "配置有误。"),
	tool_missing: kind(500, false, "A tool this needs is not installed.", "缺少所需工具。"),
	server_unstartable: kind(503, true, "An embedded server can't be started.", "内嵌服务器无法启动。"),
	data_folder_in_use: kind(409, true, "Another start uses this data folder.", "数据目录正被另一进程使用。"),
	port_in_use: kind(409, true, "The port is in use.", "端口已被占用。"),
	backup_invalid: kind(422, false, "This is no whole backup of vinspect.", "备份文件不完整或无效。"),
	internal: kind(500, true, "Something went wrong on our side.", "内部错误。"),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** What a file that is sent as a picture can be refused for. */
export const PICTURE_ERRORS = [
	"picture_empty",
	"picture_truncated",
	"picture_undecodable",
	"picture_not_still",
	"picture_format",
	"picture_too_large",
] as const satisfies readonly ErrorCode[];

export interface ErrorPart {
	readonly path: string;
	readonly message: string;
}

/** An error with a name in the registry. `message` says what, where and how to mend it. */
export class VinspectError extends Error {
	override readonly name = "VinspectError";
	constructor(
		readonly code: ErrorCode,
		message: string,
		/** Parts of the input that are wrong, where there are several. */
		readonly parts: readonly ErrorPart[] = [],
		options?: ErrorOptions,
	) {
		super(message, options);
	}
	get kind(): ErrorKind {
		return ERRORS[this.code];
	}
}

export function isErrorCode(code: string): code is ErrorCode {
	return Object.hasOwn(ERRORS, code);
}
