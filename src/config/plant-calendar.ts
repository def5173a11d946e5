import type { PlantCalendar } from "../domain/spc/calendar.js";
import type { Settings } from "./settings.js";

/** When the plant works, by the clock of the machine this runs on. */
export function plantCalendar({ shifts }: Pick<Settings, "shifts">): PlantCalendar {
	return { shifts, zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}
