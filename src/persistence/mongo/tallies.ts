import { createHash } from "node:crypto";
import type { Connection } from "mongoose";
import type { TallyStep } from "../../../models/records/inspection-row.js";
import { type TallyDocument, tallySchema } from "../../../models/records/tally.js";
import type { InspectionRow } from "../../contracts/inspection-row.js";
import { isDuplicateKey } from "./store-errors.js";

/** Parts the counts are split into, so that many writers do not queue for one document. */
const PARTS = Array.from({ length: 16 }, (_, index) => String(index));
/** Steps a part remembers. A step is taken again within moments; by then few others came to the same part. */
const REMEMBERED = 120;

/** What an inspection counts as: one under its status, one under its disposition, and its waiting exceptions. */
function countedAs(row: InspectionRow | null): Readonly<Record<string, number>> {
	if (row === null) return {};
	return {
		[row.status]: 1,
		...(row.disposition === null ? {} : { [row.disposition]: 1 }),
		waiting: row.waitingExceptions,
	};
}

/** The step from one state of an inspection to the next; null where the counts stay as they are. */
export function stepBetween(before: InspectionRow | null, after: InspectionRow): TallyStep | null {
	const [was, is] = [countedAs(before), countedAs(after)];
	const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
	const change = names
		.map((name) => [name, (is[name] ?? 0) - (was[name] ?? 0)] as const)
		.filter(([, by]) => by !== 0);
	if (change.length === 0) return null;
	return { op: `${after.inspectionId}@${after.version}`, change: Object.fromEntries(change) };
}

export interface Tallies {
	/** Counts a step of an inspection; taken again soon after, it changes nothing. */
	take(inspectionId: string, step: TallyStep): Promise<void>;
	totals(): Promise<Readonly<Record<string, number>>>;
}

/** Counts kept by `$inc`, so that nobody has to read every inspection to know how many there are. */
export function mongoTallies(connection: Connection): Tallies {
	const Part = connection.model<TallyDocument>("Tally", tallySchema());
	const partOf = (inspectionId: string): string =>
		String((createHash("sha256").update(inspectionId).digest()[0] ?? 0) % PARTS.length);
	return {
		async take(inspectionId, { op, change }) {
			const by = Object.fromEntries(Object.entries(change).map(([name, count]) => [`counts.${name}`, count]));
			try {
				await Part.updateOne(
					{ _id: partOf(inspectionId), applied: { $ne: op } },
					{ $inc: by, $push: { applied: { $each: [op], $slice: -REMEMBERED } } },
					{ upsert: true },
				);
			} catch (error) {
				if (!isDuplicateKey(error)) throw error; // taken already: the upsert met the part that remembers it
			}
		},
		async totals() {
			const totals: Record<string, number> = {};
			for (const { counts } of await Part.find({ _id: { $in: PARTS } }, { counts: 1 }).lean()) {
				for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
			}
			return totals;
		},
	};
}
