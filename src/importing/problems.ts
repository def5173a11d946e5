import type { ImportProblem } from "../contracts/record.js";

/** Longest piece of a file's own text that is repeated in a problem. */
const QUOTED_LIMIT = 80;

interface Words {
	readonly en: string;
	readonly zh: string;
	/** What whoever made the file can do about it. */
	readonly mend: { readonly en: string; readonly zh: string };
}

const words = (en: string, zh: string, mendEn: string, mendZh: string): Words => ({
	en,
	zh,
	mend: { en: mendEn, zh: mendZh },
});

/** Everything that can be wrong with a row of an import, with its words; `{places}` are filled from the problem. */
export const IMPORT_PROBLEMS = {
	cells: words(
		"has {cells} cells where the header row has {columns}",
		"有 {cells} 个单元格，而表头有 {columns} 个",
		"Check the separators; put a value that holds one into quotes.",
		"检查分隔符；含分隔符的内容请加引号。",
	),
	column_twice: words(
		"the column stands twice; the last one is taken",
		"该列出现两次，采用最后一列",
		"Remove one of the two columns.",
		"删除其中一列。",
	),
	row_long: words(
		"is longer than {limit} characters; is a quote left open?",
		"超过 {limit} 个字符，可能有引号未闭合",
		"Close the quote.",
		"补上缺少的引号。",
	),
	csv_broken: words(
		"is no CSV record: {detail}",
		"不是有效的 CSV 行：{detail}",
		"Write a quote inside a quoted value twice.",
		"引号内的引号请写两次。",
	),
	json_open: words(
		"is a JSON array that does not end where the file ends",
		"JSON 数组在文件末尾没有结束",
		"Export the file again; it was cut off.",
		"文件被截断，请重新导出。",
	),
	json_broken: words(
		"is no JSON: {detail}",
		"不是有效的 JSON：{detail}",
		"Correct this record's JSON.",
		"更正该记录的 JSON。",
	),
	json_no_object: words(
		"is no JSON object",
		"不是 JSON 对象",
		"Write one object a record.",
		"每条记录写成一个对象。",
	),
	value_kind: words(
		"is neither text nor a number",
		"既不是文本也不是数字",
		"Write a text or a number.",
		"填写文本或数字。",
	),
	value_long: words("is longer than {limit} characters", "超过 {limit} 个字符", "Shorten it.", "缩短内容。"),
	no_number: words(
		'"{value}" is no number',
		"“{value}”不是数字",
		"Write 1500 or 1500.5, without thousands separators.",
		"写成 1500 或 1500.5，不要用千位分隔符。",
	),
	no_list: words(
		'"{value}" is no list of numbers',
		"“{value}”不是数字列表",
		"Write 4125+1350 or 7000/18000(2).",
		"写成 4125+1350 或 7000/18000(2)。",
	),
	no_date: words(
		'"{value}" is no date',
		"“{value}”不是日期",
		"Write 2026-03 or 2026-03-14.",
		"写成 2026-03 或 2026-03-14。",
	),
	missing: words("is missing", "缺失", "Fill it in; every record needs it.", "补充内容，每条记录必填。"),
	vin_form: words(
		'"{value}" is no VIN: it has {length} characters, or letters a VIN never has',
		"“{value}”不是 VIN：共 {length} 位，或含有 VIN 不允许的字母",
		"Write 17 characters without I, O and Q (ISO 3779).",
		"填写 17 位字符，不含 I、O、Q（ISO 3779）。",
	),
	identifier_form: words(
		'"{value}" can\'t be used as a name',
		"“{value}”不能用作编号",
		"Write 1 to 80 letters, digits, '.', '_' or '-', starting with a letter or digit.",
		"填写 1 至 80 位字母、数字、“.”、“_”或“-”，以字母或数字开头。",
	),
	market_unknown: words(
		'"{value}" is no market',
		"“{value}”不是有效市场",
		"Write one of {markets}.",
		"填写 {markets} 之一。",
	),
	refused: words("is refused: {detail}", "不被接受：{detail}", "Correct the value.", "更正内容。"),
	twice: words(
		"{value} stands in line {first} already",
		"{value} 已出现在第 {first} 行",
		"Keep one row a production number.",
		"每个生产编号只保留一行。",
	),
	unknown_column: words(
		"is no field of a vehicle record; it was left out",
		"不是车辆配置记录的字段，已忽略",
		"Rename the column to a known field, or ignore this.",
		"将列名改为已知字段，或忽略此提示。",
	),
} as const satisfies Record<string, Words>;

export type ImportProblemCode = keyof typeof IMPORT_PROBLEMS;

const isCode = (code: string): code is ImportProblemCode => Object.hasOwn(IMPORT_PROBLEMS, code);

const filled = (text: string, values: Readonly<Record<string, string>>): string =>
	text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);

/** Reason and remedy of a problem in one of both languages. */
export function problemWords(
	{ code, values, reason, mend }: ImportProblem,
	language: "en" | "zh",
): { readonly reason: string; readonly mend: string } {
	if (!isCode(code)) return { reason, mend };
	const kind = IMPORT_PROBLEMS[code];
	return { reason: filled(kind[language], values), mend: filled(kind.mend[language], values) };
}

/** A problem with its words in English, as the API and the command line tell it. */
export function importProblem(
	line: number,
	field: string,
	code: ImportProblemCode,
	facts: Readonly<Record<string, string | number>> = {},
): ImportProblem {
	const values = Object.fromEntries(
		Object.entries(facts).map(([name, fact]) => [name, String(fact).slice(0, QUOTED_LIMIT)]),
	);
	const { en, mend } = IMPORT_PROBLEMS[code];
	return { line, field, code, values, reason: filled(en, values), mend: filled(mend.en, values) };
}
