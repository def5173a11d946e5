import { clopperPearson, upperBound } from "../domain/binomial.js";
import { columnsOf, padColumns } from "../terminal/table.js";
import { ALL, type StepTime, type Summary, type Tally } from "./summary.js";

/** A column of the table of groups; one that is empty in every row is left out. */
interface Column {
	readonly en: string;
	readonly zh: string;
	cell(tally: Tally): string;
}

const percent = (rate: number, digits = 1) => `${(100 * rate).toFixed(digits)} %`;
const of = (part: number, whole: number) => (whole === 0 ? "" : `${part} of ${whole}`);

/** What a count of wrong acceptances says about their rate: its exact upper bound. */
const wrongOf = (wrong: number, accepted: number) =>
	accepted === 0 ? "" : `${wrong} (< ${percent(upperBound(wrong, accepted))})`;

const COLUMNS: readonly Column[] = [
	{ en: "pictures", zh: "图像", cell: ({ pictures }) => String(pictures) },
	{ en: "VIN exact", zh: "全对", cell: ({ exact, withVin }) => of(exact, withVin) },
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
		cell: ({ unreadable, unreadableRefused }) => of(unreadableRefused, unreadable),
	},
	{
		en: "characters right",
		zh: "字符正确率",
		cell: ({ characters, charactersRight }) =>
			characters === 0 ? "" : `${percent(charactersRight / characters)} of ${characters}`,
	},
	{
		en: "calibration error",
		zh: "校准误差",
		cell: ({ calibrationError }) => calibrationError?.toFixed(3) ?? "",
	},
	{ en: "teeth accepted", zh: "齿数采信", cell: ({ gears, gearsAccepted }) => of(gearsAccepted, gears) },
	{
		en: "teeth wrong",
		zh: "齿数误采信",
		cell: ({ gearsAccepted, gearsAcceptedWrong }) => wrongOf(gearsAcceptedWrong, gearsAccepted),
	},
	{
		en: "damaged flagged",
		zh: "缺陷检出",
		cell: ({ damaged, damagedFlagged }) => of(damagedFlagged, damaged),
	},
	{ en: "good flagged", zh: "误报缺陷", cell: ({ good, goodFlagged }) => of(goodFlagged, good) },
	{ en: "fields exact", zh: "字段全对", cell: ({ fields, fieldsExact }) => of(fieldsExact, fields) },
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
export function groupRows({ groups }: Summary, { times }: { times: boolean }): string[][] {
	const tallies = Object.entries(groups);
	const columns = [...COLUMNS, ...(times ? TIME_COLUMNS : [])].filter(({ cell }) =>
		tallies.some(([, tally]) => cell(tally) !== ""),
	);
	return [
		["", ...columns.map(({ en, zh }) => `${en} ${zh}`)],
		...tallies.map(([name, tally]) => [
			name === ALL ? "all 合计" : name,
			...columns.map(({ cell }) => cell(tally)),
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
export function rateSentences({ groups }: Summary): string[] {
	const all = groups[ALL];
	if (!all) return [];
	const rate = (what: string, part: number, whole: number) => {
		const { lower, upper } = clopperPearson(part, whole);
		return whole === 0
			? []
			: [
					`${what}: ${part} of ${whole}, ${percent(part / whole)} (95 % interval ${percent(lower)} to ${percent(upper)})`,
				];
	};
	const right = all.accepted - all.acceptedWrong;
	return [
		...rate("VIN exact 全对", all.exact, all.withVin),
		...rate("VIN accepted 采信", right, all.withVin),
		...rate("Unreadable refused 不可读拒识", all.unreadableRefused, all.unreadable),
		...rate("Teeth accepted 齿数采信", all.gearsAccepted, all.gears),
		...rate("Damaged gears flagged 缺陷检出", all.damagedFlagged, all.damaged),
		...rate("Good gears flagged 误报缺陷", all.goodFlagged, all.good),
		...rate("Fields exact 字段全对", all.fieldsExact, all.fields),
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
