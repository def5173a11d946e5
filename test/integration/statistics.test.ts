import mongoose from "mongoose";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createRecordsActivities } from "../../activities/records.js";
import type { Bucket } from "../../src/contracts/statistics.js";
import type { PlantCalendar } from "../../src/domain/spc/calendar.js";
import { contributionOf } from "../../src/domain/spc/contribution.js";
import { addedTallies } from "../../src/domain/spc/tally.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { rebuildStatistics } from "../../src/statistics/roll-up.js";
import { FATES, finishedVehicle } from "../support/finished-vehicles.js";
import { uniqueDatabase } from "../support/servers.js";

const CALENDAR: PlantCalendar = { shifts: ["06:00", "14:00", "22:00"], zone: "Asia/Shanghai" };
const DAYS = ["2026-03-01", "2026-04-01"] as const;
const DAY = ["2026-03-14T00:00:00.000Z", "2026-03-15T00:00:00.000Z"] as const;

/** Eight vehicles an hour from six in the morning, Shanghai: 13:30 is the last of the early shift. */
const sealedAt = (number: number): string =>
	new Date(Date.parse("2026-03-13T22:00:00.000Z") + number * 7.5 * 60_000).toISOString();

/** Of ten vehicles seven are good, and one each is misread, wrong, released. */
const fateOf = (number: number) =>
	number === 50
		? "undecided"
		: (({ 3: "misread", 5: "wrong", 7: "released" } as const)[number % 10] ?? "good");

const VEHICLES = Array.from({ length: 60 }, (_, number) =>
	finishedVehicle({ number, fate: fateOf(number), sealedAt: sealedAt(number), seconds: 30 + number }),
);

let store: Store;
let uri: string;
beforeAll(async () => {
	uri = uniqueDatabase(inject("mongoUri"));
	store = await connectStore(uri);
});
afterAll(() => store?.close());

const activities = () => createRecordsActivities({ store, judgedBy: "test", calendar: CALENDAR });

const everything = async (plant = "plant") => ({
	hours: await store.statistics.buckets(plant, "hour", "2026-03-01", "2026-04-01"),
	shifts: await store.statistics.buckets(plant, "shift", "2026-03-01", "2026-04-01"),
	decided: await store.statistics.decided(plant, {}, "2026-03-01", "2026-04-01", 1000),
	readers: await store.statistics.readerVersions(plant),
});

const at = (buckets: readonly Bucket[], station: string) =>
	addedTallies(buckets.filter((bucket) => bucket.station === station).map(({ tally }) => tally));

describe("the statistics", () => {
	it("count each inspection when it is sealed, and what became of its exceptions", async () => {
		const { projectInspection } = activities();
		await Promise.all(VEHICLES.map((inspection) => projectInspection(inspection)));
		const { hours, shifts, decided } = await everything();
		const whole = at(shifts, "*");
		expect(whole).toMatchObject({
			vehicles: 60,
			firsts: 60,
			// all but six wrong, six released and one nobody decided
			firstPasses: 47,
			captured: 60,
			withException: 19,
		});
		expect(whole).toMatchObject({ falseCalls: 6, withFalseCall: 6 });
		expect(whole.exceptions).toBe(whole.falseCalls + whole.confirmed + whole.released + whole.expired);
		expect(whole.confirmed).toBe(whole.released);
		expect(whole.defects["nameplate|grossMass|unreadable"]).toBe(6);
		expect(whole.defects["stamp|vin|mismatch"]).toBe(13);
		expect(at(hours, "*")).toEqual(whole);
		expect(decided).toHaveLength(whole.exceptions - whole.expired);
		expect(decided.map(({ at: instant }) => instant)).toEqual(decided.map(({ at: i }) => i).sort());
	});

	it("give a station what its own witnesses asked of people", async () => {
		const { shifts } = await everything();
		const [first, second] = [at(shifts, "station-1"), at(shifts, "station-2")];
		expect(first).toMatchObject({ vehicles: 60, falseCalls: 6, withException: 19 });
		// the certificate was right each time; only where stamp and certificate contradict is it named
		expect(second.falseCalls).toBe(0);
		expect(Object.keys(second.defects).every((key) => key.startsWith("vehicle|"))).toBe(true);
	});

	it("part the day into hours and shifts by the plant's clock", async () => {
		const { hours, shifts } = await everything();
		const early = shifts.filter(({ station }) => station === "*");
		expect(early.map(({ day, shift, start }) => [day, shift, start])).toEqual([
			["2026-03-14", "06:00", "2026-03-13T22:00:00.000Z"],
		]);
		expect(hours.filter(({ station }) => station === "*")).toHaveLength(8);
	});

	it("do not change when an inspection is projected again, or again by thirty at once", async () => {
		const before = await everything();
		const { projectInspection } = activities();
		await Promise.all(VEHICLES.map((inspection) => projectInspection(inspection)));
		const [again] = VEHICLES;
		if (!again) throw new Error("there are vehicles");
		await Promise.all(Array.from({ length: 30 }, () => projectInspection(again)));
		expect(await everything()).toEqual(before);
	});

	it("count thirty inspections that end at once, each once, into buckets nobody had made", async () => {
		const inspections = Array.from({ length: 30 }, (_, number) =>
			finishedVehicle({ number, fate: "wrong", sealedAt: "2026-03-20T03:00:00.000Z", plant: "race" }),
		);
		const contributions = inspections.flatMap((inspection) => {
			const version = {
				version: "v",
				plant: "race",
				readers: { a: "1" },
				firstAt: "2026-03-20T03:00:00.000Z",
			};
			return contributionOf(inspection, version, CALENDAR) ?? [];
		});
		// each of them twice, and all of them together beside
		await Promise.all([
			...[...contributions, ...contributions].map((one) => store.statistics.contribute([one])),
			store.statistics.contribute(contributions),
		]);
		const { hours, shifts, readers } = await everything("race");
		expect(at(hours, "*").vehicles).toBe(30);
		expect(at(shifts, "*")).toEqual(at(hours, "*"));
		expect(at(shifts, "*").defects["stamp|vin|mismatch"]).toBe(30);
		expect(at(shifts, "station-1").vehicles).toBe(30);
		expect(readers).toHaveLength(1);
	});

	it("are the same when they are rebuilt from the stored inspections, even while one of them ends again", async () => {
		const before = await everything();
		const { projectInspection } = activities();
		const [rebuilt] = await Promise.all([
			rebuildStatistics(store, CALENDAR),
			...VEHICLES.slice(0, 5).map((inspection) => projectInspection(inspection)),
		]);
		expect(rebuilt).toBe(60);
		expect(await everything()).toEqual(before);
	});

	it("of shifts are the same from the days of stations as from a store that had none, and for any part of the time", async () => {
		const asked = [
			["2026-03-01", "2026-04-01"],
			["2026-03-13T22:00:00.000Z", "2026-03-13T22:00:00.001Z"],
			["2026-03-13T22:00:00.001Z", "2026-03-20T00:00:00.000Z"],
			["2026-03-19T22:00:00.000Z", "2026-03-20T22:00:00.000Z"],
		] as const;
		const shifts = () =>
			Promise.all(
				asked.flatMap(([from, to]) =>
					["plant", "race", "dots"].map((plant) => store.statistics.buckets(plant, "shift", from, to)),
				),
			);
		const fromDays = await shifts();
		const database = mongoose.createConnection(uri);
		await database.collection("statisticsRolledUp").deleteMany({});
		const fromShifts = await shifts();
		expect(fromShifts.flat().length).toBeGreaterThan(5);
		expect(fromDays).toEqual(fromShifts);
		// counted before there were days: shifts stay right, and what comes later does not hide them
		await database.collection("statisticsStationDays").deleteMany({});
		const late = finishedVehicle({ number: 901, fate: "good", sealedAt: sealedAt(60), plant: "plant" });
		const older = await connectStore(uri);
		await createRecordsActivities({ store: older, judgedBy: "test", calendar: CALENDAR }).projectInspection(
			late,
		);
		const whole = at(await store.statistics.buckets("plant", "shift", ...DAYS), "*");
		expect(whole.vehicles).toBe(61);
		await rebuildStatistics(store, CALENDAR);
		await older.close();
		expect(await database.collection("statisticsStationDays").countDocuments({ plant: "plant" })).toBe(3);
		await database.close();
		expect(at(await store.statistics.buckets("plant", "shift", ...DAYS), "*")).toEqual(whole);
	});

	it("of days read before show at once what another process has counted since, and forget what was cleared", async () => {
		const plant = "two-processes";
		const ended = (number: number) =>
			finishedVehicle({ number, fate: "good", sealedAt: sealedAt(number), plant });
		const shown = async () => at((await everything(plant)).shifts, "*").vehicles;
		const other = await connectStore(uri);
		const elsewhere = createRecordsActivities({ store: other, judgedBy: "test", calendar: CALENDAR });
		await elsewhere.projectInspection(ended(1));
		expect(await shown()).toBe(1);
		await elsewhere.projectInspection(ended(2));
		expect(await shown()).toBe(2);
		expect(await shown()).toBe(2);
		const database = mongoose.createConnection(uri);
		await database.collection("statisticsStationDays").deleteMany({ plant });
		expect(await shown()).toBe(0);
		// made anew, with as many writings as before
		await elsewhere.projectInspection(ended(3));
		await database.close();
		await other.close();
		expect(await shown()).toBe(1);
	});

	it("leave out what was cancelled and what has not ended", async () => {
		const sample = finishedVehicle({ number: 900, fate: "good", sealedAt: sealedAt(1), plant: "other" });
		const { projectInspection } = activities();
		await projectInspection({ ...sample, closure: "cancelled" });
		await projectInspection({ ...sample, inspectionId: "other-V901-1", status: "sealing", sealedAt: null });
		expect((await everything("other")).shifts).toEqual([]);
	});

	it("keep names with dots and dollars apart", async () => {
		const sample = finishedVehicle({ number: 1, fate: "wrong", sealedAt: sealedAt(1), plant: "dots" });
		const exceptions = sample.exceptions.map((exception) => ({
			...exception,
			finding: { ...exception.finding, witness: "stamp.left", field: "$vin.%2E" },
		}));
		await activities().projectInspection({ ...sample, exceptions });
		const { shifts } = await everything("dots");
		expect(Object.keys(at(shifts, "*").defects)).toEqual(["stamp.left|$vin.%2E|mismatch"]);
	});

	it("of a filter are those of its part alone", async () => {
		const all = await store.statistics.decided("plant", {}, ...DAY, 1000);
		const some = await store.statistics.decided("plant", { station: "station-1" }, ...DAY, 1000);
		expect(some.length).toBeGreaterThan(0);
		expect(some).toEqual(all.filter(({ stations }) => stations.includes("station-1")));
		expect(await store.statistics.decided("plant", { model: "none" }, ...DAY, 1000)).toEqual([]);
		expect(await store.statistics.decided("plant", {}, ...DAY, 3)).toEqual(all.slice(-3));
		expect(FATES).toContain("undecided");
	});
});
