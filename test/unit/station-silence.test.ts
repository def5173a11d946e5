import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awaitedBy, capturesInLastHour, silentSince } from "../../src/domain/station-silence.js";
import { sampleException, sampleInspection } from "../support/inspections.js";

const NOW = new Date("2026-03-02T10:00:00.000Z");
const ago = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

describe("a station", () => {
	it("may be silent for ever while no vehicle waits for it", () => {
		expect(silentSince({ limitMinutes: 1, lastCaptureAt: null, waitingSince: null }, NOW)).toBeNull();
		expect(silentSince({ limitMinutes: 1, lastCaptureAt: ago(9999), waitingSince: null }, NOW)).toBeNull();
	});

	it("has its whole limit from the later of its last capture and the first vehicle that waits", () => {
		const watch = (last: number | null, waiting: number) => ({
			limitMinutes: 10,
			lastCaptureAt: last === null ? null : ago(last),
			waitingSince: ago(waiting),
		});
		expect(silentSince(watch(null, 9), NOW)).toBeNull();
		expect(silentSince(watch(null, 11), NOW)).toBe(ago(11));
		expect(silentSince(watch(300, 9), NOW)).toBeNull();
		expect(silentSince(watch(5, 60), NOW)).toBeNull();
		expect(silentSince(watch(20, 60), NOW)).toBe(ago(20));
	});

	it("is never called silent sooner under a longer limit", () => {
		const minutes = fc.integer({ min: 0, max: 2000 });
		fc.assert(
			fc.property(minutes, minutes, fc.integer({ min: 1, max: 1440 }), (last, waiting, limitMinutes) => {
				const watch = { limitMinutes, lastCaptureAt: ago(last), waitingSince: ago(waiting) };
				const longer = silentSince({ ...watch, limitMinutes: limitMinutes + 1 }, NOW);
				if (longer !== null) expect(silentSince(watch, NOW)).toBe(longer);
			}),
		);
	});
});

describe("the captures of the last hour", () => {
	it("are counted once each, and those of older minutes not at all", () => {
		const minutes = [
			{ at: ago(0).slice(0, 16), captures: ["a", "b"] },
			{ at: ago(59).slice(0, 16), captures: ["b", "c"] },
			{ at: ago(60).slice(0, 16), captures: ["d"] },
		];
		expect(capturesInLastHour(minutes, NOW)).toBe(3);
	});
});

describe("what an inspection waits for", () => {
	const inspection = sampleInspection({ startedAt: ago(30) });

	it("is every planned witness without a capture, from track-in on", () => {
		expect(awaitedBy(inspection)).toEqual([
			{ station: "S10", since: ago(30) },
			{ station: "S20", since: ago(30) },
		]);
		expect(awaitedBy({ ...inspection, status: "reviewing" })).toEqual([]);
	});

	it("is a retake, from the moment it was asked for", () => {
		const captures = inspection.plan.witnesses.map(({ id, station }) => ({
			...{ sha256: "a".repeat(64), mediaType: "image/png", bytes: 1, width: 1, height: 1 },
			...{ witness: id, station, capturedAt: null, receivedAt: ago(20) },
		})) as typeof inspection.captures;
		const exception = sampleException(inspection.inspectionId);
		expect(awaitedBy({ ...inspection, captures })).toEqual([]);
		const exceptions = [
			{
				...exception,
				status: "awaiting_capture",
				decisions: [{ ...exception.decisions[0], at: ago(5) }],
			},
		] as typeof inspection.exceptions;
		expect(awaitedBy({ ...inspection, captures, exceptions })).toEqual([{ station: "S10", since: ago(5) }]);
	});
});
