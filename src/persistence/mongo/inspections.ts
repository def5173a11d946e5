import type { Connection } from "mongoose";
import { type ExceptionDocument, exceptionSchema } from "../../../models/records/exception.js";
import { type InspectionDocument, inspectionSchema } from "../../../models/records/inspection.js";
import { Disposition, type Inspection, InspectionStatus } from "../../contracts/inspection.js";
import type { Inspections } from "../store.js";
import { mongoInspectionRows } from "./inspection-rows.js";
import { searchProjection } from "./inspection-search.js";
import { unlessNewer } from "./store-errors.js";
import { mongoTallies } from "./tallies.js";

const MISSING_ROWS_BATCH = 50;

const bare = ({ _id, ...inspection }: InspectionDocument): Inspection => inspection;

export interface MongoInspections extends Inspections {
	/** Makes the rows of inspections that have none: a store filled before there were rows. */
	makeMissingRows(): Promise<void>;
}

export function mongoInspections(connection: Connection): MongoInspections {
	const Projection = connection.model<InspectionDocument>("Inspection", inspectionSchema());
	const ExceptionProjection = connection.model<ExceptionDocument>("Exception", exceptionSchema());
	const tallies = mongoTallies(connection);
	const rows = mongoInspectionRows(connection, tallies);

	const projectSearch = searchProjection(connection);

	/** All of them in one command: each command by itself waits until it is in the file. */
	const projectExceptions = async (inspection: Inspection): Promise<void> => {
		const { version, productionNumber, record } = inspection;
		if (inspection.exceptions.length === 0) return;
		const writes = inspection.exceptions.map((exception) => ({
			updateOne: {
				filter: { _id: exception.exceptionId, version: { $lt: version } },
				update: { $set: { ...exception, version, productionNumber, vin: record.vin, model: record.model } },
				upsert: true,
			},
		}));
		await unlessNewer(() => ExceptionProjection.bulkWrite(writes, { ordered: false }));
	};

	return {
		async project(inspection) {
			// Listeners wake on the row and then ask for the inspection and its exceptions: those have to be there first.
			await Promise.all([projectExceptions(inspection), projectSearch(inspection)]);
			await unlessNewer(() =>
				Projection.updateOne(
					{ _id: inspection.inspectionId, version: { $lt: inspection.version } },
					{ $set: inspection },
					{ upsert: true },
				),
			);
			await rows.project(inspection);
		},
		async get(inspectionId) {
			const found = await Projection.findById(inspectionId).lean();
			return found ? bare(found) : null;
		},
		rows: rows.list,
		async list(filter, after, limit) {
			const { items, next } = await rows.list(filter, after, limit);
			const ids = items.map(({ inspectionId }) => inspectionId);
			const found = await Projection.find({ _id: { $in: ids } }).lean();
			const whole = new Map(found.map((document) => [document._id, bare(document)]));
			return { items: ids.flatMap((id) => whole.get(id) ?? []), next };
		},
		changedSince: rows.changedSince,
		async counts() {
			const totals = await tallies.totals();
			return Object.fromEntries(
				[...InspectionStatus.options, ...Disposition.options].map((name) => [name, totals[name] ?? 0]),
			) as Record<InspectionStatus | Disposition, number>;
		},
		async waitingExceptions() {
			return (await tallies.totals()).waiting ?? 0;
		},
		async makeMissingRows() {
			if ((await rows.size()) >= (await Projection.estimatedDocumentCount())) return;
			const all = Projection.find().lean().cursor({ batchSize: MISSING_ROWS_BATCH });
			for await (const document of all) await rows.project(bare(document));
		},
	};
}
