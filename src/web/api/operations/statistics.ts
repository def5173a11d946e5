import { AttentionList } from "../../../contracts/attention.js";
import { StatisticsQuery, StatisticsReport } from "../../../contracts/statistics-report.js";
import { VinspectError } from "../../../domain/errors.js";
import { LONGEST_DAYS, rangeProblem } from "../../../domain/spc/period.js";
import type { WebDeps } from "../../deps.js";
import { readAttention, readStatistics } from "../../statistics.js";
import { jsonOperation, type Operation } from "../operation.js";

const PROBLEMS = {
	days_missing: "period=range needs from and to, each a day such as 2026-03-14",
	backwards: "the last day lies before the first",
	too_long: `expected ${LONGEST_DAYS} days at most`,
} as const;

/** Figures, control charts and defects of finished inspections. */
export function statisticsOperations(deps: WebDeps): Operation[] {
	return [
		jsonOperation({
			method: "get",
			path: "/statistics",
			operationId: "getStatistics",
			summary: "First-pass yield, exceptions, false calls, time to decide, control charts and defects",
			tag: "statistics",
			roles: ["operator", "auditor", "engineer", "administrator"],
			query: StatisticsQuery,
			answers: { 200: { schema: StatisticsReport, description: "The statistics of the period." } },
			errors: [],
			async handle({ query }) {
				const problem = rangeProblem(query);
				if (problem !== null) {
					const part = { path: "query.from", message: PROBLEMS[problem] };
					throw new VinspectError("request_invalid", `The range of days can't be: ${part.message}.`, [part]);
				}
				return { status: 200, body: await readStatistics(deps, query) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/attention",
			operationId: "getAttention",
			summary: "What a line leader should look at now",
			tag: "statistics",
			roles: ["operator", "auditor", "engineer", "administrator"],
			answers: { 200: { schema: AttentionList, description: "The most pressing first." } },
			errors: [],
			async handle() {
				const plans = await deps.store.plans.list(deps.plant);
				return { status: 200, body: { items: [...(await readAttention(deps, plans))] } };
			},
		}),
	];
}
