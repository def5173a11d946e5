import type { Model } from "mongoose";
import { STATION_DAY_QUERIES, type StationDayDocument } from "../../../models/records/statistics.js";
import type { Bucket } from "../../contracts/statistics.js";
import { dayAfter } from "../../domain/spc/calendar.js";
import { bucketKey, shiftsOf } from "./station-days.js";

/** A year of ten stations; what was asked for longest ago goes first. */
const KEPT = 4_000;

interface Shift {
	readonly key: string;
	readonly bucket: Bucket;
}

interface Kept {
	readonly writing: string;
	readonly shifts: readonly Shift[];
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Shifts from the days of stations: the same buckets in a tenth of the documents. A day that is over hardly
 * changes: what was read of it is kept, and read again only where it has been written since, which the store is
 * asked each time; so every process shows what the store holds.
 */
export function keptStationDays(StationDays: Model<StationDayDocument>) {
	const kept = new Map<string, Kept>();

	const keep = (day: StationDayDocument): readonly Shift[] => {
		const shifts = shiftsOf(day).map((bucket) => ({ key: bucketKey(bucket), bucket }));
		if (day.writing !== undefined) kept.set(day._id, { writing: day.writing, shifts });
		return shifts;
	};
	const forgetOldest = (): void => {
		for (const key of kept.keys()) {
			if (kept.size <= KEPT) return;
			kept.delete(key);
		}
	};

	return {
		async shifts(plant: string, from: string, to: string): Promise<readonly Bucket[]> {
			// a shift begins on the plant's day, which is at most one before or after UTC's
			const days = { $gte: dayAfter(from.slice(0, 10), -1), $lte: dayAfter(to.slice(0, 10), 1) };
			const standing = await StationDays.find({ plant, day: days })
				.select({ writing: 1 })
				.sort(STATION_DAY_QUERIES.ofDays.order)
				.lean();
			const found: Shift[] = [];
			const changed: string[] = [];
			for (const { _id, writing } of standing) {
				const known = kept.get(_id);
				if (known === undefined || known.writing !== writing) {
					changed.push(_id);
					continue;
				}
				kept.delete(_id);
				kept.set(_id, known);
				for (const shift of known.shifts) found.push(shift);
			}
			if (changed.length > 0) {
				const read = await StationDays.find({ _id: { $in: changed } })
					.select({ contributed: 0 })
					.lean();
				for (const day of read) found.push(...keep(day));
				forgetOldest();
			}
			return found
				.filter(({ bucket: { start } }) => from <= start && start < to)
				.sort((a, b) => order(a.bucket.start, b.bucket.start) || order(a.key, b.key))
				.map(({ bucket }) => bucket);
		},
	};
}
