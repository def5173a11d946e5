import type { HiddenItem } from "../../contracts/agreement.js";
import type { AgreementQuery } from "../../contracts/agreement-report.js";
import { nowOf, type WebDeps } from "../deps.js";
import { agreementPeriod } from "./period.js";

/** More judgements than a plant makes in a year at the usual shares. */
const MOST_JUDGEMENTS = 20_000;

/** What was judged in the period, newest first. */
export async function readJudgements(
	deps: WebDeps,
	query: AgreementQuery,
): Promise<{ readonly from: Date; readonly to: Date; readonly items: readonly HiddenItem[] }> {
	const { from, to } = agreementPeriod(query, nowOf(deps));
	const items = await deps.store.agreement.judged(from.toISOString(), to.toISOString(), MOST_JUDGEMENTS);
	return { from, to, items };
}
