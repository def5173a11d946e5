import type { Connection } from "mongoose";
import { type ReaderReportDocument, readerReportSchema } from "../../../models/records/reader-report.js";
import type { ReaderReports } from "../store.js";

export function mongoReaderReports(connection: Connection): ReaderReports {
	const Kept = connection.model<ReaderReportDocument>("ReaderReport", readerReportSchema());
	return {
		async save(report) {
			await Kept.updateOne({ _id: report.worker }, { $set: report }, { upsert: true });
		},
		async list() {
			const found = await Kept.find().sort({ _id: 1 }).lean();
			return found.map(({ _id, ...report }) => report);
		},
	};
}
