import type { InspectionPlanInput } from "../contracts/plan.js";
import type { Market } from "../contracts/record.js";
import { rulesFor } from "../domain/rules/index.js";

/** Stations of the demonstration plant, in the order in which a vehicle passes them. */
export const STATIONS = ["body-stamp", "plate-cell", "document-desk", "gear-cell"] as const;
export type Station = (typeof STATIONS)[number];

const STAMP = {
	id: "stamp",
	kind: "stamp",
	label: { en: "Stamped VIN on the body", zh: "车身打刻的车辆识别代号" },
	station: "body-stamp",
	fields: ["vin"],
} as const;

const GEAR = {
	id: "gear",
	kind: "gear",
	label: { en: "Final-drive gear", zh: "主减速器齿轮" },
	station: "gear-cell",
	fields: ["toothCount", "gearPart"],
} as const;

/** Vehicles wait hours between two cells of a real line; nobody hurries the visitor of this one either. */
const DEADLINES = { captureDeadlineMinutes: 240, decisionDeadlineMinutes: 480, undoSeconds: 10 } as const;

const planned = (witness: typeof STAMP | typeof GEAR) => ({ ...witness, fields: [...witness.fields] });

const namesOfRules = (market: Market): string[] => rulesFor(market).map(({ name }) => name);

/** Makers, marks and numbers of the demonstration plant are invented. */
export const LANXING_PLAN: InspectionPlanInput = {
	model: "LANXING-X5",
	label: { en: "Lanxing X5, China", zh: "澜星X5 国内车型" },
	market: "CN",
	rules: namesOfRules("CN"),
	// GB 16735 adopts the check digit of ISO 3779 for every vehicle sold in China.
	checkDigit: "mandatory",
	witnesses: [
		planned(STAMP),
		{
			id: "nameplate",
			kind: "nameplate",
			label: { en: "Product plate", zh: "产品标牌" },
			station: "plate-cell",
			fields: ["vin", "vehicleModel", "engineModel", "enginePower", "displacement", "grossMass", "seats"],
		},
		{
			id: "certificate",
			kind: "certificate",
			label: { en: "Certificate of conformity", zh: "机动车整车出厂合格证" },
			station: "document-desk",
			fields: [
				"vin",
				"vehicleModel",
				"colour",
				"engineModel",
				"engineNumber",
				"grossMass",
				"kerbMass",
				"certificateSeal",
				"companySeal",
			],
		},
		planned(GEAR),
	],
	...DEADLINES,
};

export const NORDHAVEN_PLAN: InspectionPlanInput = {
	model: "NORDHAVEN-N4",
	label: { en: "Nordhaven N4, Europe", zh: "Nordhaven N4 欧洲车型" },
	market: "EU",
	rules: namesOfRules("EU"),
	// ISO 3779 leaves position 9 free; European makers fill it as they like.
	checkDigit: "off",
	witnesses: [
		planned(STAMP),
		{
			id: "nameplate",
			kind: "nameplate",
			label: { en: "Statutory plate", zh: "法定铭牌" },
			station: "plate-cell",
			fields: ["vin", "typeApproval", "grossMass", "combinationMass"],
		},
		planned(GEAR),
	],
	...DEADLINES,
};

export const PRAIRIE_CREST_PLAN: InspectionPlanInput = {
	model: "PRAIRIECREST-R7",
	label: { en: "Prairie Crest R7, North America", zh: "Prairie Crest R7 北美车型" },
	market: "US",
	rules: namesOfRules("US"),
	// 49 CFR 565.15(c).
	checkDigit: "mandatory",
	witnesses: [
		planned(STAMP),
		{
			id: "label",
			kind: "label",
			label: { en: "Certification label", zh: "认证标签" },
			station: "plate-cell",
			fields: ["vin", "manufactureDate", "vehicleType"],
		},
		planned(GEAR),
	],
	...DEADLINES,
};

/** The inspection plans in force at the demonstration plant, one a model. */
export const PLANS = [LANXING_PLAN, NORDHAVEN_PLAN, PRAIRIE_CREST_PLAN] as const;
