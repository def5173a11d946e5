import { VinspectError } from "../../domain/errors.js";
import type { ClaimedException, Store } from "../../persistence/store.js";
import type { ExceptionItem } from "./views/exception-item.js";

/** An exception with the inspection it belongs to and what was read there. Errors: `inspection_missing`. */
export async function itemOf(store: Store, exception: ClaimedException): Promise<ExceptionItem> {
	const { inspectionId } = exception;
	const inspection = await store.inspections.get(inspectionId);
	if (!inspection) throw new VinspectError("inspection_missing", `There is no inspection ${inspectionId}.`);
	return { exception, inspection, observations: await store.observations.of(inspectionId) };
}
