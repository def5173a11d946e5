import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StationDayDocument } from "../../models/records/statistics.js";
import { type Bucket, Tally } from "../../src/contracts/statistics.js";
import { addedTallies } from "../../src/domain/spc/tally.js";
import { cellIncrements, shiftsOf } from "../../src/persistence/mongo/station-days.js";

/** What `$inc` makes of a document: each path counted up. */
function counted(increments: readonly Record<string, number>[]): StationDayDocument["cells"] {
	const document: Record<string, unknown> = {};
	for (const [path, count] of increments.flatMap(Object.entries)) {
		const names = path.split(".");
		const last = names.pop() ?? "";
		let at = document;
		for (const name of names) {
			at[name] ??= {};
			at = at[name] as Record<string, unknown>;
		}
		at[last] = Number(at[last] ?? 0) + count;
	}
	return document.cells as StationDayDocument["cells"];
}

const count = fc.nat(9);
const histogram = fc.dictionary(
	fc.constantFrom("stamp.left|vin|mismatch", "$x|%2E|a", "12"),
	fc.integer({ min: 1, max: 9 }),
);
const tally: fc.Arbitrary<Tally> = fc.record({
	vehicles: fc.integer({ min: 1, max: 9 }),
	firsts: count,
	firstPasses: count,
	captured: count,
	withException: count,
	exceptions: count,
	falseCalls: count,
	withFalseCall: count,
	confirmed: count,
	released: count,
	expired: count,
	defects: histogram,
	seconds: histogram,
});
const bucket: fc.Arbitrary<Bucket> = fc.record({
	plant: fc.constant("p"),
	grain: fc.constant("shift"),
	start: fc.constantFrom("2026-03-13T22:00:00.000Z", "2026-03-14T06:00:00.000Z"),
	day: fc.constant("2026-03-14"),
	shift: fc.constantFrom("06:00", "14:00"),
	station: fc.constant("*"),
	model: fc.constantFrom("m.1", "m-2"),
	readers: fc.constantFrom("none", "0a1b"),
	tally,
});

const cellOf = ({ start, shift, model, readers }: Bucket) => [start, shift, model, readers].join("|");

describe("a station's day", () => {
	it("holds exactly the sum of what was counted into each of its shifts, in whatever portions", () => {
		fc.assert(
			fc.property(fc.array(fc.array(bucket, { minLength: 1 }), { minLength: 1 }), (portions) => {
				const shifts = shiftsOf({
					_id: "p/2026-03-14/*",
					plant: "p",
					day: "2026-03-14",
					station: "*",
					cells: counted(portions.map(cellIncrements)),
					contributed: [],
				});
				const all = portions.flat();
				const sums = new Map(
					all.map((one) => [
						cellOf(one),
						addedTallies(all.filter((other) => cellOf(other) === cellOf(one)).map((other) => other.tally)),
					]),
				);
				expect(new Map(shifts.map((one) => [cellOf(one), Tally.parse(one.tally)]))).toEqual(sums);
				expect(shifts).toHaveLength(sums.size);
			}),
		);
	});
});
