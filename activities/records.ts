import type { Inspection } from "../src/contracts/inspection.js";
import type { InspectionPlan } from "../src/contracts/plan.js";
import type { VehicleRecord } from "../src/contracts/record.js";
import type { Contribution } from "../src/contracts/statistics.js";
import { VinspectError } from "../src/domain/errors.js";
import type { PlantCalendar } from "../src/domain/spc/calendar.js";
import type { Store } from "../src/persistence/store.js";
import { rollUp } from "../src/statistics/roll-up.js";

export interface RecordsDependencies {
	readonly store: Pick<Store, "records" | "plans" | "inspections" | "observations" | "statistics">;
	/** Name and version of the software whose rules judge. */
	readonly judgedBy: string;
	readonly calendar: PlantCalendar;
	/** Told of every inspection that was projected as sealed, again where that had to be repeated. */
	readonly sealed?: (inspection: Inspection, contribution: Contribution | null) => void;
}

export type RecordsActivities = ReturnType<typeof createRecordsActivities>;

export function createRecordsActivities({ store, judgedBy, calendar, sealed }: RecordsDependencies) {
	return {
		/** The revisions in force now. Errors: `record_missing`, `plan_missing`. */
		async pinRecordAndPlan(
			plant: string,
			productionNumber: string,
		): Promise<{ record: VehicleRecord; plan: InspectionPlan; judgedBy: string }> {
			const record = await store.records.latest(plant, productionNumber);
			if (!record) {
				throw new VinspectError(
					"record_missing",
					`Plant ${plant} has no vehicle record for production number ${productionNumber}: import it, then track the vehicle in again. 无此生产编号的车辆配置记录。`,
				);
			}
			const plan = await store.plans.released(plant, record.model);
			if (!plan) {
				throw new VinspectError(
					"plan_missing",
					`No released inspection plan covers vehicle model ${record.model}: release one, then track the vehicle in again. 该车型没有已发布的检验方案。`,
				);
			}
			return { record, plan, judgedBy };
		},

		/**
		 * Shows the state in the store; a late or repeated projection changes nothing. The sealed state, the last
		 * there is, is counted into the statistics as well, once.
		 */
		async projectInspection(inspection: Inspection): Promise<void> {
			await store.inspections.project(inspection);
			const contribution = await rollUp(inspection, store, calendar);
			if (inspection.status === "sealed") sealed?.(inspection, contribution);
		},
	};
}
