import type { Grain } from "../../contracts/statistics.js";
import type { StatisticsQuery, StatisticsReport } from "../../contracts/statistics-report.js";
import { dayAfter, dayAt, hourAt, instantOf, type PlantCalendar, shiftAt, shiftBefore } from "./calendar.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longer than this, and the points of a chart are shifts rather than hours, then days. */
const HOURS_UP_TO = 2 * DAY;
const SHIFTS_UP_TO = 31 * DAY;
/** As much as a page reads at once. */
export const LONGEST_DAYS = 92;

/** A period in terms of the roll-ups: buckets that start in it, and what one point of a chart stands for. */
export interface ReportedPeriod {
	readonly from: string;
	/** Excluded. */
	readonly to: string;
	readonly grain: Grain;
	readonly shown: StatisticsReport["grain"];
}

function spanning(from: string, to: string): ReportedPeriod {
	const length = Date.parse(to) - Date.parse(from);
	if (length <= HOURS_UP_TO) return { from, to, grain: "hour", shown: "hour" };
	return { from, to, grain: "shift", shown: length <= SHIFTS_UP_TO ? "shift" : "day" };
}

/** What is wrong with a range of days; null where nothing is, or where no range was asked for. */
export function rangeProblem({
	period,
	from,
	to,
}: StatisticsQuery): "days_missing" | "backwards" | "too_long" | null {
	if (period !== "range") return null;
	if (from === undefined || to === undefined) return "days_missing";
	if (to < from) return "backwards";
	return Date.parse(to) - Date.parse(from) >= LONGEST_DAYS * DAY ? "too_long" : null;
}

/**
 * The period that is asked for, at an instant. A day is the plant's: it begins with its first shift, and the
 * night shift that runs past midnight belongs to it. A range that can't be is taken as the last week.
 */
export function reportedPeriod(query: StatisticsQuery, now: string, calendar: PlantCalendar): ReportedPeriod {
	const until = new Date(Date.parse(now) + 1).toISOString();
	const current = shiftAt(now, calendar);
	const begins = calendar.shifts[0] ?? "00:00";
	const ago = (milliseconds: number) => new Date(Date.parse(now) - milliseconds).toISOString();
	switch (query.period) {
		case "now":
			return spanning(current.start, until);
		case "shift":
			return spanning(shiftBefore(now, calendar).start, current.start);
		case "day":
			return spanning(hourAt(ago(DAY), calendar), until);
		case "range":
			if (rangeProblem(query) === null && query.from !== undefined && query.to !== undefined) {
				const { zone } = calendar;
				return spanning(instantOf(query.from, begins, zone), instantOf(dayAfter(query.to, 1), begins, zone));
			}
			return lastWeek(now, calendar);
		case "week":
			return lastWeek(now, calendar);
	}
}

/** The last seven days up to now, from the beginning of a shift. */
export function lastWeek(now: string, calendar: PlantCalendar): ReportedPeriod {
	const ago = new Date(Date.parse(now) - 7 * DAY).toISOString();
	return spanning(shiftAt(ago, calendar).start, new Date(Date.parse(now) + 1).toISOString());
}

/** The days of a period by the plant's clock, as a range would name them. */
export function daysOf(
	{ from, to }: Pick<ReportedPeriod, "from" | "to">,
	{ zone }: PlantCalendar,
): { from: string; to: string } {
	return { from: dayAt(from, zone), to: dayAt(new Date(Date.parse(to) - 1).toISOString(), zone) };
}
