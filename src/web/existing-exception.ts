import { VinspectError } from "../domain/errors.js";
import type { ClaimedException, Store } from "../persistence/store.js";

/** The exception of this id. Errors: `exception_missing`. */
export async function existingException(
	{ exceptions }: Pick<Store, "exceptions">,
	exceptionId: unknown,
): Promise<ClaimedException> {
	const exception = await exceptions.get(String(exceptionId));
	if (exception) return exception;
	throw new VinspectError("exception_missing", `There is no exception ${String(exceptionId)}.`);
}
