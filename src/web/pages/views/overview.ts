import {
	Disposition,
	InspectionStatus,
	type InspectionStatus as Status,
} from "../../../contracts/inspection.js";
import type { InspectionRow } from "../../../contracts/inspection-row.js";
import type { InspectionPlan } from "../../../contracts/plan.js";
import type { Page, Store } from "../../../persistence/store.js";
import { groupVin, type VinGroups } from "./vin.js";
import type { WitnessProgress } from "./witness-progress.js";

type Counts = Awaited<ReturnType<Store["inspections"]["counts"]>>;

export const GROUPINGS = ["none", "station", "model"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What the person asked to see; every part is in the page's address. */
export interface OverviewQuery {
	readonly status: Status | null;
	readonly disposition: Disposition | null;
	readonly model: string | null;
	readonly search: string;
	readonly group: Grouping;
	readonly after: string | null;
}

export interface LineSummary {
	readonly stages: readonly { status: Status; count: number }[];
	readonly outcomes: readonly { disposition: Disposition; count: number; x: number; width: number }[];
	readonly closed: number;
	readonly passed: number;
	/** Share of closed vehicles that passed; null before the first is closed. */
	readonly firstPassYield: number | null;
}

/** Counts of the line. Bars are in percent of the whole width. */
export function summaryOf(counts: Counts): LineSummary {
	const closed = Disposition.options.reduce((sum, disposition) => sum + counts[disposition], 0);
	let x = 0;
	const outcomes = Disposition.options.map((disposition) => {
		const count = counts[disposition];
		const width = closed === 0 ? 0 : (100 * count) / closed;
		const bar = { disposition, count, x, width };
		x += width;
		return bar;
	});
	return {
		stages: InspectionStatus.options.map((status) => ({ status, count: counts[status] })),
		outcomes,
		closed,
		passed: counts.pass,
		firstPassYield: closed === 0 ? null : counts.pass / closed,
	};
}

export interface VehicleRow {
	readonly inspectionId: string;
	readonly version: number;
	readonly productionNumber: string;
	readonly sequence: number;
	readonly vin: VinGroups;
	readonly model: string;
	readonly modelLabel: InspectionPlan["label"];
	readonly station: string | null;
	readonly status: Status;
	readonly disposition: Disposition | null;
	readonly openExceptions: number;
	readonly witnesses: readonly WitnessProgress[];
	readonly updatedAt: string;
}

export function vehicleRow(inspection: InspectionRow): VehicleRow {
	return {
		inspectionId: inspection.inspectionId,
		version: inspection.version,
		productionNumber: inspection.productionNumber,
		sequence: inspection.sequence,
		vin: groupVin(inspection.vin),
		model: inspection.model,
		modelLabel: inspection.modelLabel,
		station: inspection.station,
		status: inspection.status,
		disposition: inspection.disposition,
		openExceptions: inspection.waitingExceptions,
		witnesses: inspection.witnesses,
		updatedAt: inspection.updatedAt,
	};
}

export interface VehicleGroup {
	readonly station: string | null;
	readonly model: InspectionPlan["label"] | null;
	readonly count: number;
	readonly vehicles: readonly VehicleRow[];
}

function grouped(vehicles: readonly VehicleRow[], grouping: Grouping): readonly VehicleGroup[] {
	if (grouping === "none") return [{ station: null, model: null, count: vehicles.length, vehicles }];
	const groups = new Map<string, VehicleRow[]>();
	for (const vehicle of vehicles) {
		const key = (grouping === "station" ? vehicle.station : vehicle.model) ?? "";
		groups.set(key, [...(groups.get(key) ?? []), vehicle]);
	}
	return [...groups.entries()]
		.sort(([a], [b]) => a.localeCompare(b))
		.map(([key, members]) => ({
			station: grouping === "station" ? key : null,
			model: grouping === "model" ? (members[0]?.modelLabel ?? null) : null,
			count: members.length,
			vehicles: members,
		}));
}

/** The query as an address, without what is at its default. */
export function addressOf(query: OverviewQuery, change: Partial<OverviewQuery> = {}): string {
	const merged = { ...query, ...change };
	const parameters = new URLSearchParams();
	for (const name of ["status", "disposition", "model", "after"] as const) {
		const value = merged[name];
		if (value !== null) parameters.set(name, value);
	}
	if (merged.search !== "") parameters.set("search", merged.search);
	if (merged.group !== "none") parameters.set("group", merged.group);
	const text = parameters.toString();
	return text === "" ? "/" : `/?${text}`;
}

function isFiltered(query: OverviewQuery): boolean {
	return query.search !== "" || [query.status, query.disposition, query.model].some((part) => part !== null);
}

const NO_FILTER = { status: null, disposition: null, model: null, search: "", after: null } as const;

export function overviewView(
	query: OverviewQuery,
	counts: Counts,
	page: Page<InspectionRow>,
	plans: readonly InspectionPlan[],
) {
	const models = new Map(plans.map((plan) => [plan.model, plan.label]));
	return {
		summary: summaryOf(counts),
		query,
		groups: grouped(page.items.map(vehicleRow), query.group),
		empty: page.items.length === 0,
		filtered: isFiltered(query),
		stageLinks: [null, ...InspectionStatus.options].map((status) => ({
			status,
			current: query.status === status,
			href: addressOf(query, { status, after: null }),
		})),
		statuses: InspectionStatus.options,
		dispositions: Disposition.options,
		models: [...models].map(([model, label]) => ({ model, label })),
		groupings: GROUPINGS,
		here: addressOf(query),
		clear: addressOf(query, NO_FILTER),
		newest: query.after === null ? null : addressOf(query, { after: null }),
		older: page.next === null ? null : addressOf(query, { after: page.next }),
	};
}
