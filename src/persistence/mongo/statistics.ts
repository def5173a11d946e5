import { randomUUID } from "node:crypto";
import type { Connection, Model, QueryFilter } from "mongoose";
import {
	BUCKET_QUERIES,
	type BucketDocument,
	DECIDED_QUERIES,
	type DecidedExceptionDocument,
	decidedExceptionSchema,
	hourSchema,
	type ReaderVersionDocument,
	type RolledUpDocument,
	readerVersionSchema,
	rolledUpSchema,
	type StationDayDocument,
	shiftSchema,
	stationDaySchema,
} from "../../../models/records/statistics.js";
import type { Bucket, Contribution, Grain } from "../../contracts/statistics.js";
import { addedTallies } from "../../domain/spc/tally.js";
import type { Statistics } from "../store.js";
import { keptStationDays } from "./kept-station-days.js";
import { bucketKey, cellIncrements, decodedKeys, increments, stationDayKey } from "./station-days.js";
import { isDuplicateKey } from "./store-errors.js";

/** Writers that meet in one bucket wait for each other at most this often; each meeting lets one of them through. */
const MEETINGS = 200;

function bucketOf({ _id, contributed, tally, ...bucket }: BucketDocument): Bucket {
	return {
		...bucket,
		tally: { ...tally, defects: decodedKeys(tally.defects), seconds: decodedKeys(tally.seconds) },
	};
}

/** Name of the note that the days of stations hold all that the shifts hold. */
const STATION_DAYS = "stationDays";

/** What buckets add to one document that holds them all; what is nought is added too, so that every count is there. */
const bucketIncrements = (buckets: readonly Bucket[]): Record<string, number> =>
	Object.fromEntries(increments("tally", addedTallies(buckets.map(({ tally }) => tally))));

interface Share {
	readonly inspectionId: string;
	readonly bucket: Bucket;
}

function byKey(shares: readonly Share[], keyOfBucket: (bucket: Bucket) => string): Map<string, Share[]> {
	const grouped = new Map<string, Share[]>();
	for (const share of shares) {
		const key = keyOfBucket(share.bucket);
		const others = grouped.get(key);
		if (others) others.push(share);
		else grouped.set(key, [share]);
	}
	return grouped;
}

/** Roll-ups that are counted up at the end of each inspection, each once, however often it is asked. */
export function mongoStatistics(connection: Connection): Statistics {
	const rolled = {
		hour: connection.model<BucketDocument>("StatisticsHour", hourSchema()),
		shift: connection.model<BucketDocument>("StatisticsShift", shiftSchema()),
	} as const satisfies Record<Grain, unknown>;
	const StationDays = connection.model<StationDayDocument>("StatisticsStationDay", stationDaySchema());
	const stationDays = keptStationDays(StationDays);
	const RolledUp = connection.model<RolledUpDocument>("StatisticsRolledUp", rolledUpSchema());
	const Decided = connection.model<DecidedExceptionDocument>("DecidedException", decidedExceptionSchema());
	const Readers = connection.model<ReaderVersionDocument>("ReaderVersion", readerVersionSchema());

	/**
	 * Counts into one document those that are not in it yet: counters and the list that guards them change in one
	 * atomic step, which takes place only where none of them is listed. Where the upsert meets a document, it was
	 * made just now by somebody else, or holds some of them already: look, and try with the rest.
	 */
	const addTo = async <Rolled extends { readonly contributed: readonly string[] }>(
		Roll: Model<Rolled>,
		_id: string,
		about: object,
		shares: readonly Share[],
		counts: (buckets: readonly Bucket[]) => Record<string, number>,
		marks: Readonly<Record<string, string>> = {},
	): Promise<void> => {
		const roll = Roll as unknown as Model<{ _id: string; contributed: readonly string[] }>;
		let left = shares;
		for (let meeting = 0; left.length > 0; meeting += 1) {
			const ids = left.map(({ inspectionId }) => inspectionId);
			try {
				await roll.updateOne(
					{ _id, contributed: { $nin: ids } },
					{
						$setOnInsert: about,
						$inc: counts(left.map(({ bucket }) => bucket)),
						$set: marks,
						$push: { contributed: { $each: ids } },
					},
					{ upsert: true },
				);
				return;
			} catch (error) {
				if (!isDuplicateKey(error) || meeting >= MEETINGS) throw error;
			}
			const standing = await roll.findById(_id).lean();
			const there = new Set(standing?.contributed ?? []);
			left = left.filter(({ inspectionId }) => !there.has(inspectionId));
		}
	};

	/** A store that holds no shift yet will hold each of them in a station's day too. */
	let looked: Promise<void> | null = null;
	const noteBeginning = async (): Promise<void> => {
		if ((await RolledUp.exists({ _id: STATION_DAYS })) || (await rolled.shift.exists({ _id: { $gt: "" } })))
			return;
		await noteWhole();
	};
	const noteWhole = async (): Promise<void> => {
		await RolledUp.updateOne({ _id: STATION_DAYS }, {}, { upsert: true });
	};

	const keepDecided = async (contribution: Contribution): Promise<void> => {
		for (const decided of contribution.decided) {
			await Decided.replaceOne({ _id: decided.exceptionId }, decided, { upsert: true });
		}
	};

	const keepReaders = async (versions: readonly Contribution["readerVersion"][]): Promise<void> => {
		const earliest = new Map<string, Contribution["readerVersion"]>();
		for (const version of versions) {
			const _id = `${version.plant}/${version.version}`;
			const known = earliest.get(_id);
			if (!known || version.firstAt < known.firstAt) earliest.set(_id, version);
		}
		for (const [_id, { firstAt, ...about }] of earliest) {
			try {
				await Readers.updateOne({ _id }, { $setOnInsert: about, $min: { firstAt } }, { upsert: true });
			} catch (error) {
				if (!isDuplicateKey(error)) throw error;
				await Readers.updateOne({ _id }, { $min: { firstAt } }); // made by somebody else meanwhile
			}
		}
	};

	return {
		async contribute(contributions) {
			looked ??= noteBeginning().catch((error: unknown) => {
				looked = null;
				throw error;
			});
			await looked;
			const shares = contributions.flatMap(({ inspectionId, buckets }) =>
				buckets.map((bucket): Share => ({ inspectionId, bucket })),
			);
			for (const [key, ofBucket] of byKey(shares, bucketKey)) {
				const [{ bucket }] = ofBucket as [Share];
				const { tally: _, ...about } = bucket;
				await addTo(rolled[bucket.grain], key, about, ofBucket, bucketIncrements);
			}
			const ofShifts = shares.filter(({ bucket }) => bucket.grain === "shift");
			for (const [key, ofDay] of byKey(ofShifts, stationDayKey)) {
				const [{ bucket }] = ofDay as [Share];
				const { plant, day, station } = bucket;
				await addTo(StationDays, key, { plant, day, station }, ofDay, cellIncrements, {
					writing: randomUUID(),
				});
			}
			for (const contribution of contributions) await keepDecided(contribution);
			await keepReaders(contributions.map(({ readerVersion }) => readerVersion));
		},
		async buckets(plant, grain, from, to) {
			if (grain === "shift" && (await RolledUp.exists({ _id: STATION_DAYS })))
				return stationDays.shifts(plant, from, to);
			const found = await rolled[grain]
				.find({ plant, start: { $gte: from, $lt: to } })
				.select({ contributed: 0 })
				.sort(BUCKET_QUERIES.ofPeriod.order)
				.lean();
			return found.map(bucketOf);
		},
		async decided(plant, { station, model, readers, shift }, from, to, limit) {
			const filter: QueryFilter<DecidedExceptionDocument> = {
				plant,
				at: { $gte: from, $lt: to },
				...(station === undefined ? {} : { stations: station }),
				...(model === undefined ? {} : { model }),
				...(readers === undefined ? {} : { readers }),
				...(shift === undefined ? {} : { shift }),
			};
			const found = await Decided.find(filter).sort(DECIDED_QUERIES.newest.order).limit(limit).lean();
			return found.map(({ _id, ...decided }) => decided).reverse();
		},
		async readerVersions(plant) {
			// "0" follows "/" in ASCII: the range holds exactly this plant's keys.
			const found = await Readers.find({ _id: { $gt: `${plant}/`, $lt: `${plant}0` } })
				.sort({ _id: 1 })
				.lean();
			return found.map(({ _id, ...version }) => version);
		},
		async clear() {
			await RolledUp.deleteMany({});
			await StationDays.deleteMany({});
			for (const Rolled of Object.values(rolled)) await Rolled.deleteMany({});
			await Decided.deleteMany({});
			await Readers.deleteMany({});
		},
		noteWhole,
	};
}
