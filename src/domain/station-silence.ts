import type { Inspection } from "../contracts/inspection.js";

/** Minutes without a capture from which a station counts as silent where nobody has set another limit. */
export const DEFAULT_SILENCE_MINUTES = 10;

const MINUTE = 60_000;

export interface StationWatch {
	readonly limitMinutes: number;
	/** When the newest capture arrived; null where none ever did. */
	readonly lastCaptureAt: string | null;
	/** Since when the vehicle that has waited longest waits for a capture from here; null where none waits. */
	readonly waitingSince: string | null;
}

/**
 * Since when a station is silent for longer than its limit although vehicles wait for it, or null. A station that
 * nobody waits for may be silent for ever; one that was idle is given its whole limit from the first vehicle on.
 */
export function silentSince(
	{ limitMinutes, lastCaptureAt, waitingSince }: StationWatch,
	now: Date,
): string | null {
	if (waitingSince === null) return null;
	const since = lastCaptureAt !== null && lastCaptureAt > waitingSince ? lastCaptureAt : waitingSince;
	return now.getTime() - Date.parse(since) > limitMinutes * MINUTE ? since : null;
}

/** How many different captures arrived within the last hour, by the keys kept for each minute (`YYYY-MM-DDTHH:MM`). */
export function capturesInLastHour(
	minutes: readonly { readonly at: string; readonly captures: readonly string[] }[],
	now: Date,
): number {
	const from = new Date(now.getTime() - 59 * MINUTE).toISOString().slice(0, "YYYY-MM-DDTHH:MM".length);
	const recent = minutes.filter(({ at }) => at >= from).flatMap(({ captures }) => captures);
	return new Set(recent).size;
}

/** A vehicle that waits for a capture from a station, and since when. */
export interface Awaited {
	readonly station: string;
	readonly since: string;
}

/** What an inspection waits for: planned witnesses without a capture, and retakes a person asked for; each station once. */
export function awaitedBy(
	inspection: Pick<Inspection, "status" | "plan" | "captures" | "exceptions" | "startedAt">,
): readonly Awaited[] {
	if (inspection.status !== "collecting") return [];
	const captured = new Set(inspection.captures.map(({ witness }) => witness));
	const sinceOf = new Map<string, string>();
	for (const { id, station } of inspection.plan.witnesses) {
		const retake = inspection.exceptions.find(
			({ status, finding }) => status === "awaiting_capture" && finding.witness === id,
		);
		const since = retake?.decisions.at(-1)?.at ?? (captured.has(id) ? null : inspection.startedAt);
		const known = sinceOf.get(station);
		if (since !== null && (known === undefined || since < known)) sinceOf.set(station, since);
	}
	return [...sinceOf].map(([station, since]) => ({ station, since }));
}
