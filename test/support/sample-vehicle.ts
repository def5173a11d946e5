import { randomUUID } from "node:crypto";
import type { DecisionInput } from "../../src/contracts/exception.js";
import type { InspectionPlanInput } from "../../src/contracts/plan.js";
import type { VehicleRecordInput } from "../../src/contracts/record.js";

export const PLANT = "test-plant";
export const STATION = { name: "station-1", role: "station" } as const;
export const ANNA = { name: "anna", role: "operator" } as const;
export const BEN = { name: "ben", role: "operator" } as const;

/** Its check digit holds. */
export const VIN = "1HGCM82633A004352";

export const RECORD: VehicleRecordInput = {
	productionNumber: "P-1",
	vin: VIN,
	model: "accord",
	market: "US",
	attributes: { grossMass: 1980, colour: "Polar white" },
};

/** The engine number is on two witnesses and not in the record: only they can be compared. */
export const PLAN: InspectionPlanInput = {
	model: "accord",
	label: { en: "Accord", zh: "雅阁" },
	market: "US",
	checkDigit: "mandatory",
	witnesses: [
		{ id: "stamp", kind: "stamp", label: { en: "Stamp", zh: "钢印" }, station: "station-1", fields: ["vin"] },
		{
			id: "nameplate",
			kind: "nameplate",
			label: { en: "Nameplate", zh: "铭牌" },
			station: "station-1",
			fields: ["vin", "grossMass", "engineNumber"],
		},
		{
			id: "certificate",
			kind: "certificate",
			label: { en: "Certificate", zh: "合格证" },
			station: "station-2",
			fields: ["vin", "engineNumber"],
		},
	],
	captureDeadlineMinutes: 10,
	decisionDeadlineMinutes: 10,
	undoSeconds: 0,
};

/** What each witness shows of a vehicle that is as its record says. */
export const GOOD_SHOWS = {
	stamp: { vin: VIN },
	nameplate: { vin: VIN, grossMass: 1980, engineNumber: "K20A-1" },
	certificate: { vin: VIN, engineNumber: "K20A-1" },
} as const;

/** A decision with an id of its own. */
export function decision(action: DecisionInput["action"], more: Partial<DecisionInput> = {}): DecisionInput {
	return { decisionId: randomUUID(), action, ...more };
}
