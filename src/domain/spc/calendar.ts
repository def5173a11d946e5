import { latest } from "../history.js";

/** When the plant works: where its shifts begin, by its own clock. */
export interface PlantCalendar {
	/** `HH:MM`, ascending; a shift lasts until the next one begins. */
	readonly shifts: readonly string[];
	/** IANA name of the time zone. */
	readonly zone: string;
}

/** One shift of one day. A shift that runs past midnight belongs to the day it began on. */
export interface Shift {
	/** `YYYY-MM-DD` by the plant's clock. */
	readonly day: string;
	/** `HH:MM` by the plant's clock. */
	readonly begins: string;
	/** The instant it began. */
	readonly start: string;
}

const DAY = 24 * 60;
const MINUTE = 60_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
	const known = formatters.get(zone);
	if (known) return known;
	const made = new Intl.DateTimeFormat("en-GB", {
		timeZone: zone,
		hourCycle: "h23",
		year: "numeric",
		month: "2-digit",
		day: "2-digit",
		hour: "2-digit",
		minute: "2-digit",
		second: "2-digit",
	});
	formatters.set(zone, made);
	return made;
}

/** What the plant's clock shows at an instant, as if it were UTC. */
function clockAt(instant: number, zone: string): Date {
	const parts = Object.fromEntries(
		formatterOf(zone)
			.formatToParts(instant)
			.map(({ type, value }) => [type, Number(value)]),
	);
	const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
	return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The day a number of days after another, `YYYY-MM-DD`. */
export function dayAfter(day: string, days: number): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY * MINUTE).toISOString().slice(0, 10);
}

/** The instant at which the plant's clock shows a time of a day; where it is skipped in spring, the one after. */
export function instantOf(day: string, time: string, zone: string): string {
	const shown = Date.parse(`${day}T${time}:00Z`);
	const offsetAt = (instant: number) => clockAt(instant, zone).getTime() - instant;
	const guess = shown - offsetAt(shown);
	return new Date(shown - offsetAt(guess)).toISOString();
}

/** The day at an instant by the plant's clock, `YYYY-MM-DD`. */
export function dayAt(instant: string, zone: string): string {
	return clockAt(Date.parse(instant), zone).toISOString().slice(0, 10);
}

/** The shift that runs at an instant. */
export function shiftAt(instant: string, { shifts, zone }: PlantCalendar): Shift {
	const clock = clockAt(Date.parse(instant), zone);
	const today = clock.toISOString().slice(0, 10);
	const minutes = clock.getUTCHours() * 60 + clock.getUTCMinutes();
	const running = shifts.findLast((begins) => minutesOf(begins) <= minutes);
	const begins = running ?? shifts.at(-1) ?? "00:00";
	const day = running === undefined && shifts.length > 0 ? dayAfter(today, -1) : today;
	return { day, begins, start: instantOf(day, begins, zone) };
}

/** The shift before the one that runs at an instant. */
export function shiftBefore(instant: string, calendar: PlantCalendar): Shift {
	const { start } = shiftAt(instant, calendar);
	return shiftAt(new Date(Date.parse(start) - MINUTE).toISOString(), calendar);
}

/** The start of the hour at an instant by the plant's clock, or of the shift where that began later. */
export function hourAt(instant: string, calendar: PlantCalendar): string {
	const at = Date.parse(instant);
	const clock = clockAt(at, calendar.zone);
	const into = (clock.getUTCMinutes() * 60 + clock.getUTCSeconds()) * 1000 + (at % 1000);
	const hour = new Date(at - into).toISOString();
	return latest(hour, shiftAt(instant, calendar).start);
}
