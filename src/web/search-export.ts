import { once } from "node:events";
import type { Response } from "express";
import type { FoundInspection } from "../contracts/search.js";
import type { InspectionSearch, SearchCriteria } from "../persistence/store.js";
import { csvLine } from "./csv.js";

/** Rows of one file; who needs more narrows the period. */
export const EXPORTED_ROWS = 50_000;
const ROWS_AT_ONCE = 500;
/** Spreadsheets take UTF-8 for it only with this mark. */
const BYTE_ORDER_MARK = "\ufeff";

const COLUMNS: Readonly<Record<string, (found: FoundInspection) => string | number | null>> = {
	inspectionId: (found) => found.inspectionId,
	productionNumber: (found) => found.productionNumber,
	sequence: (found) => found.sequence,
	vin: (found) => found.vin,
	model: (found) => found.model,
	status: (found) => found.status,
	outcome: (found) => found.disposition,
	discrepancies: (found) => found.discrepancies,
	stations: (found) => found.stations.join(" "),
	operators: (found) => found.operators.join(" "),
	trackedInAt: (found) => found.startedAt,
	sealedAt: (found) => found.sealedAt,
};

/**
 * Sends the result of a search as CSV, page by page as the store gives it and no faster than the client takes
 * it. A file that is cut off at `EXPORTED_ROWS` says so in its last line.
 */
export async function streamCsv(
	search: InspectionSearch,
	criteria: SearchCriteria,
	response: Response,
): Promise<void> {
	let page = await search.find(criteria, null, ROWS_AT_ONCE);
	response
		.status(200)
		.setHeader("Content-Type", "text/csv; charset=utf-8")
		.setHeader("Content-Disposition", 'attachment; filename="inspections.csv"')
		.setHeader("Cache-Control", "no-store");
	const gone = new AbortController();
	response.once("close", () => gone.abort());
	const write = async (text: string): Promise<void> => {
		if (!response.write(text)) await once(response, "drain", { signal: gone.signal });
	};
	try {
		await write(BYTE_ORDER_MARK + csvLine(Object.keys(COLUMNS)));
		for (let rows = page.items.length; ; rows += page.items.length) {
			const lines = page.items.map((found) => csvLine(Object.values(COLUMNS).map((cell) => cell(found))));
			await write(lines.join(""));
			if (page.next === null) break;
			if (rows >= EXPORTED_ROWS) {
				await write(csvLine([`cut off after ${rows} rows: narrow the search`]));
				break;
			}
			page = await search.find(criteria, page.next, ROWS_AT_ONCE);
		}
		response.end();
	} catch (error) {
		// a client that went away ends its own file
		if (!gone.signal.aborted) throw error;
	}
}
