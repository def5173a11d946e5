import type { StationDayDocument, StoredTally } from "../../../models/records/statistics.js";
import type { Bucket, Tally } from "../../contracts/statistics.js";
import { addedTallies, EMPTY_TALLY } from "../../domain/spc/tally.js";

/** Dots part paths and `$` begins an operator; a witness may have dots in its name. */
export const encoded = (key: string): string =>
	key.replaceAll("%", "%25").replaceAll(".", "%2E").replaceAll("$", "%24");
export const decoded = (key: string): string =>
	key.includes("%") ? key.replaceAll("%24", "$").replaceAll("%2E", ".").replaceAll("%25", "%") : key;

export function decodedKeys(histogram: Record<string, number> = {}): Record<string, number> {
	const isEncoded = Object.keys(histogram).some((key) => key.includes("%"));
	return isEncoded
		? Object.fromEntries(Object.entries(histogram).map(([key, count]) => [decoded(key), count]))
		: histogram;
}

/** What is added to a tally, as paths for `$inc` below `path`. */
export function increments(path: string, { defects, seconds, ...counts }: Tally): [string, number][] {
	const histogram = (name: string, values: Record<string, number>) =>
		Object.entries(values).map(([key, count]): [string, number] => [
			`${path}.${name}.${encoded(key)}`,
			count,
		]);
	return [
		...Object.entries(counts).map(([name, count]): [string, number] => [`${path}.${name}`, count]),
		...histogram("defects", defects),
		...histogram("seconds", seconds),
	];
}

/** No name of a shift, model or version of the readers holds one. */
const PARTED = "|";

export const bucketKey = ({ plant, grain, start, shift, station, model, readers }: Bucket): string =>
	[plant, grain, start, shift, station, model, readers].join("/");

export const stationDayKey = ({ plant, day, station }: Bucket): string => [plant, day, station].join("/");

/** What buckets of one station's day add to its cells. */
export function cellIncrements(buckets: readonly Bucket[]): Record<string, number> {
	const cells = new Map<string, Tally[]>();
	for (const { start, shift, model, readers, tally } of buckets) {
		const cell = [start, shift, model, readers].join(PARTED);
		const tallies = cells.get(cell);
		if (tallies) tallies.push(tally);
		else cells.set(cell, [tally]);
	}
	const paths = [...cells].flatMap(([cell, tallies]) =>
		increments(`cells.${encoded(cell)}`, addedTallies(tallies)),
	);
	return Object.fromEntries(paths.filter(([, count]) => count !== 0));
}

const tallyOf = ({ defects, seconds, ...counts }: StoredTally): Tally => ({
	...EMPTY_TALLY,
	...counts,
	defects: decodedKeys(defects),
	seconds: decodedKeys(seconds),
});

/** The buckets of shifts that a station's day holds. */
export function shiftsOf({ plant, day, station, cells }: StationDayDocument): readonly Bucket[] {
	return Object.entries(cells).map(([cell, tally]) => {
		const [start = "", shift = "", model = "", readers = ""] = decoded(cell).split(PARTED);
		return { plant, grain: "shift", start, day, shift, station, model, readers, tally: tallyOf(tally) };
	});
}
