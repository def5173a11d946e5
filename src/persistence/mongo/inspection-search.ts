import type { Connection, Model, QueryFilter } from "mongoose";
import type { InspectionDocument } from "../../../models/records/inspection.js";
import {
	type InspectionSearchDocument,
	inspectionSearchSchema,
	SEARCH_QUERIES,
} from "../../../models/records/inspection-search.js";
import type { Inspection } from "../../contracts/inspection.js";
import type { FoundInspection } from "../../contracts/search.js";
import { foundInspection, gramFor, gramsOf } from "../../domain/inspection-search.js";
import { decodeCursor, encodeCursor, pageOf } from "../page-cursor.js";
import type { InspectionSearch, SearchCriteria } from "../store.js";
import { beyond } from "./beyond.js";
import { containing } from "./part-of-text.js";
import { unlessNewer } from "./store-errors.js";

const FILLED_AT_ONCE = 200;
/** Everything but what a search is found by. */
const SHOWN = { vinGrams: 0, numberGrams: 0 } as const;

type ShownDocument = Omit<InspectionSearchDocument, "vinGrams" | "numberGrams">;
type Condition = QueryFilter<InspectionSearchDocument>;

const bare = ({ _id, version, ...found }: ShownDocument): FoundInspection => found;

/**
 * An index finds by the piece; only what it finds is looked through for the whole part. A server without such
 * indexes goes through all of them in the order written here, and the text is cheaper than its pieces.
 */
function conditionsOf(criteria: SearchCriteria): Condition[] {
	const { vin, productionNumber, from, before, station, model, disposition, operator } = criteria;
	const conditions: Condition[] = [];
	if (vin !== undefined) conditions.push({ vin: containing(vin) }, { vinGrams: gramFor(vin) });
	if (productionNumber !== undefined)
		conditions.push(
			{ productionNumber: containing(productionNumber) },
			{ numberGrams: gramFor(productionNumber) },
		);
	if (from !== undefined) conditions.push({ startedAt: { $gte: from } });
	if (before !== undefined) conditions.push({ startedAt: { $lt: before } });
	if (station !== undefined) conditions.push({ stations: station });
	if (model !== undefined) conditions.push({ model });
	if (disposition !== undefined) conditions.push({ disposition });
	if (operator !== undefined) conditions.push({ operators: operator });
	return conditions;
}

/** Writes what a search finds of an inspection, unless a newer version stands; makes the model. */
export function searchProjection(connection: Connection): (inspection: Inspection) => Promise<void> {
	return projectingTo(
		connection.model<InspectionSearchDocument>("InspectionSearch", inspectionSearchSchema()),
	);
}

function projectingTo(
	Projection: Model<InspectionSearchDocument>,
): (inspection: Inspection) => Promise<void> {
	return async (inspection) => {
		const { inspectionId, version } = inspection;
		const found = foundInspection(inspection);
		await unlessNewer(() =>
			Projection.updateOne(
				{ _id: inspectionId, version: { $lt: version } },
				{
					$set: {
						...found,
						version,
						vinGrams: gramsOf(found.vin),
						numberGrams: gramsOf(found.productionNumber),
					},
				},
				{ upsert: true },
			),
		);
	};
}

/** Searches what `searchProjection` wrote; its model is made there. */
export function mongoInspectionSearch(connection: Connection): InspectionSearch {
	const Projection = connection.model<InspectionSearchDocument>("InspectionSearch");
	const Whole = connection.model<InspectionDocument>("Inspection");
	return {
		async find(criteria, after, limit) {
			const conditions = conditionsOf(criteria);
			if (after !== null) {
				const [startedAt, id] = decodeCursor(after);
				// bounds the index before the alternatives are looked at
				conditions.push({ startedAt: { $lte: startedAt } }, beyond("startedAt", -1, startedAt, id));
			}
			const found = await Projection.find(conditions.length > 0 ? { $and: conditions } : {}, SHOWN)
				.sort(SEARCH_QUERIES.newest.order)
				.limit(limit + 1)
				.lean<ShownDocument[]>();
			return pageOf(found.map(bare), limit, (last) => encodeCursor([last.startedAt, last.inspectionId]));
		},
		async ofVehicle(productionNumber, limit) {
			const found = await Projection.find({ productionNumber }, SHOWN)
				.sort(SEARCH_QUERIES.ofVehicle.order)
				.limit(limit)
				.lean<ShownDocument[]>();
			return found.map(bare);
		},
		async fill() {
			const [searchable, all] = await Promise.all([
				Projection.estimatedDocumentCount(),
				Whole.estimatedDocumentCount(),
			]);
			if (searchable >= all) return 0;
			const project = projectingTo(Projection);
			let filled = 0;
			for (let last = ""; ; ) {
				const inspections = await Whole.find({ _id: { $gt: last } })
					.sort({ _id: 1 })
					.limit(FILLED_AT_ONCE)
					.lean();
				const end = inspections.at(-1);
				if (!end) return filled;
				last = end._id;
				const known = await Projection.find(
					{ _id: { $in: inspections.map(({ _id }) => _id) } },
					{ _id: 1 },
				).lean();
				const there = new Set(known.map(({ _id }) => _id));
				for (const inspection of inspections) {
					if (there.has(inspection._id)) continue;
					await project(inspection);
					filled += 1;
				}
			}
		},
	};
}
