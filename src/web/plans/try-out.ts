import type { Inspection } from "../../contracts/inspection.js";
import type { InspectionPlanInput } from "../../contracts/plan.js";
import type { Observation } from "../../contracts/reading.js";
import { VinspectError } from "../../domain/errors.js";
import { planProblems } from "../../domain/plan.js";
import { fieldsForRules } from "../../domain/rules/index.js";
import { triedOut } from "../../domain/try-out.js";
import { nowOf, type WebDeps } from "../deps.js";
import type { Identity } from "../request-context.js";

export interface TryOutRequest {
	readonly plan: InspectionPlanInput;
	readonly witness: string;
	/** SHA-256 of a stored picture. */
	readonly capture: string;
	readonly productionNumber: string;
}

export interface TriedOut {
	readonly inspection: Inspection;
	readonly observation: Observation;
}

/**
 * Has one picture read as a plan asks, and then judged against one vehicle's record. Leaves no inspection, no
 * exception and no statistics. Errors: `request_invalid` for an unusable plan or witness, `record_missing`,
 * `capture_missing`, the `picture_*` codes, `workflow_unavailable`.
 */
export async function tryOutPlan(deps: WebDeps, request: TryOutRequest, by: Identity): Promise<TriedOut> {
	const problems = planProblems(request.plan);
	if (problems.length > 0) {
		throw new VinspectError("request_invalid", "The plan can't be used: see errors.", problems);
	}
	const witness = request.plan.witnesses.find(({ id }) => id === request.witness);
	if (!witness) {
		throw new VinspectError("request_invalid", `The plan has no witness ${request.witness}.`, [
			{ path: "witness", message: "is none of the plan's witnesses" },
		]);
	}
	const [record, image] = await Promise.all([
		deps.store.records.latest(deps.plant, request.productionNumber),
		deps.store.captures.get(request.capture),
	]);
	if (!record) {
		throw new VinspectError(
			"record_missing",
			`There is no vehicle record for production number ${request.productionNumber}.`,
			[{ path: "productionNumber", message: "no vehicle record" }],
		);
	}
	if (!image) throw new VinspectError("capture_missing", `There is no capture ${request.capture}.`);
	const { kind, id, station } = witness;
	const fields = [...new Set([...witness.fields, ...fieldsForRules(request.plan)])];
	const seen = await deps.gateway.tryOut({ capture: request.capture, witness: id, kind, fields });
	const at = nowOf(deps).toISOString();
	const plan = {
		...request.plan,
		...{ plant: deps.plant, revision: 1, status: "draft" as const, createdAt: at, createdBy: by.name },
	};
	const capture = { ...image, witness: id, station, capturedAt: null, receivedAt: at };
	return {
		inspection: triedOut(plan, record, capture, seen.summary, by, at),
		observation: seen.observation,
	};
}
