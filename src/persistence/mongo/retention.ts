import type { Connection } from "mongoose";
import { type RetainedDocument, retainedSchema } from "../../../models/records/retained.js";
import type { Retained } from "../../contracts/retention.js";
import type { RetentionStore } from "../retention-store.js";
import { isDuplicateKey } from "./store-errors.js";

const bare = ({ _id, ...retained }: RetainedDocument): Retained => retained;

export function mongoRetention(connection: Connection): RetentionStore {
	const Kept = connection.model<RetainedDocument>("Retained", retainedSchema());
	const present = async (inspectionId: string): Promise<void> => {
		const empty = { inspectionId, hold: null, deletions: [], pending: false };
		try {
			await Kept.updateOne({ _id: inspectionId }, { $setOnInsert: empty }, { upsert: true });
		} catch (error) {
			if (!isDuplicateKey(error)) throw error;
		}
	};
	return {
		async get(inspectionId) {
			const found = await Kept.findById(inspectionId).lean();
			return found ? bare(found) : null;
		},
		async of(inspectionIds) {
			return (await Kept.find({ _id: { $in: inspectionIds } }).lean()).map(bare);
		},
		async setHold(inspectionId, hold) {
			await present(inspectionId);
			const set = await Kept.updateOne({ _id: inspectionId, hold: null }, { $set: { hold } });
			return set.matchedCount > 0;
		},
		async liftHold(inspectionId) {
			const lifted = await Kept.updateOne(
				{ _id: inspectionId, hold: { $ne: null } },
				{ $set: { hold: null } },
			);
			return lifted.matchedCount > 0;
		},
		async noteDeletions(inspectionId, deletions) {
			await present(inspectionId);
			const known = (await Kept.findById(inspectionId).lean())?.deletions ?? [];
			const news = deletions.filter(
				({ sha256, what }) => !known.some((one) => one.sha256 === sha256 && one.what === what),
			);
			// One step: a hold set a moment before it stands, and one set a moment later finds nothing to keep.
			const noted = await Kept.updateOne(
				{ _id: inspectionId, hold: null },
				{ $push: { deletions: { $each: news } }, $set: { pending: true } },
			);
			return noted.matchedCount > 0;
		},
		async finishDeletions(inspectionId) {
			await Kept.updateOne({ _id: inspectionId }, { $set: { pending: false } });
		},
	};
}
