import type { Connection } from "mongoose";
import { type RecordImportDocument, recordImportSchema } from "../../../models/records/record-import.js";
import type { RecordImport } from "../../contracts/record-import.js";
import { pageOf } from "../page-cursor.js";
import type { RecordImports } from "../store.js";

const bare = ({ _id, ...kept }: RecordImportDocument): RecordImport => kept;

export function mongoRecordImports(connection: Connection): RecordImports {
	const Kept = connection.model<RecordImportDocument>("RecordImport", recordImportSchema());
	return {
		async create(plant, begun) {
			await Kept.create({ _id: `${plant}/${begun.importId}`, ...begun });
		},
		async get(plant, importId) {
			const found = await Kept.findById(`${plant}/${importId}`).lean();
			return found ? bare(found) : null;
		},
		async change(plant, importId, when, set) {
			const result = await Kept.updateOne({ _id: `${plant}/${importId}`, ...when }, { $set: set });
			return result.matchedCount === 1;
		},
		async list(plant, after, limit) {
			// "0" follows "/" in ASCII: the range holds exactly this plant's keys.
			const found = await Kept.find({
				_id: { $gt: `${plant}/`, $lt: after === null ? `${plant}0` : `${plant}/${after}` },
			})
				.sort({ _id: -1 })
				.limit(limit + 1)
				.lean();
			return pageOf(found.map(bare), limit, (last) => last.importId);
		},
	};
}
