import type { Exception } from "../../src/contracts/exception.js";
import type { Inspection } from "../../src/contracts/inspection.js";
import { withDecision, withoutLastDecision } from "../../src/domain/decisions.js";
import { VinspectError } from "../../src/domain/errors.js";
import { type Objection, whyNotDecidable, whyNotUndoable } from "../../src/domain/review.js";
import type { Store } from "../../src/persistence/store.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import { createMemoryGateway } from "./memory-gateway.js";

/** Decisions by the rules the workflow follows, without a workflow: what a page says of a refusal is the real one. */
export function createRulingGateway(store: Store): InspectionGateway {
	const gateway = createMemoryGateway(store);
	const changed = async (
		exceptionId: string,
		whyNot: (inspection: Inspection) => Objection | null,
		change: (inspection: Inspection, at: string) => Inspection,
	): Promise<Exception> => {
		const inspection = await gateway.current(exceptionId.split("~", 1)[0] ?? "");
		const objection = whyNot(inspection);
		if (objection) throw new VinspectError(objection.code, objection.message);
		const next = change(inspection, new Date().toISOString());
		await store.inspections.project(next);
		const exception = next.exceptions.find((one) => one.exceptionId === exceptionId);
		if (!exception) throw new VinspectError("exception_missing", `There is no exception ${exceptionId}.`);
		return exception;
	};
	return {
		...gateway,
		decide: (exceptionId, decision, by) =>
			changed(
				exceptionId,
				(inspection) => whyNotDecidable(inspection, exceptionId, decision, by),
				(inspection, at) => withDecision(inspection, exceptionId, decision, by, at),
			),
		undo: (exceptionId, by) =>
			changed(
				exceptionId,
				(inspection) => whyNotUndoable(inspection, exceptionId),
				(inspection, at) => withoutLastDecision(inspection, exceptionId, by, at),
			),
	};
}
