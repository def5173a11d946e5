import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { extname } from "node:path";
import type { ImportResult } from "../contracts/record.js";
import { VinspectError } from "../domain/errors.js";
import type { VehicleRecords } from "../persistence/store.js";
import { importVehicleRecords } from "./vehicle-records.js";

const FORMATS: Readonly<Record<string, "csv" | "json">> = { ".csv": "csv", ".json": "json" };

/** Imports a file of vehicle records in the name of the system's user. Errors: `request_invalid` where the file can't be read or is of another kind. */
export async function importFile(
	file: string,
	records: VehicleRecords,
	plant: string,
): Promise<ImportResult> {
	const format = FORMATS[extname(file).toLowerCase()];
	if (format === undefined)
		throw new VinspectError(
			"request_invalid",
			`${file}: only .csv and .json files are imported; name it so.`,
		);
	const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
		throw new VinspectError(
			"request_invalid",
			`${file} can't be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`,
		);
	});
	return importVehicleRecords(records, plant, content, format, userInfo().username);
}
