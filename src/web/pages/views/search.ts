import type { InspectionPlan } from "../../../contracts/plan.js";
import type { FoundInspection } from "../../../contracts/search.js";
import { SearchFilter, SearchOutcome } from "../../../contracts/search.js";
import type { Page } from "../../../persistence/store.js";
import { groupVin } from "./vin.js";

export const SEARCH_FIELDS = [
	"vin",
	"productionNumber",
	"from",
	"to",
	"station",
	"model",
	"outcome",
	"operator",
] as const;
type SearchField = (typeof SEARCH_FIELDS)[number];

/** What was typed, as it was typed. */
export type SearchValues = Readonly<Record<SearchField, string>>;

/** What can be wrong with a field; its words are `search.error.<name>`. */
export const SEARCH_ERRORS = ["part", "date", "order", "value"] as const;
type SearchError = (typeof SEARCH_ERRORS)[number];
export type SearchErrors = Readonly<Record<SearchField, SearchError | null>>;

const LONGEST = 200;

function everyField<T>(value: (field: SearchField) => T): Readonly<Record<SearchField, T>> {
	return {
		vin: value("vin"),
		productionNumber: value("productionNumber"),
		from: value("from"),
		to: value("to"),
		station: value("station"),
		model: value("model"),
		outcome: value("outcome"),
		operator: value("operator"),
	};
}

/** The fields of an address; what is not text counts as left out. */
export function searchValues(query: Readonly<Record<string, unknown>>): SearchValues {
	return everyField((field) => {
		const value = query[field];
		return typeof value === "string" ? value.slice(0, LONGEST) : "";
	});
}

function errorOf(field: SearchField, custom: boolean): SearchError {
	if (field === "vin" || field === "productionNumber") return "part";
	if (field === "from" || field === "to") return custom ? "order" : "date";
	return "value";
}

/** The filter that the values ask for, empty ones left out; null with what is wrong beside each field. */
export function readSearch(values: SearchValues): { filter: SearchFilter | null; errors: SearchErrors } {
	const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
	const parsed = SearchFilter.safeParse(given);
	const issues = parsed.error?.issues ?? [];
	const errors = everyField((field) => {
		const issue = issues.find(({ path }) => path[0] === field);
		return issue ? errorOf(field, issue.code === "custom") : null;
	});
	return { filter: parsed.success ? parsed.data : null, errors };
}

/** The values as parameters of an address, empty ones left out. */
function parametersOf(values: SearchValues, after: string | null): string {
	const parameters = new URLSearchParams();
	for (const field of SEARCH_FIELDS)
		if (values[field].trim() !== "") parameters.set(field, values[field].trim());
	if (after !== null) parameters.set("after", after);
	return parameters.size === 0 ? "" : `?${parameters}`;
}

export function searchView(
	values: SearchValues,
	errors: SearchErrors,
	after: string | null,
	page: Page<FoundInspection> | null,
	choices: {
		readonly plans: readonly InspectionPlan[];
		readonly stations: readonly string[];
		readonly operators: readonly string[];
	},
) {
	const filtered = SEARCH_FIELDS.some((field) => values[field].trim() !== "");
	const models = new Map(choices.plans.map(({ model, label }) => [model, label]));
	return {
		values,
		errors,
		wrong: page === null,
		filtered,
		items: (page?.items ?? []).map((found) => ({ ...found, vin: groupVin(found.vin) })),
		empty: page !== null && page.items.length === 0,
		outcomes: SearchOutcome.options,
		models: [...models].map(([model, label]) => ({ model, label })),
		// one that no plan names any more is still what was asked for
		otherModel: values.model !== "" && !models.has(values.model) ? values.model : null,
		stations: choices.stations,
		operators: choices.operators,
		newest: after === null ? null : `/inspections${parametersOf(values, null)}`,
		older: page?.next ? `/inspections${parametersOf(values, page.next)}` : null,
		csv: `/api/v1/search/inspections.csv${parametersOf(values, null)}`,
	};
}
