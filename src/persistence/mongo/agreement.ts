import { randomBytes } from "node:crypto";
import type { Connection, QueryFilter } from "mongoose";
import {
	AGREEMENT_QUERIES,
	type AgreementSettingsDocument,
	type AwaitedReadingDocument,
	agreementSettingsSchema,
	awaitedReadingSchema,
	type GoldenItemDocument,
	goldenItemSchema,
	type HiddenItemDocument,
	type HiddenReaderDocument,
	hiddenItemSchema,
	hiddenReaderSchema,
} from "../../../models/records/agreement.js";
import { DEFAULT_SHARES, GoldenItem, HiddenItem } from "../../contracts/agreement.js";
import type { AgreementStore } from "../agreement-store.js";
import { decodeCursor, encodeCursor, pageOf } from "../page-cursor.js";
import { beyond } from "./beyond.js";
import { isDuplicateKey } from "./store-errors.js";

const SEED_BYTES = 32;

const withoutId = <T extends { readonly _id: string }>({ _id, ...rest }: T): Omit<T, "_id"> => rest;

/** Resolves to whether the write went through; false where a document with this key is there. */
async function unlessThere(write: () => Promise<unknown>): Promise<boolean> {
	try {
		await write();
		return true;
	} catch (error) {
		if (isDuplicateKey(error)) return false;
		throw error;
	}
}

export function mongoAgreement(connection: Connection): AgreementStore {
	const Settings = connection.model<AgreementSettingsDocument>(
		"AgreementSettings",
		agreementSettingsSchema(),
	);
	const Golden = connection.model<GoldenItemDocument>("GoldenItem", goldenItemSchema());
	const Hidden = connection.model<HiddenItemDocument>("HiddenItem", hiddenItemSchema());
	const Reader = connection.model<HiddenReaderDocument>("HiddenReader", hiddenReaderSchema());
	const Awaited = connection.model<AwaitedReadingDocument>("AwaitedReading", awaitedReadingSchema());

	const settings: AgreementStore["settings"] = async (plant) => {
		const found = await Settings.findById(plant).lean();
		if (found) return withoutId(found);
		const seed = randomBytes(SEED_BYTES).toString("hex");
		const made = await unlessThere(() => Settings.create({ _id: plant, seed, ...DEFAULT_SHARES }));
		return made ? { seed, ...DEFAULT_SHARES } : settings(plant);
	};

	return {
		settings,
		async saveShares(plant, shares) {
			await settings(plant);
			await Settings.updateOne({ _id: plant }, { $set: shares });
		},
		async golden(exceptionId) {
			const found = await Golden.findById(exceptionId).lean();
			return found ? withoutId(found) : null;
		},
		async saveGolden(item) {
			await Golden.replaceOne({ _id: item.exceptionId }, GoldenItem.parse(item), { upsert: true });
		},
		async retireGolden(exceptionId, by, at) {
			const change = { retired: true, retiredAt: at, retiredBy: by };
			const { matchedCount } = await Golden.updateOne({ _id: exceptionId, retired: false }, { $set: change });
			return matchedCount > 0;
		},
		async listGolden(retired, after, limit) {
			const behind: QueryFilter<GoldenItemDocument> =
				after === null ? {} : beyond("addedAt", -1, ...decodeCursor(after));
			const found = await Golden.find({ retired, ...behind })
				.sort(AGREEMENT_QUERIES.golden.order)
				.limit(limit + 1)
				.lean();
			return pageOf(found.map(withoutId), limit, (last) => encodeCursor([last.addedAt, last.exceptionId]));
		},
		async countDecision(person, decisionId) {
			let counted: HiddenReaderDocument | null = null;
			// the upsert of a decision that was counted meets the reader's own document
			const fresh = await unlessThere(async () => {
				counted = await Reader.findOneAndUpdate(
					{ _id: person, lastDecision: { $ne: decisionId } },
					{ $inc: { decisions: 1 }, $set: { lastDecision: decisionId } },
					{ upsert: true, returnDocument: "after" },
				).lean();
			});
			return fresh ? ((counted as HiddenReaderDocument | null)?.decisions ?? null) : null;
		},
		async reader(person) {
			const found = await Reader.findById(person).lean();
			return { open: found?.open ?? [], shown: found?.shown ?? [] };
		},
		async show(item, since) {
			const { itemId, person, exceptionId } = item;
			const added = await unlessThere(() => Hidden.create({ _id: itemId, ...HiddenItem.parse(item) }));
			if (!added) return false;
			await Reader.updateOne({ _id: person }, { $pull: { shown: { at: { $lt: since } } } });
			await Reader.updateOne(
				{ _id: person },
				{ $addToSet: { open: itemId }, $push: { shown: { exceptionId, at: item.shownAt } } },
				{ upsert: true },
			);
			return true;
		},
		async openOf(person) {
			const open = (await Reader.findById(person).lean())?.open ?? [];
			if (open.length === 0) return [];
			const found = await Hidden.find({ _id: { $in: [...open] } }).lean();
			return found.map(withoutId);
		},
		async close(person, itemId) {
			await Reader.updateOne({ _id: person }, { $pull: { open: itemId } });
		},
		async item(itemId) {
			const found = await Hidden.findById(itemId).lean();
			return found ? withoutId(found) : null;
		},
		async addStep({ itemId, revision }, step, outcome) {
			const { matchedCount } = await Hidden.updateOne(
				{ _id: itemId, revision },
				{ $push: { steps: step }, $set: { ...outcome, revision: revision + 1 } },
			);
			return matchedCount > 0;
		},
		async claim(itemId, claim) {
			await Hidden.updateOne({ _id: itemId }, { $set: { claim } });
		},
		async awaitReading(awaited) {
			await Awaited.updateOne({ _id: awaited.exceptionId }, { $set: awaited }, { upsert: true });
		},
		async awaitedReadings(limit) {
			const found = await Awaited.find().sort(AGREEMENT_QUERIES.awaited.order).limit(limit).lean();
			return found.map(withoutId);
		},
		async takeReading(exceptionId) {
			return (await Awaited.deleteOne({ _id: exceptionId })).deletedCount > 0;
		},
		async judged(from, to, limit) {
			const found = await Hidden.find({ judgedAt: { $gte: from, $lt: to } })
				.sort(AGREEMENT_QUERIES.judged.order)
				.limit(limit)
				.lean();
			return found.map(withoutId);
		},
	};
}
