import type { AgreementQuery } from "../../contracts/agreement-report.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A leap year, both ends included. */
const LONGEST_DAYS = 367;

/** What is wrong with the days asked for; null where nothing is. */
export function agreementPeriodProblem({ from, to }: AgreementQuery): "backwards" | "too_long" | null {
	if (from === undefined || to === undefined) return null;
	if (to < from) return "backwards";
	return Date.parse(to) - Date.parse(from) >= LONGEST_DAYS * DAY_MS ? "too_long" : null;
}

/** The days asked for, whole ones in the plant's time; `to` is excluded. */
export function agreementPeriod(
	{ days, from, to }: AgreementQuery,
	now: Date,
): { readonly from: Date; readonly to: Date } {
	const end = to === undefined ? now : new Date(new Date(`${to}T00:00:00`).getTime() + DAY_MS);
	const start = from === undefined ? new Date(end.getTime() - days * DAY_MS) : new Date(`${from}T00:00:00`);
	return { from: start, to: end };
}
