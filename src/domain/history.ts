import type { Inspection, InspectionEvent } from "../contracts/inspection.js";

/** Author of events that nobody but the system caused. */
export const SYSTEM = "vinspect";
/** An instant some time after another. */
export function later(at: string, amount: number, unit: "minutes" | "seconds"): string {
	return new Date(Date.parse(at) + amount * (unit === "minutes" ? 60_000 : 1000)).toISOString();
}

export const latest = (a: string, b: string): string => (a > b ? a : b);

/** The next version of an inspection, with what changed and why. */
export function changed(
	inspection: Inspection,
	at: string,
	change: Partial<Inspection>,
	...events: readonly InspectionEvent[]
): Inspection {
	return {
		...inspection,
		...change,
		events: [...inspection.events, ...events],
		version: inspection.version + 1,
		updatedAt: at,
	};
}

export function event(
	type: InspectionEvent["type"],
	at: string,
	by: string,
	detail: Readonly<Record<string, string>>,
): InspectionEvent {
	return { at, type, by, detail };
}
