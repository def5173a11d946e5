import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	hourAt,
	instantOf,
	type PlantCalendar,
	shiftAt,
	shiftBefore,
} from "../../src/domain/spc/calendar.js";
import { individualsChart, pChart, sharesApart } from "../../src/domain/spc/control-limits.js";
import { RULE_SETS, RULES, type Rule, violationsOf } from "../../src/domain/spc/rules.js";
import { addedTallies, EMPTY_TALLY, pareto, percentile, roundedSeconds } from "../../src/domain/spc/tally.js";

/** Indexes of the points that violate a rule. */
const marked = (points: readonly (number | null)[], rule: Rule): number[] =>
	violationsOf(points, [rule]).flatMap((violated, index) => (violated.length > 0 ? [index] : []));

describe("a p-chart", () => {
	/** NIST/SEMATECH e-Handbook 6.3.3.2 has these counts as chips of wafers, Montgomery (table 7.1) as orange juice cans. */
	const CANS = [
		12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9,
		6,
	];

	test("has the limits that handbook and book print: 0.2313, 0.0524 to 0.4102", () => {
		const points = pChart(CANS.map((count) => ({ size: 50, count })));
		expect(points[0]?.centre).toBeCloseTo(0.2313, 4);
		expect(points[0]?.upper).toBeCloseTo(0.4102, 3);
		expect(points[0]?.lower).toBeCloseTo(0.0524, 3);
		// samples 15 and 23: a new batch of cardboard, and an operator new to the machine
		expect(
			marked(
				points.map(({ z }) => z),
				"beyond_three_sigma",
			),
		).toEqual([14, 22]);
	});

	test("has limits that follow the size of each sample, as for Montgomery's purchase orders (table 7.4)", () => {
		const sizes = [
			100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120, 120, 110, 80, 80, 80, 90, 100, 100, 100,
			100, 90, 90,
		];
		const counts = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9];
		const points = pChart(sizes.map((size, i) => ({ size, count: counts[i] ?? 0 })));
		expect(points[0]?.centre).toBeCloseTo(234 / 2450, 10);
		// the book rounds the centre to 0.096 and finds limits of 0.194 to 0.007 for samples of 80
		expect(points[1]?.upper).toBeCloseTo(0.194, 2);
		expect(points[1]?.lower).toBeCloseTo(0, 2);
		expect(
			marked(
				points.map(({ z }) => z),
				"beyond_three_sigma",
			),
		).toEqual([10]);
	});

	test("does not judge a subgroup in which one vehicle would be too many", () => {
		const points = pChart([
			{ size: 400, count: 4 },
			{ size: 2, count: 1 },
		]);
		expect(points[0]?.z).not.toBeNull();
		expect(points[1]?.z).toBeNull();
	});

	const subgroups = fc.array(
		fc
			.integer({ min: 1, max: 500 })
			.chain((size) => fc.record({ size: fc.constant(size), count: fc.integer({ min: 0, max: size }) })),
		{ minLength: 1, maxLength: 60 },
	);

	test("keeps its limits around the centre and within what a share can be", () => {
		fc.assert(
			fc.property(subgroups, (all) => {
				for (const { lower, centre, upper } of pChart(all)) {
					expect(lower).toBeGreaterThanOrEqual(0);
					expect(lower).toBeLessThanOrEqual(centre);
					expect(upper).toBeGreaterThanOrEqual(centre);
					expect(upper).toBeLessThanOrEqual(1);
				}
			}),
		);
	});

	test("sees in the vehicles without what it sees in those with, upside down", () => {
		fc.assert(
			fc.property(subgroups, (all) => {
				const turned = pChart(all.map(({ size, count }) => ({ size, count: size - count })));
				for (const [i, { z }] of pChart(all).entries()) {
					const other = turned[i]?.z ?? null;
					if (z === null) expect(other).toBeNull();
					else expect(other).toBeCloseTo(-z, 8);
				}
			}),
		);
	});
});

describe("an I-MR chart", () => {
	test("has the limits of the NIST/SEMATECH e-Handbook, 6.3.2.2 (batch flow rates)", () => {
		const flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
		const { individuals, ranges } = individualsChart(flow);
		expect(individuals[0]?.centre).toBeCloseTo(50.81, 10);
		expect(ranges[0]?.centre).toBeCloseTo(1.8778, 4);
		expect(individuals[0]?.upper).toBeCloseTo(55.8041, 4);
		expect(individuals[0]?.lower).toBeCloseTo(45.8159, 4);
		expect(individuals.every(({ z }) => z !== null && Math.abs(z) < 3)).toBe(true);
	});

	test("has the limits Montgomery prints for the cost of mortgage applications (example 6.5)", () => {
		const cost = [
			310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304,
		];
		const { individuals, ranges } = individualsChart(cost);
		expect(individuals[0]?.centre).toBe(300.5);
		expect(individuals[0]?.upper).toBeCloseTo(321.22, 1);
		expect(individuals[0]?.lower).toBeCloseTo(279.78, 1);
		expect(ranges[0]?.centre).toBeCloseTo(7.79, 2);
		expect(ranges[0]?.upper).toBeCloseTo(25.45, 2);
	});

	const series = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 2, maxLength: 80 });

	test("judges alike wherever nought is and whatever the unit", () => {
		fc.assert(
			fc.property(
				series,
				fc.integer({ min: -1000, max: 1000 }),
				fc.integer({ min: 1, max: 50 }),
				(all, shift, unit) => {
					const here = individualsChart(all).individuals;
					const there = individualsChart(all.map((x) => x * unit + shift)).individuals;
					for (const [i, { z, upper }] of here.entries()) {
						if (z === null) expect(there[i]?.z).toBeNull();
						else expect(there[i]?.z).toBeCloseTo(z, 5);
						expect(there[i]?.upper).toBeCloseTo(upper * unit + shift, 4);
					}
				},
			),
		);
	});

	test("of a constant violates nothing", () => {
		fc.assert(
			fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (value, length) => {
				const { individuals, ranges } = individualsChart(Array(length).fill(value));
				const z = [...individuals, ...ranges].map((point) => point.z);
				expect(violationsOf(z, RULES).flat()).toEqual([]);
			}),
		);
	});
});

describe("the tests for special causes (Western Electric 1956, Nelson 1984)", () => {
	test("one point beyond three deviations", () => {
		expect(marked([0, 3.01, 3, -3.2], "beyond_three_sigma")).toEqual([1, 3]);
	});
	test("two of three beyond two, on one side", () => {
		expect(marked([2.1, 0, 2.2, 0, 0], "two_of_three")).toEqual([2]);
		expect(marked([2.1, 0, -2.2], "two_of_three")).toEqual([]);
		expect(marked([2.1, 0, 0, 2.2], "two_of_three")).toEqual([]);
	});
	test("four of five beyond one, on one side", () => {
		expect(marked([1.1, 1.2, 0, 1.1, 1.3], "four_of_five")).toEqual([4]);
		expect(marked([1.1, 1.2, 0, -1.1, 1.3], "four_of_five")).toEqual([]);
	});
	test("a run on one side: eight for Western Electric, nine for Nelson", () => {
		const run = [0.1, 0.5, 0.2, 0.1, 0.9, 0.3, 0.2, 0.4, 0.1];
		expect(marked(run, "eight_on_one_side")).toEqual([7, 8]);
		expect(marked(run, "nine_on_one_side")).toEqual([8]);
		expect(marked([...run.slice(0, 4), 0, ...run.slice(0, 4)], "eight_on_one_side")).toEqual([]);
	});
	test("six steadily rising or falling", () => {
		expect(marked([-1, -0.5, 0, 0.4, 0.8, 1.1], "six_trend")).toEqual([5]);
		expect(marked([1.1, 0.8, 0.4, 0, -0.5, -1, -1.1], "six_trend")).toEqual([5, 6]);
		expect(marked([-1, -0.5, -0.5, 0.4, 0.8, 1.1], "six_trend")).toEqual([]);
	});
	test("fourteen alternately up and down", () => {
		const zigzag = Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 0.4 : -0.2));
		expect(marked(zigzag, "fourteen_alternating")).toEqual([13]);
		expect(marked([...zigzag.slice(0, 13), 0.9], "fourteen_alternating")).toEqual([]);
	});
	test("fifteen near the centre, and eight that keep away from it", () => {
		expect(
			marked(
				Array.from({ length: 15 }, (_, i) => (i % 3) * 0.4 - 0.4),
				"fifteen_near_centre",
			),
		).toEqual([14]);
		expect(marked([1.2, -1.5, 1.1, 1.3, -1.1, -2, 1.4, 1.2], "eight_off_centre")).toEqual([7]);
	});
	test("none reaches across a point that can't be judged", () => {
		const run = [0.1, 0.5, 0.2, 0.1, null, 0.3, 0.2, 0.4, 0.1];
		expect(violationsOf(run, RULES).flat()).toEqual([]);
	});

	test("mark the same points on the other side of the centre", () => {
		const points = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 40 });
		fc.assert(
			fc.property(points, (all) => {
				expect(
					violationsOf(
						all.map((z) => -z),
						RULES,
					),
				).toEqual(violationsOf(all, RULES));
			}),
		);
	});

	/** Normal deviates from a fixed seed (mulberry32, Box–Muller). */
	function deviates(seed: number): () => number {
		let state = seed;
		const uniform = () => {
			state = (state + 0x6d2b79f5) | 0;
			let t = Math.imul(state ^ (state >>> 15), 1 | state);
			t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
			return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
		};
		return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
	}

	/** Points until the first signal, on average, while nothing is wrong. */
	function runLength(rules: readonly Rule[], runs: number): number {
		const next = deviates(20_260_314);
		let points = 0;
		for (let run = 0; run < runs; run += 1) {
			const recent: number[] = [];
			for (;;) {
				recent.push(next());
				points += 1;
				// no test looks back further than fifteen points
				if (recent.length > 15) recent.shift();
				if ((violationsOf(recent, rules).at(-1)?.length ?? 0) > 0) break;
			}
		}
		return points / runs;
	}

	test("of Western Electric cry wolf every 91.75 points (Champ and Woodall, Technometrics 29, 1987)", () => {
		// 800 runs: one standard error is about 3.2
		expect(Math.abs(runLength(RULE_SETS.western_electric, 800) - 91.75)).toBeLessThan(9);
	});
});

describe("two shares", () => {
	test("are as far apart as their chi-square says", () => {
		// 2 × 2 table 30/70 against 18/82: chi-square n(ad − bc)²/(…) = 3.947
		const z = sharesApart({ size: 100, count: 30 }, { size: 100, count: 18 });
		expect((z ?? 0) ** 2).toBeCloseTo((200 * (30 * 82 - 70 * 18) ** 2) / (100 * 100 * 48 * 152), 10);
		expect(z).toBeGreaterThan(0);
	});
	test("can't be compared where nothing was counted", () => {
		expect(sharesApart({ size: 0, count: 0 }, { size: 10, count: 1 })).toBeNull();
		expect(sharesApart({ size: 10, count: 0 }, { size: 10, count: 0 })).toBeNull();
	});
});

describe("a plant's calendar", () => {
	const SHANGHAI: PlantCalendar = { shifts: ["06:00", "14:30", "22:00"], zone: "Asia/Shanghai" };

	test("gives a night shift to the day it began on", () => {
		expect(shiftAt("2026-03-14T20:00:00.000Z", SHANGHAI)).toEqual({
			day: "2026-03-14",
			begins: "22:00",
			start: "2026-03-14T14:00:00.000Z",
		});
		expect(shiftBefore("2026-03-14T20:00:00.000Z", SHANGHAI)).toMatchObject({
			day: "2026-03-14",
			begins: "14:30",
		});
	});

	test("parts an hour where a shift begins in it", () => {
		expect(hourAt("2026-03-14T06:10:00.000Z", SHANGHAI)).toBe("2026-03-14T06:00:00.000Z");
		expect(hourAt("2026-03-14T06:40:00.000Z", SHANGHAI)).toBe("2026-03-14T06:30:00.000Z");
	});

	test("follows the clock into summer time", () => {
		expect(instantOf("2026-03-29", "06:00", "Europe/Berlin")).toBe("2026-03-29T04:00:00.000Z");
		expect(instantOf("2026-03-28", "06:00", "Europe/Berlin")).toBe("2026-03-28T05:00:00.000Z");
	});

	test("finds every instant in a shift that began before it and in an hour of that shift", () => {
		const zones = fc.constantFrom(
			"Asia/Shanghai",
			"Europe/Berlin",
			"America/New_York",
			"Asia/Kolkata",
			"UTC",
		);
		const instants = fc.date({
			min: new Date("2025-01-01T00:00:00Z"),
			max: new Date("2027-01-01T00:00:00Z"),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(zones, instants, (zone, date) => {
				const at = date.toISOString();
				const calendar = { shifts: ["06:00", "14:30", "22:15"], zone };
				const shift = shiftAt(at, calendar);
				const hour = hourAt(at, calendar);
				expect(shift.start <= at).toBe(true);
				expect(hour <= at && hour >= shift.start).toBe(true);
				expect(Date.parse(at) - Date.parse(hour)).toBeLessThan(3_600_000);
				expect(shiftAt(hour, calendar)).toEqual(shift);
			}),
		);
	});
});

describe("a tally", () => {
	test("has percentiles by nearest rank", () => {
		const seconds = { "9": 1, "12": 2, "30": 1, "120": 1 };
		expect(percentile(seconds, 0.5)).toBe(12);
		expect(percentile(seconds, 0.9)).toBe(120);
		expect(percentile({}, 0.5)).toBeNull();
	});

	test("keeps seconds to two digits, never more than a twentieth off", () => {
		expect([0.4, 12.4, 99, 128, 3661].map(roundedSeconds)).toEqual([0, 12, 99, 130, 3700]);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
				expect(Math.abs(roundedSeconds(seconds) - seconds) / seconds).toBeLessThanOrEqual(0.05);
			}),
		);
	});

	test("adds up in any order", () => {
		const one = { ...EMPTY_TALLY, vehicles: 2, defects: { "a|vin|mismatch": 1 }, seconds: { "3": 1 } };
		const other = { ...EMPTY_TALLY, vehicles: 5, defects: { "a|vin|mismatch": 2, "b|vin|missing": 1 } };
		expect(addedTallies([one, other])).toEqual(addedTallies([other, one]));
		expect(addedTallies([one, other]).defects).toEqual({ "a|vin|mismatch": 3, "b|vin|missing": 1 });
	});

	test("orders defects from the most frequent, and adds their shares up to one", () => {
		const found = pareto({ "b|vin|missing": 1, "a|vin|mismatch": 3 });
		expect(found.map(({ witness, count, cumulative }) => [witness, count, cumulative])).toEqual([
			["a", 3, 0.75],
			["b", 1, 1],
		]);
	});
});
