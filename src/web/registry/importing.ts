import { createImporting, type Importing } from "../../importing/record-imports.js";
import { nowOf, type WebDeps } from "../deps.js";

/** The import of vehicle records with what the web has. */
export function importingOf(deps: WebDeps): Importing {
	const { records, recordImports } = deps.store;
	return createImporting({
		records,
		recordImports,
		files: deps.imports,
		plant: deps.plant,
		now: () => nowOf(deps),
	});
}
