import { type GoldenItem, GoldenTruth } from "../../contracts/agreement.js";
import type { GoldenStatement } from "../../contracts/agreement-report.js";
import { VinspectError } from "../../domain/errors.js";
import { canBeShownAgain, truthOfText } from "../../domain/hidden-item.js";
import { nowOf, type WebDeps } from "../deps.js";

/**
 * Keeps what an auditor states of a decided exception, which is hidden among the open ones from then on. Errors:
 * `exception_missing`, `decision_rejected` for one that isn't decided or whose vehicle isn't sealed,
 * `request_invalid` where the truth can't be told from the text.
 */
export async function stateTruth(
	deps: WebDeps,
	{ exceptionId, truth, text, note }: GoldenStatement,
	by: string,
): Promise<GoldenItem> {
	const { store } = deps;
	const inspection = await store.inspections.get(exceptionId.split("~", 1)[0] ?? "");
	const exception = inspection?.exceptions.find((one) => one.exceptionId === exceptionId);
	if (!inspection || !exception) {
		throw new VinspectError("exception_missing", `There is no exception ${exceptionId}.`);
	}
	if (!canBeShownAgain(inspection, exceptionId)) {
		throw new VinspectError("decision_rejected", "Only a decided exception of a sealed inspection fits.");
	}
	const { kind, field, outcome, expected } = exception.finding;
	const stated =
		truth !== "text"
			? { verdict: truth, text: null }
			: text !== undefined && expected !== null
				? truthOfText(field, text, expected)
				: null;
	const known = GoldenTruth.safeParse(stated);
	if (!known.success) {
		throw new VinspectError("request_invalid", "What truly stands on the witness is not told.", [
			{
				path: "body.text",
				message: expected === null ? "nothing is expected there to compare it with" : "is missing",
			},
		]);
	}
	const item: GoldenItem = {
		exceptionId,
		inspectionId: inspection.inspectionId,
		productionNumber: inspection.productionNumber,
		kind,
		field,
		outcome,
		truth: known.data,
		note,
		deciders: [...new Set(exception.decisions.map((decision) => decision.by))],
		addedAt: nowOf(deps).toISOString(),
		addedBy: by,
		retired: false,
		retiredAt: null,
		retiredBy: null,
	};
	await store.agreement.saveGolden(item);
	return item;
}
