import type { Connection } from "mongoose";
import { type SealedReportDocument, sealedReportSchema } from "../../../models/records/sealed-report.js";
import type { ReportReference } from "../../contracts/inspection.js";
import type { SealedReports } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

const referenceOf = ({ _id, ...reference }: SealedReportDocument): ReportReference => reference;

export function mongoSealedReports(connection: Connection): SealedReports {
	const Kept = connection.model<SealedReportDocument>("SealedReport", sealedReportSchema());
	return {
		async get(inspectionId) {
			const found = await Kept.findById(inspectionId).lean();
			return found ? referenceOf(found) : null;
		},
		async keep(inspectionId, reference) {
			try {
				await Kept.create({ _id: inspectionId, ...reference });
				return reference;
			} catch (error) {
				const standing = isDuplicateKey(error) ? await Kept.findById(inspectionId).lean() : null;
				if (!standing) throw error;
				return referenceOf(standing);
			}
		},
	};
}
