import { clopperPearson, upperBound } from "../domain/binomial.js";
import { columnsOf, padColumns } from "../terminal/table.js";
import type { LabelledPicture } from "./labels.js";
import { ALL, type StepTime, type Summary, type Tally } from "./summary.js";

/** A terminal shows every word in both languages, a page in its own. */
export type TableLanguage = "both" | "en" | "zh";

interface Words {
	readonly en: string;
	readonly zh: string;
}

/** How a language puts words, parts of a whole and intervals. */
interface Wording {
	name(words: Words): string;
	of(part: number, whole: number): string;
	/** A share, and how many it is a share of. */
	among(share: string, whole: number): string;
	interval(lower: string, upper: string): string;
	/** What a rate is of, its parts, its value and how sure that is. */
	rate(what: string, parts: string, value: string, interval: string): string;
	group(name: string): string;
}

/** Kinds of labelled pictures (`labels.ts`) in Chinese; a group is named by its kind, and its source after a comma. */
const KINDS_ZH: Readonly<Record<string, string>> = {
	...{ stamp: "钢印", dot_peen: "点阵钢印", plate: "铭牌", nameplate: "产品铭牌", label: "标签" },
	...{ certificate: "合格证", gear: "齿轮", other: "其他" },
} satisfies Record<LabelledPicture["kind"], string>;

const EN: Wording = {
	name: ({ en }) => en,
	of: (part, whole) => `${part} of ${whole}`,
	among: (share, whole) => `${share} of ${whole}`,
	interval: (lower, upper) => `95 % interval ${lower} to ${upper}`,
	rate: (what, parts, value, interval) => `${what}: ${parts}, ${value} (${interval})`,
	group: (name) => name,
};

export const WORDINGS: Readonly<Record<TableLanguage, Wording>> = {
	both: { ...EN, name: ({ en, zh }) => `${en} ${zh}` },
	en: EN,
	zh: {
		name: ({ zh }) => zh,
		of: (part, whole) => `${part} / ${whole}`,
		among: (share, whole) => `${share}（共 ${whole}）`,
		interval: (lower, upper) => `95 % 置信区间 ${lower} 至 ${upper}`,
		rate: (what, parts, value, interval) => `${what}：${parts}，${value}（${interval}）`,
		group(name) {
			const [kind = "", ...source] = name.split(", ");
			return [KINDS_ZH[kind] ?? kind, ...source].join("，");
		},
	},
};

/** A column of the table of groups; one that is empty in every row is left out. */
interface Column extends Words {
	cell(tally: Tally, wording: Wording): string;
}

export const percent = (rate: number, digits = 1) => `${(100 * rate).toFixed(digits)} %`;
const share = (part: number, whole: number, wording: Wording) => (whole === 0 ? "" : wording.of(part, whole));

/** What a count of wrong acceptances says about their rate: its exact upper bound. */
export const wrongOf = (wrong: number, accepted: number) =>
	accepted === 0 ? "" : `${wrong} (< ${percent(upperBound(wrong, accepted))})`;

const COLUMNS: readonly Column[] = [
	{ en: "pictures", zh: "图像", cell: ({ pictures }) => String(pictures) },
	{ en: "VIN exact", zh: "全对", cell: ({ exact, withVin }, wording) => share(exact, withVin, wording) },
	{
		en: "accepted",
		zh: "采信",
		cell: ({ accepted, withVin }) => (withVin === 0 && accepted === 0 ? "" : String(accepted)),
	},
	{
		en: "accepted wrong",
		zh: "误采信",
		cell: ({ acceptedWrong, accepted }) => wrongOf(acceptedWrong, accepted),
	},
	{
		en: "unreadable refused",
		zh: "不可读拒识",
		cell: ({ unreadable, unreadableRefused }, wording) => share(unreadableRefused, unreadable, wording),
	},
	{
		en: "characters right",
		zh: "字符正确率",
		cell: ({ characters, charactersRight }, wording) =>
			characters === 0 ? "" : wording.among(percent(charactersRight / characters), characters),
	},
	{
		en: "calibration error",
		zh: "校准误差",
		cell: ({ calibrationError }) => calibrationError?.toFixed(3) ?? "",
	},
	{
		en: "teeth accepted",
		zh: "齿数采信",
		cell: ({ gears, gearsAccepted }, wording) => share(gearsAccepted, gears, wording),
	},
	{
		en: "teeth wrong",
		zh: "齿数误采信",
		cell: ({ gearsAccepted, gearsAcceptedWrong }) => wrongOf(gearsAcceptedWrong, gearsAccepted),
	},
	{
		en: "damaged flagged",
		zh: "缺陷检出",
		cell: ({ damaged, damagedFlagged }, wording) => share(damagedFlagged, damaged, wording),
	},
	{
		en: "good flagged",
		zh: "误报缺陷",
		cell: ({ good, goodFlagged }, wording) => share(goodFlagged, good, wording),
	},
	{
		en: "fields exact",
		zh: "字段全对",
		cell: ({ fields, fieldsExact }, wording) => share(fieldsExact, fields, wording),
	},
	{
		en: "fields accepted",
		zh: "字段采信",
		cell: ({ fields, fieldsAccepted }) => (fields === 0 ? "" : String(fieldsAccepted)),
	},
	{
		en: "fields wrong",
		zh: "字段误采信",
		cell: ({ fieldsAccepted, fieldsAcceptedWrong }) => wrongOf(fieldsAcceptedWrong, fieldsAccepted),
	},
	{ en: "failed", zh: "失败", cell: ({ failed }) => (failed === 0 ? "" : String(failed)) },
];

/** Columns that say as much of the machine as of the readers. */
const TIME_COLUMNS: readonly Column[] = [
	{ en: "median ms", zh: "中位毫秒", cell: ({ median }) => median?.toFixed(0) ?? "" },
	{ en: "p95 ms", zh: "95% 毫秒", cell: ({ p95 }) => p95?.toFixed(0) ?? "" },
];

/** Head and rows of a summary's groups, with times or without. */
export function groupRows(
	{ groups }: Summary,
	{ times, language }: { times: boolean; language: TableLanguage },
): string[][] {
	const wording = WORDINGS[language];
	const tallies = Object.entries(groups);
	const columns = [...COLUMNS, ...(times ? TIME_COLUMNS : [])].filter(({ cell }) =>
		tallies.some(([, tally]) => cell(tally, wording) !== ""),
	);
	return [
		["", ...columns.map((column) => wording.name(column))],
		...tallies.map(([name, tally]) => [
			name === ALL ? wording.name({ en: "all", zh: "合计" }) : wording.group(name),
			...columns.map(({ cell }) => cell(tally, wording)),
		]),
	];
}

/** Head and rows of times by step, in milliseconds. */
export function stepRows(steps: Readonly<Record<string, StepTime>>): string[][] {
	return [
		["step 步骤", "median ms 中位", "p95 ms", "runs 次数"],
		...Object.entries(steps).map(([step, { median, p95, runs }]) => [
			step,
			median.toFixed(0),
			p95.toFixed(0),
			String(runs),
		]),
	];
}

/** The rates of all pictures with their exact 95 % intervals, one sentence each. */
export function rateSentences({ groups }: Summary, language: TableLanguage): string[] {
	const all = groups[ALL];
	if (!all) return [];
	const wording = WORDINGS[language];
	const rate = (en: string, zh: string, part: number, whole: number) => {
		if (whole === 0) return [];
		const { lower, upper } = clopperPearson(part, whole);
		const interval = wording.interval(percent(lower), percent(upper));
		return [wording.rate(wording.name({ en, zh }), wording.of(part, whole), percent(part / whole), interval)];
	};
	const right = all.accepted - all.acceptedWrong;
	return [
		...rate("VIN exact", "全对", all.exact, all.withVin),
		...rate("VIN accepted", "采信", right, all.withVin),
		...rate("Unreadable refused", "不可读拒识", all.unreadableRefused, all.unreadable),
		...rate("Teeth accepted", "齿数采信", all.gearsAccepted, all.gears),
		...rate("Damaged gears flagged", "缺陷检出", all.damagedFlagged, all.damaged),
		...rate("Good gears flagged", "误报缺陷", all.goodFlagged, all.good),
		...rate("Fields exact", "字段全对", all.fieldsExact, all.fields),
	];
}

/** Rows as a table of a Markdown page, in the form the formatter gives it. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
	const [head = [], ...body] = rows;
	const widths = head.map((_, at) => Math.max(3, ...rows.map((row) => columnsOf(row[at] ?? ""))));
	const line = (cells: readonly string[]) =>
		`| ${widths.map((width, at) => padColumns(cells[at] ?? "", width)).join(" | ")} |`;
	return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
