import type { Connection, QueryFilter } from "mongoose";
import {
	INSPECTION_QUERIES,
	type InspectionRowDocument,
	inspectionRowSchema,
} from "../../../models/records/inspection-row.js";
import type { Inspection } from "../../contracts/inspection.js";
import type { InspectionRow } from "../../contracts/inspection-row.js";
import { rowOf } from "../../domain/inspection-row.js";
import { decodeCursor, encodeCursor, pageOf } from "../page-cursor.js";
import type { InspectionFilter, Page } from "../store.js";
import { beyond } from "./beyond.js";
import { containing } from "./part-of-text.js";
import { isDuplicateKey } from "./store-errors.js";
import { stepBetween, type Tallies } from "./tallies.js";

/** A change becomes visible to listeners this long after it was written, so that none written beside it is passed over. */
const SETTLING_MILLISECONDS = 200;
/** A page of the newest is nearly always found among those of so many days, and then nothing older is sorted. */
const RECENT_MILLISECONDS = 3 * 24 * 60 * 60 * 1000;

const bare = ({ _id, changedAt, pending, ...row }: InspectionRowDocument): InspectionRow => row;

/** Times are compared by whole milliseconds; some servers keep finer ones than they tell. */
const millisecondAfter = (instant: Date): Date => new Date(instant.getTime() + 1);

type Condition = QueryFilter<InspectionRowDocument>;

function conditionsOf(filter: InspectionFilter): Condition[] {
	const conditions: Condition[] = [];
	if (filter.status) conditions.push({ status: filter.status });
	if (filter.disposition) conditions.push({ disposition: filter.disposition });
	if (filter.model) conditions.push({ model: filter.model });
	if (filter.search) {
		const part = containing(filter.search);
		conditions.push({ $or: [{ vin: part }, { productionNumber: part }] });
	}
	return conditions;
}

/** Whether so many inspections may fit that the newest of them are worth looking for first. */
const isWide = ({ status, search }: InspectionFilter): boolean =>
	search === undefined && (status === undefined || status === "sealed");

export interface InspectionRows {
	/** Brings the row and the counts after the inspection, unless a newer version stands. */
	project(inspection: Inspection): Promise<void>;
	list(filter: InspectionFilter, after: string | null, limit: number): Promise<Page<InspectionRow>>;
	changedSince(cursor: string | null, limit: number): Promise<Page<InspectionRow>>;
	/** How many there are, from the collection's own count. */
	size(): Promise<number>;
}

/** The short form of every inspection. */
export function mongoInspectionRows(connection: Connection, tallies: Tallies): InspectionRows {
	const Row = connection.model<InspectionRowDocument>("InspectionRow", inspectionRowSchema());

	/** Counts what was written and not counted yet: this writer's step, or that of one that died in between. */
	const settle = async (inspectionId: string, pending: InspectionRowDocument["pending"] = []) => {
		for (const step of pending) {
			await tallies.take(inspectionId, step);
			await Row.updateOne({ _id: inspectionId }, { $pull: { pending: { op: step.op } } });
		}
	};

	/** Writes over the version that was read; false where somebody else wrote in between. */
	const replace = async (standing: InspectionRowDocument | null, row: InspectionRow) => {
		const step = stepBetween(standing, row);
		try {
			const { matchedCount, upsertedCount } = await Row.updateOne(
				{ _id: row.inspectionId, version: standing?.version ?? { $lt: 0 } },
				{
					$set: row,
					$currentDate: { changedAt: true },
					...(step ? { $push: { pending: step } } : {}),
				},
				{ upsert: standing === null },
			);
			if (matchedCount + upsertedCount === 0) return false;
		} catch (error) {
			if (isDuplicateKey(error)) return false;
			throw error;
		}
		await settle(row.inspectionId, [...(standing?.pending ?? []), ...(step ? [step] : [])]);
		return true;
	};

	const find = (conditions: readonly Condition[], limit: number) =>
		Row.find(conditions.length > 0 ? { $and: [...conditions] } : {})
			.sort(INSPECTION_QUERIES.newest.order)
			.limit(limit)
			.lean();

	return {
		async project(inspection) {
			const row = rowOf(inspection);
			for (;;) {
				const standing = await Row.findById(row.inspectionId).lean();
				if (standing && standing.version >= row.version) {
					await settle(row.inspectionId, standing.pending);
					return;
				}
				if (await replace(standing, row)) return;
			}
		},
		async list(filter, after, limit) {
			const conditions = conditionsOf(filter);
			let from = Date.now();
			if (after !== null) {
				const [startedAt, id] = decodeCursor(after);
				conditions.push(beyond("startedAt", -1, startedAt, id));
				from = Date.parse(startedAt);
			}
			const recent = { startedAt: { $gte: new Date(from - RECENT_MILLISECONDS).toISOString() } };
			let found = isWide(filter) ? await find([...conditions, recent], limit + 1) : [];
			if (found.length <= limit) found = await find(conditions, limit + 1);
			return pageOf(found.map(bare), limit, (last) => encodeCursor([last.startedAt, last.inspectionId]));
		},
		async changedSince(cursor, limit) {
			const settled = new Date(Date.now() - SETTLING_MILLISECONDS);
			if (cursor === null) return { items: [], next: encodeCursor([settled.toISOString(), ""]) };
			const after = millisecondAfter(new Date(decodeCursor(cursor)[0]));
			const found = await Row.find({ changedAt: { $gte: after, $lte: settled } })
				.sort(INSPECTION_QUERIES.changes.order)
				.limit(limit)
				.lean();
			const last = found.at(-1);
			if (!last) return { items: [], next: cursor };
			// A page ends with a whole millisecond, because the cursor goes on after it.
			const sameInstant = await Row.find({
				changedAt: { $gte: last.changedAt, $lt: millisecondAfter(last.changedAt) },
				_id: { $nin: found.map(({ _id }) => _id) },
			}).lean();
			return {
				items: [...found, ...sameInstant].map(bare),
				next: encodeCursor([last.changedAt.toISOString(), last._id]),
			};
		},
		size: () => Row.estimatedDocumentCount(),
	};
}
