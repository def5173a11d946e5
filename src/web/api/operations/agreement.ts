import { AgreementShares, GoldenItem } from "../../../contracts/agreement.js";
import {
	AgreementQuery,
	AgreementReport,
	GoldenPage,
	GoldenQuery,
	GoldenStatement,
} from "../../../contracts/agreement-report.js";
import { ExceptionParams } from "../../../contracts/api.js";
import { agreementReport, disagrees } from "../../../domain/agreement-report.js";
import { VinspectError } from "../../../domain/errors.js";
import { stateTruth } from "../../agreement/golden-truths.js";
import { agreementPeriodProblem } from "../../agreement/period.js";
import { readJudgements } from "../../agreement/read-agreement.js";
import { nowOf, type WebDeps } from "../../deps.js";
import { jsonBody } from "../bodies.js";
import { AUDITORS } from "../inspection-access.js";
import { jsonOperation, type Operation } from "../operation.js";

const PROBLEMS = {
	backwards: "lies before the first day",
	too_long: "is more than a year after the first day",
} as const;

/** How well people judge, the golden items this is measured with, and how much is checked. */
export function agreementOperations(deps: WebDeps): Operation[] {
	const { agreement } = deps.store;
	return [
		jsonOperation({
			method: "get",
			path: "/agreement",
			operationId: "getAgreement",
			summary: "Kappa, misses and false alarms of everybody and of each person",
			tag: "agreement",
			roles: AUDITORS,
			query: AgreementQuery,
			answers: { 200: { schema: AgreementReport, description: "The agreement of the period." } },
			errors: [],
			async handle({ query }) {
				const problem = agreementPeriodProblem(query);
				if (problem !== null) {
					const part = { path: "query.to", message: PROBLEMS[problem] };
					throw new VinspectError("request_invalid", `The last day ${part.message}.`, [part]);
				}
				const { from, to, items } = await readJudgements(deps, query);
				const { overall, many, people } = agreementReport(items);
				const body: AgreementReport = {
					from: from.toISOString(),
					to: to.toISOString(),
					overall,
					many,
					people: [...people],
					disagreements: items.filter(disagrees),
				};
				return { status: 200, body };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/agreement/golden",
			operationId: "listGoldenItems",
			summary: "Decided exceptions whose truth is known, newest first",
			tag: "agreement",
			roles: AUDITORS,
			query: GoldenQuery,
			answers: { 200: { schema: GoldenPage, description: "One page, of those in use or of those retired." } },
			errors: [],
			async handle({ query: { retired, after, limit } }) {
				const { items, next } = await agreement.listGolden(retired, after ?? null, limit);
				return { status: 200, body: { items: [...items], next } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/agreement/golden",
			operationId: "stateGoldenTruth",
			summary: "State what is true of a decided exception; it is hidden among the open ones from then on",
			tag: "agreement",
			roles: AUDITORS,
			body: jsonBody(GoldenStatement),
			answers: { 201: { schema: GoldenItem, description: "The golden item." } },
			errors: ["exception_missing", "decision_rejected"],
			idempotent: true,
			async handle({ body, actor }) {
				return { status: 201, body: await stateTruth(deps, body, actor.name) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/agreement/golden/{exceptionId}/retire",
			operationId: "retireGoldenItem",
			summary: "Show a golden item to nobody any more; what was judged stays",
			tag: "agreement",
			roles: AUDITORS,
			params: ExceptionParams,
			answers: { 200: { schema: GoldenItem, description: "The item, retired." } },
			errors: ["exception_missing"],
			idempotent: true,
			async handle({ params: { exceptionId }, actor }) {
				await agreement.retireGolden(exceptionId, actor.name, nowOf(deps).toISOString());
				const item = await agreement.golden(exceptionId);
				if (item) return { status: 200, body: item };
				throw new VinspectError("exception_missing", `There is no golden item ${exceptionId}.`);
			},
		}),
		jsonOperation({
			method: "get",
			path: "/agreement/shares",
			operationId: "getAgreementShares",
			summary: "How much of the work is checked",
			tag: "agreement",
			roles: AUDITORS,
			answers: { 200: { schema: AgreementShares, description: "The shares in force." } },
			errors: [],
			async handle() {
				const { seed, ...shares } = await agreement.settings(deps.plant);
				return { status: 200, body: shares };
			},
		}),
		jsonOperation({
			method: "put",
			path: "/agreement/shares",
			operationId: "setAgreementShares",
			summary: "Set how much of the work is checked",
			tag: "agreement",
			roles: AUDITORS,
			body: jsonBody(AgreementShares),
			answers: { 200: { schema: AgreementShares, description: "The shares from now on." } },
			errors: [],
			async handle({ body, actor }) {
				await agreement.saveShares(deps.plant, body);
				deps.logger.info({ by: actor.name, ...body }, "shares of hidden items changed");
				return { status: 200, body };
			},
		}),
	];
}
