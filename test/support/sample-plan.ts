import type { InspectionPlan } from "../../src/contracts/plan.js";

/** A released plan of the Chinese market with one witness of each kind the sample vehicle carries. */
export function samplePlan(plant: string): InspectionPlan {
	return {
		model: "XK-E7",
		label: { en: "Xingchi E7", zh: "星驰 E7" },
		market: "CN",
		checkDigit: "mandatory",
		witnesses: [
			{
				id: "vin-stamp",
				kind: "stamp",
				label: { en: "VIN stamp, right longitudinal", zh: "右纵梁 VIN 钢印" },
				station: "body-marking",
				fields: ["vin"],
			},
			{
				id: "nameplate",
				kind: "nameplate",
				label: { en: "Nameplate, B pillar", zh: "B 柱产品标牌" },
				station: "trim-3",
				fields: ["vin", "engineNumber", "engineModel", "grossMass"],
			},
			{
				id: "certificate",
				kind: "certificate",
				label: { en: "Certificate of conformity", zh: "车辆合格证" },
				station: "documents",
				fields: ["vin", "colour", "certificateNumber", "manufactureDate"],
			},
			{
				id: "drive-gear",
				kind: "gear",
				label: { en: "Drive gear", zh: "主动齿轮" },
				station: "powertrain",
				fields: ["toothCount"],
			},
		],
		captureDeadlineMinutes: 60,
		decisionDeadlineMinutes: 60,
		undoSeconds: 20,
		plant,
		revision: 5,
		status: "released",
		createdAt: "2026-02-01T08:00:00.000Z",
		createdBy: "engineer",
	};
}
