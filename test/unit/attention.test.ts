import { describe, expect, test } from "vitest";
import type { Bucket, Tally } from "../../src/contracts/statistics.js";
import { attentionNow } from "../../src/domain/spc/attention.js";
import type { PlantCalendar } from "../../src/domain/spc/calendar.js";
import { lastWeek, rangeProblem, reportedPeriod } from "../../src/domain/spc/period.js";
import { decisionPoints } from "../../src/domain/spc/report.js";
import { EMPTY_TALLY } from "../../src/domain/spc/tally.js";
import { sampleException, samplePlan } from "../support/inspections.js";

const NOW = "2026-03-14T20:00:00.000Z";
const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(Date.parse(NOW) - hours * HOUR).toISOString();

function bucket(hoursAgo: number, tally: Partial<Tally>, about: Partial<Bucket> = {}): Bucket {
	const start = ago(hoursAgo);
	const shared = { plant: "HZ1", grain: "shift", shift: "06:00", model: "E5", readers: "new" } as const;
	return {
		...shared,
		start,
		day: start.slice(0, 10),
		station: "*",
		...about,
		tally: { ...EMPTY_TALLY, ...tally },
	};
}

/** Twenty shifts of a hundred vehicles, five of which need a person, oldest first. */
const calm = (about: Partial<Bucket> = {}): Bucket[] =>
	Array.from({ length: 20 }, (_, i) =>
		// about the centre, so that no run stays on one side of it
		bucket(160 - i * 8, { vehicles: 100, captured: 100, withException: i % 2 === 0 ? 4 : 6 }, about),
	);

const waiting = (deadline: string, finding: object = {}) => {
	const exception = sampleException("HZ1-PN1-1");
	return { ...exception, model: "E5", deadline, finding: { ...exception.finding, ...finding } };
};

describe("what needs attention", () => {
	test("is nothing while all is as always", () => {
		expect(attentionNow(NOW, [waiting(ago(-2))], [samplePlan], calm())).toEqual([]);
	});

	test("is what is overdue, then what is due soon", () => {
		const found = attentionNow(NOW, [waiting(ago(-0.1)), waiting(ago(1)), waiting(ago(2))], [], []);
		expect(found.map(({ kind }) => kind)).toEqual(["overdue", "due"]);
		expect(found[0]).toMatchObject({ count: 2 });
	});

	test("is a station whose pictures several vehicles wait for, or that a whole shift had none of", () => {
		const missing = waiting(ago(-2), { outcome: "missing", capture: null });
		expect(attentionNow(NOW, [missing, missing], [samplePlan], [])).toEqual([]);
		expect(attentionNow(NOW, [missing, missing, missing], [samplePlan], [])).toMatchObject([
			{ kind: "silent", station: "S10", count: 3 },
		]);
		const dark = bucket(4, { vehicles: 9, captured: 0 }, { station: "S20" });
		expect(attentionNow(NOW, [], [samplePlan], [dark])).toEqual([
			{ kind: "silent", station: "S20", count: 9, exceptionId: null },
		]);
	});

	test("is a share that left its limits today, at its station, but not one that got better or is long past", () => {
		const bad = bucket(4, { vehicles: 100, captured: 100, withException: 30 }, { station: "S10" });
		const found = attentionNow(NOW, [], [], [...calm({ station: "S10" }), bad]);
		expect(found).toMatchObject([
			{ kind: "exceptions_out_of_control", station: "S10", rules: ["beyond_three_sigma"] },
		]);
		const past = bucket(30, { vehicles: 100, captured: 100, withException: 30 });
		expect(attentionNow(NOW, [], [], [...calm().slice(0, 15), past])).toEqual([]);
	});

	test("is a station whose false calls left their limits", () => {
		const bad = bucket(4, { vehicles: 100, captured: 100, withException: 5, withFalseCall: 20 });
		const found = attentionNow(NOW, [], [], [...calm(), bad]);
		expect(found.map(({ kind }) => kind)).toEqual(["false_calls_out_of_control"]);
	});

	test("is the version of the readers in use, where it differs from the one before", () => {
		const before = calm({ readers: "old" });
		const after = bucket(2, { vehicles: 200, captured: 200, withException: 30 });
		const found = attentionNow(NOW, [], [], [...before, after]);
		expect(found.find(({ kind }) => kind === "readers_differ")).toMatchObject({
			version: "new",
			share: 0.15,
		});
		const few = bucket(2, { vehicles: 20, captured: 20, withException: 3 });
		const kinds = attentionNow(NOW, [], [], [...before, few]).map(({ kind }) => kind);
		expect(kinds).not.toContain("readers_differ");
	});
});

describe("a period", () => {
	const calendar: PlantCalendar = { shifts: ["06:00", "14:00", "22:00"], zone: "Asia/Shanghai" };
	const query = { period: "week", rules: "nelson" } as const;

	test("is the shift that runs, or the one before it", () => {
		expect(reportedPeriod({ ...query, period: "now" }, NOW, calendar)).toMatchObject({
			from: "2026-03-14T14:00:00.000Z",
			shown: "hour",
		});
		expect(reportedPeriod({ ...query, period: "shift" }, NOW, calendar)).toEqual({
			from: "2026-03-14T06:00:00.000Z",
			to: "2026-03-14T14:00:00.000Z",
			grain: "hour",
			shown: "hour",
		});
	});

	test("of days runs from first shift to first shift, by hours, shifts or days as it is long", () => {
		const range = (from: string, to: string) =>
			reportedPeriod({ ...query, period: "range", from, to }, NOW, calendar);
		expect(range("2026-03-10", "2026-03-10")).toEqual({
			from: "2026-03-09T22:00:00.000Z",
			to: "2026-03-10T22:00:00.000Z",
			grain: "hour",
			shown: "hour",
		});
		expect(range("2026-03-01", "2026-03-10")).toMatchObject({ grain: "shift", shown: "shift" });
		expect(range("2026-01-01", "2026-03-10")).toMatchObject({ grain: "shift", shown: "day" });
	});

	test("that can't be is named, and the last week is shown", () => {
		const problem = (from?: string, to?: string) => rangeProblem({ ...query, period: "range", from, to });
		expect(problem("2026-03-10")).toBe("days_missing");
		expect(problem("2026-03-10", "2026-03-01")).toBe("backwards");
		expect(problem("2025-03-10", "2026-03-01")).toBe("too_long");
		expect(problem("2026-03-10", "2026-03-10")).toBeNull();
		const wrong = { ...query, period: "range", from: "2026-03-10", to: "2026-03-01" } as const;
		expect(reportedPeriod(wrong, NOW, calendar)).toEqual(lastWeek(NOW, calendar));
	});
});

test("times to decide are judged by their logarithm: what doubles is as far off as what halves", () => {
	const seconds = [20, 40, 20, 40, 20, 40, 20, 40, 20, 2000];
	const decided = seconds.map((took, i) => ({
		...{ exceptionId: `e${i}`, plant: "HZ1", at: ago(20 - i), seconds: took, end: "confirmed" as const },
		...{ stations: [], model: "E5", readers: "new", shift: "06:00" },
	}));
	const points = decisionPoints(decided, ["beyond_three_sigma"]);
	expect(points.map(({ violates }) => violates.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
	expect(points.at(-1)?.range?.violates).toEqual(["beyond_three_sigma"]);
	expect(points[1]?.range?.value).toBeCloseTo(2, 10);
	expect(points[0]?.range).toBeNull();
});
