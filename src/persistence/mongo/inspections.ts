import type { Connection, QueryFilter } from "mongoose";
import { type ExceptionDocument, exceptionSchema } from "../../../models/records/exception.js";
import {
	INSPECTION_QUERIES,
	type InspectionDocument,
	inspectionSchema,
} from "../../../models/records/inspection.js";
import { Disposition, type Inspection, InspectionStatus } from "../../contracts/inspection.js";
import type { InspectionFilter, Inspections } from "../store.js";
import { searchProjection } from "./inspection-search.js";
import { beyond, decodeCursor, encodeCursor, pageOf } from "./page-cursor.js";
import { unlessNewer } from "./store-errors.js";

/** A change becomes visible to listeners this long after it was written, so that none written beside it is passed over. */
const SETTLING_MILLISECONDS = 200;

const bare = ({ _id, changedAt, ...inspection }: InspectionDocument): Inspection => inspection;

/** Times are compared by whole milliseconds; some servers keep finer ones than they tell. */
const millisecondAfter = (instant: Date): Date => new Date(instant.getTime() + 1);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|-]/g, "\\$&");

function conditionsOf(filter: InspectionFilter): QueryFilter<InspectionDocument>[] {
	const conditions: QueryFilter<InspectionDocument>[] = [];
	if (filter.status) conditions.push({ status: filter.status });
	if (filter.disposition) conditions.push({ disposition: filter.disposition });
	if (filter.model) conditions.push({ "record.model": filter.model });
	if (filter.search) {
		const part = { $regex: escaped(filter.search), $options: "i" };
		conditions.push({ $or: [{ "record.vin": part }, { productionNumber: part }] });
	}
	return conditions;
}

export function mongoInspections(connection: Connection): Inspections {
	const Projection = connection.model<InspectionDocument>("Inspection", inspectionSchema());
	const ExceptionProjection = connection.model<ExceptionDocument>("Exception", exceptionSchema());

	const projectSearch = searchProjection(connection);

	const projectExceptions = async (inspection: Inspection): Promise<void> => {
		const { version, productionNumber, record } = inspection;
		for (const exception of inspection.exceptions) {
			const document = { ...exception, version, productionNumber, vin: record.vin, model: record.model };
			await unlessNewer(() =>
				ExceptionProjection.updateOne(
					{ _id: exception.exceptionId, version: { $lt: version } },
					{ $set: document },
					{ upsert: true },
				),
			);
		}
	};

	return {
		async project(inspection) {
			// Listeners wake on the inspection and then ask for its exceptions: those have to be there first.
			await Promise.all([projectExceptions(inspection), projectSearch(inspection)]);
			await unlessNewer(() =>
				Projection.updateOne(
					{ _id: inspection.inspectionId, version: { $lt: inspection.version } },
					{ $set: inspection, $currentDate: { changedAt: true } },
					{ upsert: true },
				),
			);
		},
		async get(inspectionId) {
			const found = await Projection.findById(inspectionId).lean();
			return found ? bare(found) : null;
		},
		async list(filter, after, limit) {
			const conditions = conditionsOf(filter);
			if (after !== null) {
				const [startedAt, id] = decodeCursor(after);
				conditions.push(beyond("startedAt", -1, startedAt, id));
			}
			const found = await Projection.find(conditions.length > 0 ? { $and: conditions } : {})
				.sort(INSPECTION_QUERIES.newest.order)
				.limit(limit + 1)
				.lean();
			return pageOf(found.map(bare), limit, (last) => encodeCursor([last.startedAt, last.inspectionId]));
		},
		async changedSince(cursor, limit) {
			const settled = new Date(Date.now() - SETTLING_MILLISECONDS);
			if (cursor === null) return { items: [], next: encodeCursor([settled.toISOString(), ""]) };
			const after = millisecondAfter(new Date(decodeCursor(cursor)[0]));
			const found = await Projection.find({ changedAt: { $gte: after, $lte: settled } })
				.sort(INSPECTION_QUERIES.changes.order)
				.limit(limit)
				.lean();
			const last = found.at(-1);
			if (!last) return { items: [], next: cursor };
			// A page ends with a whole millisecond, because the cursor goes on after it.
			const sameInstant = await Projection.find({
				changedAt: { $gte: last.changedAt, $lt: millisecondAfter(last.changedAt) },
				_id: { $nin: found.map(({ _id }) => _id) },
			}).lean();
			return {
				items: [...found, ...sameInstant].map(bare),
				next: encodeCursor([last.changedAt.toISOString(), last._id]),
			};
		},
		async counts() {
			const groups = await Projection.aggregate<{
				_id: { status: InspectionStatus; disposition: Disposition | null };
				count: number;
			}>([{ $group: { _id: { status: "$status", disposition: "$disposition" }, count: { $sum: 1 } } }]);
			const counts = Object.fromEntries(
				[...InspectionStatus.options, ...Disposition.options].map((name) => [name, 0]),
			) as Record<InspectionStatus | Disposition, number>;
			for (const { _id, count } of groups) {
				counts[_id.status] += count;
				if (_id.disposition) counts[_id.disposition] += count;
			}
			return counts;
		},
	};
}
