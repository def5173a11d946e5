import type { ImportResult } from "../contracts/record.js";
import type { VehicleRecords } from "../persistence/store.js";
import { type ImportFormat, readRecords } from "./read-records.js";

/** Problems listed at most; the counts go on. */
const PROBLEM_LIMIT = 1000;
const SAVED_AT_ONCE = 8;

/**
 * Imports vehicle records at once, as `read-records` reads them. Every row that can't be imported is reported
 * with line, field, reason and remedy; the others are saved. Importing a file twice changes nothing. Errors:
 * `upload_too_large`, `request_invalid` for what is no UTF-8 text, `store_unavailable`.
 */
export async function importVehicleRecords(
	records: VehicleRecords,
	plant: string,
	content: Uint8Array | string,
	format: ImportFormat,
	by: string,
): Promise<ImportResult> {
	const { total, good, problems } = readRecords(content, format);
	const counts = { created: 0, revised: 0, unchanged: 0 };
	for (let i = 0; i < good.length; i += SAVED_AT_ONCE) {
		const saved = await Promise.all(
			good.slice(i, i + SAVED_AT_ONCE).map(({ input }) => records.save(plant, input, by)),
		);
		for (const outcome of saved) counts[outcome] += 1;
	}
	return {
		rows: total,
		...counts,
		rejected: total - good.length,
		problems: problems.slice(0, PROBLEM_LIMIT),
	};
}
