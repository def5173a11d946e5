import type { Attention } from "../../../contracts/attention.js";
import type { InspectionPlan } from "../../../contracts/plan.js";
import {
	type Division,
	Period,
	type StatisticsQuery,
	type StatisticsReport,
} from "../../../contracts/statistics-report.js";
import { VEHICLE } from "../../../domain/plan.js";
import type { PlantCalendar } from "../../../domain/spc/calendar.js";
import { daysOf, rangeProblem } from "../../../domain/spc/period.js";
import { RULE_SETS } from "../../../domain/spc/rules.js";
import type { Locale } from "../locales.js";

/** Defects that have a bar of their own; the rest stand in the table. */
const BARS = 10;
/** Violations that are said beside a chart, newest first; all are in its table. */
const SAID_VIOLATIONS = 4;

const ATTENTION_ICONS = {
	overdue: "clock",
	due: "clock",
	silent: "station",
	exceptions_out_of_control: "chart",
	false_calls_out_of_control: "chart",
	readers_differ: "boxes",
} as const satisfies Record<Attention["kind"], string>;

export const ATTENTION_KINDS = Object.keys(ATTENTION_ICONS);
export const RULE_SET_NAMES = Object.keys(RULE_SETS) as (keyof typeof RULE_SETS)[];

/** The query as an address, without what is at its default. */
export function addressOf(query: StatisticsQuery, change: Partial<StatisticsQuery> = {}): string {
	const merged = { ...query, ...change };
	const parameters = new URLSearchParams();
	for (const name of ["period", "from", "to", "station", "model", "readers", "shift", "rules"] as const) {
		const value = merged[name];
		const isDefault = name === "period" ? value === "week" : name === "rules" && value === "western_electric";
		if (value !== undefined && !isDefault) parameters.set(name, value);
	}
	return parameters.size === 0 ? "/statistics" : `/statistics?${parameters}`;
}

const oneDecimal = (value: number, locale: Locale): string => locale.number(Math.round(value * 10) / 10);

function durationOf(seconds: number | null, locale: Locale): string {
	if (seconds === null) return "–";
	if (seconds < 120) return locale.say("statistics.seconds", { value: oneDecimal(seconds, locale) });
	if (seconds < 7200) return locale.say("statistics.minutes", { value: oneDecimal(seconds / 60, locale) });
	return locale.say("statistics.hours", { value: oneDecimal(seconds / 3600, locale) });
}

function figuresView(figures: StatisticsReport["figures"], locale: Locale) {
	const perHundred = (value: number | null) => (value === null ? "–" : oneDecimal(value, locale));
	return {
		vehicles: locale.number(figures.vehicles),
		yield: figures.firstPassYield === null ? "–" : locale.percent(figures.firstPassYield),
		exceptions: perHundred(figures.exceptionsPerHundred),
		falseCalls: perHundred(figures.falseCallsPerHundred),
		median: durationOf(figures.medianSeconds, locale),
		ninetieth: durationOf(figures.ninetiethSeconds, locale),
	};
}

/** Which readers a version is: the first digits of its name, and since when it reads. */
function readersName(version: string, { readerVersions }: StatisticsReport, locale: Locale): string {
	const known = readerVersions.find((one) => one.version === version);
	if (!known || Object.keys(known.readers).length === 0) return locale.say("statistics.nothingRead");
	return locale.say("statistics.readersSince", {
		version: version.slice(0, 7),
		date: locale.date(known.firstAt),
	});
}

interface Names {
	readonly report: StatisticsReport;
	readonly plans: readonly InspectionPlan[];
	readonly locale: Locale;
}

function modelName(model: string, { plans, locale }: Names): string {
	return plans.find((plan) => plan.model === model)?.label[locale.language] ?? model;
}

function partName(division: Division, name: string, names: Names): string {
	if (division === "readers") return readersName(name, names.report, names.locale);
	return division === "model" ? modelName(name, names) : name;
}

/** In two lines: what it is on and what was found, then the field. */
function defectName(
	{ witness, field, outcome }: StatisticsReport["defects"][number],
	names: Names,
): string[] {
	const { plans, locale } = names;
	const planned = plans.flatMap(({ witnesses }) => witnesses).find(({ id }) => id === witness);
	const carrier =
		witness === VEHICLE ? locale.say("overview.vehicle") : (planned?.label[locale.language] ?? witness);
	return [`${carrier} · ${locale.say(`outcome.${outcome}`)}`, locale.field(field)];
}

const rulesIn = (violates: readonly string[], locale: Locale): string =>
	violates.map((rule) => locale.say(`spcRule.${rule}`)).join("; ");

/** Columns of a control chart, as the script draws them. */
function series(
	points: readonly {
		value: number;
		centre: number;
		lower: number;
		upper: number;
		violates: readonly string[];
	}[],
	labels: readonly string[],
) {
	return {
		labels,
		value: points.map(({ value }) => value),
		centre: points.map(({ centre }) => centre),
		lower: points.map(({ lower }) => lower),
		upper: points.map(({ upper }) => upper),
		marked: points.map(({ violates }) => violates.length > 0),
	};
}

function sharesView({ report, locale }: Names) {
	const { shares, grain } = report;
	const labels = shares.map(({ start }) => (grain === "day" ? locale.date(start) : locale.dayAndTime(start)));
	const rows = shares.map((point, index) => ({
		at: labels[index] ?? "",
		vehicles: locale.number(point.vehicles),
		count: locale.number(point.count),
		share: locale.percent(point.value),
		limits: `${locale.percent(point.lower)} – ${locale.percent(point.upper)}`,
		violations: point.judged ? rulesIn(point.violates, locale) : locale.say("statistics.tooFew"),
		marked: point.violates.length > 0,
	}));
	return {
		data: JSON.stringify({ ...series(shares, labels), unit: "percent" }),
		rows,
		said: rows
			.filter(({ marked }) => marked)
			.slice(-SAID_VIOLATIONS)
			.reverse(),
		violated: rows.filter(({ marked }) => marked).length,
		centre: shares[0] ? locale.percent(shares[0].centre) : "–",
	};
}

function decisionsView({ report, locale }: Names) {
	const { decisions } = report;
	const labels = decisions.map(({ at }) => locale.dayAndTime(at));
	const rows = decisions.map((point, index) => ({
		at: labels[index] ?? "",
		exceptionId: point.exceptionId,
		end: point.end,
		took: durationOf(point.value, locale),
		limits: `${durationOf(point.lower, locale)} – ${durationOf(point.upper, locale)}`,
		factor: point.range === null ? "–" : `× ${oneDecimal(point.range.value, locale)}`,
		violations: [
			rulesIn(point.violates, locale),
			point.range && point.range.violates.length > 0 ? locale.say("statistics.rangeBeyond") : "",
		]
			.filter(Boolean)
			.join("; "),
	}));
	const ranges = decisions.flatMap(({ range }) => (range === null ? [] : [range]));
	return {
		data: JSON.stringify({ ...series(decisions, labels), unit: "seconds" }),
		ranges: JSON.stringify({ ...series(ranges, labels.slice(1)), unit: "factor" }),
		rows,
		said: rows
			.filter(({ violations }) => violations !== "")
			.slice(-SAID_VIOLATIONS)
			.reverse(),
		violated: rows.filter(({ violations }) => violations !== "").length,
		centre: durationOf(decisions[0]?.centre ?? null, locale),
	};
}

function defectsView(names: Names) {
	const { report, locale } = names;
	const rows = report.defects.map((defect) => ({
		name: defectName(defect, names).join(" · "),
		count: locale.number(defect.count),
		cumulative: locale.percent(defect.cumulative),
	}));
	const bars = report.defects.slice(0, BARS);
	return {
		data: JSON.stringify({
			labels: bars.map((defect) => defectName(defect, names)),
			counts: bars.map(({ count }) => count),
			cumulative: bars.map(({ cumulative }) => cumulative),
		}),
		rows,
	};
}

/** Where somebody can do something about it. */
function actionOf(item: Attention, query: StatisticsQuery): string {
	const { rules } = query;
	const exception = (id: string) => `/exceptions/${encodeURIComponent(id)}`;
	switch (item.kind) {
		case "overdue":
		case "due":
			return exception(item.exceptionId);
		case "silent":
			return item.exceptionId === null ? "/?group=station" : exception(item.exceptionId);
		case "exceptions_out_of_control":
		case "false_calls_out_of_control":
			return addressOf({
				period: "week",
				rules,
				...(item.station === null ? {} : { station: item.station }),
			});
		case "readers_differ":
			return addressOf({ period: "week", rules, readers: item.version });
	}
}

function attentionView(attention: readonly Attention[], query: StatisticsQuery, { report, locale }: Names) {
	const shown = (item: Attention) => {
		switch (item.kind) {
			case "overdue":
			case "due":
				return { ...item, count: locale.number(item.count) };
			case "silent":
				return { ...item, waiting: item.exceptionId !== null, count: locale.number(item.count) };
			case "exceptions_out_of_control":
			case "false_calls_out_of_control":
				return {
					kind: item.kind,
					where: item.station ?? locale.say("statistics.wholeLine"),
					at: locale.dayAndTime(item.at),
					share: locale.percent(item.value),
					upper: locale.percent(item.upper),
					rules: rulesIn(item.rules, locale),
				};
			case "readers_differ":
				return {
					kind: item.kind,
					readers: readersName(item.version, report, locale),
					share: locale.percent(item.share),
					others: locale.percent(item.others),
				};
		}
	};
	return attention.map((item) => ({
		...shown(item),
		icon: ATTENTION_ICONS[item.kind],
		href: actionOf(item, query),
	}));
}

export function statisticsView(
	query: StatisticsQuery,
	report: StatisticsReport,
	attention: readonly Attention[],
	plans: readonly InspectionPlan[],
	calendar: PlantCalendar,
	locale: Locale,
) {
	const names = { report, plans, locale };
	const option = (value: string, name: string, chosen: string | undefined) => ({
		value,
		name,
		selected: value === chosen,
	});
	const stations = new Set([
		...plans.flatMap(({ witnesses }) => witnesses.map(({ station }) => station)),
		...report.divisions.station.map(({ name }) => name),
	]);
	const models = new Set([
		...plans.map(({ model }) => model),
		...report.divisions.model.map(({ name }) => name),
	]);
	const days = daysOf(report, calendar);
	return {
		query,
		from: query.from ?? days.from,
		to: query.to ?? days.to,
		problem: rangeProblem(query),
		periods: Period.options.map((period) => ({
			period,
			current: period === query.period,
			href: addressOf(query, { period, ...(period === "range" ? days : { from: undefined, to: undefined }) }),
		})),
		isRange: query.period === "range",
		spans: { from: locale.dayAndTime(report.from), to: locale.dayAndTime(report.to) },
		stations: [...stations].sort().map((name) => option(name, name, query.station)),
		models: [...models].map((name) => option(name, modelName(name, names), query.model)),
		shifts: calendar.shifts.map((name) => option(name, name, query.shift)),
		readers: report.readerVersions.map(({ version }) =>
			option(version, readersName(version, report, locale), query.readers),
		),
		ruleSets: RULE_SET_NAMES.map((name) => ({ name, selected: name === query.rules })),
		filtered: [query.station, query.model, query.readers, query.shift].some((part) => part !== undefined),
		clear: addressOf(query, { station: undefined, model: undefined, readers: undefined, shift: undefined }),
		here: addressOf(query),
		attention: attentionView(attention, query, names),
		empty: report.tally.vehicles === 0,
		figures: figuresView(report.figures, locale),
		ends: (["confirmed", "falseCalls", "released", "expired"] as const).map((end) => ({
			end,
			count: locale.number(report.tally[end]),
		})),
		grain: report.grain,
		shares: sharesView(names),
		decisions: decisionsView(names),
		defects: defectsView(names),
		divisions: (["station", "shift", "model", "readers"] as const).map((division) => ({
			division,
			parts: report.divisions[division].map(({ name, figures }) => ({
				name: partName(division, name, names),
				href: addressOf(query, { [division]: name }),
				figures: figuresView(figures, locale),
			})),
		})),
	};
}
