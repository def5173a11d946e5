import type { SearchFilter } from "../contracts/search.js";
import type { SearchCriteria } from "../persistence/store.js";

/** Midnight of a day `YYYY-MM-DD`, `after` days later, in the server's time zone, which is the plant's. */
function midnight(day: string, after: number): string {
	const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
	return new Date(year, month - 1, date + after).toISOString();
}

/** A filter of whole days as the store is asked: from the first midnight to the one after the last day. */
export function searchCriteria({ from, to, outcome, ...criteria }: SearchFilter): SearchCriteria {
	return {
		...criteria,
		...(from === undefined ? {} : { from: midnight(from, 0) }),
		...(to === undefined ? {} : { before: midnight(to, 1) }),
		...(outcome === undefined ? {} : { disposition: outcome === "none" ? null : outcome }),
	};
}
