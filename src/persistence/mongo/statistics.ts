import type { Connection, QueryFilter } from "mongoose";
import {
	BUCKET_QUERIES,
	type BucketDocument,
	DECIDED_QUERIES,
	type DecidedExceptionDocument,
	decidedExceptionSchema,
	hourSchema,
	type ReaderVersionDocument,
	readerVersionSchema,
	shiftSchema,
} from "../../../models/records/statistics.js";
import type { Bucket, Contribution, Grain, Tally } from "../../contracts/statistics.js";
import { addedTallies } from "../../domain/spc/tally.js";
import type { Statistics } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

/** Writers that meet in one bucket wait for each other at most this often; each meeting lets one of them through. */
const MEETINGS = 200;

/** Dots part paths and `$` begins an operator; a witness may have dots in its name. */
const encoded = (key: string): string =>
	key.replaceAll("%", "%25").replaceAll(".", "%2E").replaceAll("$", "%24");
const decoded = (key: string): string =>
	key.replaceAll("%24", "$").replaceAll("%2E", ".").replaceAll("%25", "%");

const keyOf = ({ plant, grain, start, shift, station, model, readers }: Bucket): string =>
	[plant, grain, start, shift, station, model, readers].join("/");

/** What is added to a bucket, as paths for `$inc`; what is nought is added too, so that every count is there. */
function increments({ defects, seconds, ...counts }: Tally): Record<string, number> {
	const paths = Object.entries(counts).map(([name, count]) => [`tally.${name}`, count] as const);
	const histogram = (name: string, values: Record<string, number>) =>
		Object.entries(values).map(([key, count]) => [`tally.${name}.${encoded(key)}`, count] as const);
	return Object.fromEntries([...paths, ...histogram("defects", defects), ...histogram("seconds", seconds)]);
}

const decodedKeys = (histogram: Record<string, number> | undefined): Record<string, number> =>
	Object.fromEntries(Object.entries(histogram ?? {}).map(([key, count]) => [decoded(key), count]));

function bucketOf({ _id, contributed, tally, ...bucket }: BucketDocument): Bucket {
	return {
		...bucket,
		tally: { ...tally, defects: decodedKeys(tally.defects), seconds: decodedKeys(tally.seconds) },
	};
}

interface Share {
	readonly inspectionId: string;
	readonly bucket: Bucket;
}

/** Roll-ups that are counted up at the end of each inspection, each once, however often it is asked. */
export function mongoStatistics(connection: Connection): Statistics {
	const rolled = {
		hour: connection.model<BucketDocument>("StatisticsHour", hourSchema()),
		shift: connection.model<BucketDocument>("StatisticsShift", shiftSchema()),
	} as const satisfies Record<Grain, unknown>;
	const Decided = connection.model<DecidedExceptionDocument>("DecidedException", decidedExceptionSchema());
	const Readers = connection.model<ReaderVersionDocument>("ReaderVersion", readerVersionSchema());

	/**
	 * Counts into one bucket those that are not in it yet: counters and the list that guards them change in one
	 * atomic step, which takes place only where none of them is listed. Where the upsert meets a document, the
	 * bucket was made just now by somebody else, or holds some of them already: look, and try with the rest.
	 */
	const addTo = async (_id: string, shares: readonly Share[]): Promise<void> => {
		let left = shares;
		for (let meeting = 0; left.length > 0; meeting += 1) {
			const [{ bucket }] = left as [Share];
			const { tally: _, ...about } = bucket;
			const Rolled = rolled[bucket.grain];
			const ids = left.map(({ inspectionId }) => inspectionId);
			try {
				await Rolled.updateOne(
					{ _id, contributed: { $nin: ids } },
					{
						$setOnInsert: about,
						$inc: increments(addedTallies(left.map((share) => share.bucket.tally))),
						$push: { contributed: { $each: ids } },
					},
					{ upsert: true },
				);
				return;
			} catch (error) {
				if (!isDuplicateKey(error) || meeting >= MEETINGS) throw error;
			}
			const standing = await Rolled.findById(_id).lean();
			const there = new Set(standing?.contributed ?? []);
			left = left.filter(({ inspectionId }) => !there.has(inspectionId));
		}
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
			const byBucket = new Map<string, Share[]>();
			for (const { inspectionId, buckets } of contributions) {
				for (const bucket of buckets) {
					const key = keyOf(bucket);
					byBucket.set(key, [...(byBucket.get(key) ?? []), { inspectionId, bucket }]);
				}
			}
			for (const [key, shares] of byBucket) await addTo(key, shares);
			for (const contribution of contributions) await keepDecided(contribution);
			await keepReaders(contributions.map(({ readerVersion }) => readerVersion));
		},
		async buckets(plant, grain, from, to) {
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
			for (const Rolled of Object.values(rolled)) await Rolled.deleteMany({});
			await Decided.deleteMany({});
			await Readers.deleteMany({});
		},
	};
}
