import type { Connection } from "mongoose";
import {
	type CountersignatureDocument,
	countersignatureSchema,
} from "../../../models/records/countersignature.js";
import type { Countersignature } from "../../contracts/countersignature.js";
import type { Countersignatures } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

const bare = ({ _id, ...countersignature }: CountersignatureDocument): Countersignature => countersignature;

export function mongoCountersignatures(connection: Connection): Countersignatures {
	const Kept = connection.model<CountersignatureDocument>("Countersignature", countersignatureSchema());
	return {
		async get(inspectionId) {
			const found = await Kept.findById(inspectionId).lean();
			return found ? bare(found) : null;
		},
		async keep(countersignature) {
			const { inspectionId } = countersignature;
			try {
				await Kept.create({ _id: inspectionId, ...countersignature });
				return countersignature;
			} catch (error) {
				const standing = isDuplicateKey(error) ? await Kept.findById(inspectionId).lean() : null;
				if (!standing) throw error;
				return bare(standing);
			}
		},
	};
}
