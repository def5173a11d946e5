import { createHash } from "node:crypto";
import type { Inspection } from "../contracts/inspection.js";
import type { Contribution, ReaderVersion } from "../contracts/statistics.js";
import type { PlantCalendar } from "../domain/spc/calendar.js";
import { contributionOf } from "../domain/spc/contribution.js";
import type { Store } from "../persistence/store.js";

const VERSION_DIGITS = 12;
/** Version under which vehicles are counted of which nothing was read. */
const NOTHING_READ = "none";

type RolledUp = Pick<Store, "observations" | "statistics">;

/** Name of a set of readers: the beginning of the SHA-256 of their names and versions, in the order of the names. */
export function readersDigest(readers: Readonly<Record<string, string>>): string {
	const entries = Object.entries(readers).sort(([a], [b]) => (a < b ? -1 : 1));
	return createHash("sha256").update(JSON.stringify(entries)).digest("hex").slice(0, VERSION_DIGITS);
}

/** The readers of the capture that was read last; a vehicle read by two versions counts for the later one. */
async function readerVersionOf(
	inspection: Inspection,
	store: Pick<Store, "observations">,
): Promise<ReaderVersion> {
	const { inspectionId, plant, sealedAt, updatedAt } = inspection;
	const firstAt = sealedAt ?? updatedAt;
	for (const { witness, capture } of inspection.observations.toReversed()) {
		const readers = await store.observations.readersOf(inspectionId, witness, capture);
		if (readers) return { version: readersDigest(readers), plant, readers, firstAt };
	}
	return { version: NOTHING_READ, plant, readers: {}, firstAt };
}

async function contributionFrom(
	inspection: Inspection,
	store: RolledUp,
	calendar: PlantCalendar,
): Promise<Contribution | null> {
	return contributionOf(inspection, await readerVersionOf(inspection, store), calendar);
}

/**
 * Counts a sealed inspection into the statistics, once; one that is not sealed changes nothing. Returns what it
 * adds, null where that is nothing.
 */
export async function rollUp(
	inspection: Inspection,
	store: RolledUp,
	calendar: PlantCalendar,
): Promise<Contribution | null> {
	if (inspection.status !== "sealed") return null;
	const contribution = await contributionFrom(inspection, store, calendar);
	if (contribution) await store.statistics.contribute([contribution]);
	return contribution;
}

const REBUILD_PAGE = 500;

/**
 * Counts every stored inspection anew, while others may end and contribute themselves: an inspection stands in
 * the store before it contributes, so whatever is forgotten here is met again in the list, and counted once.
 * Returns how many sealed inspections were looked at.
 */
export async function rebuildStatistics(
	store: RolledUp & Pick<Store, "inspections">,
	calendar: PlantCalendar,
): Promise<number> {
	await store.statistics.clear();
	let seen = 0;
	for (let after: string | null = null; ; ) {
		const page = await store.inspections.list({ status: "sealed" }, after, REBUILD_PAGE);
		const contributions: Contribution[] = [];
		for (const inspection of page.items) {
			const contribution = await contributionFrom(inspection, store, calendar);
			if (contribution) contributions.push(contribution);
		}
		await store.statistics.contribute(contributions);
		seen += page.items.length;
		if (page.next === null) break;
		after = page.next;
	}
	await store.statistics.noteWhole();
	return seen;
}
