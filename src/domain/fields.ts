/**
 * The fields a witness or a vehicle record can carry: one name each, used in records, plans, readings,
 * findings, pages and reports alike. Names of certificate fields follow GB/T 21085; plate items follow
 * GB/T 18411, Regulation (EU) 2021/535 Annex II and 49 CFR 567.4.
 */
export type FieldType =
	/** Letters and digits, compared character by character, upper-case half-width. */
	| "code"
	/** Words, compared after removing white space and folding width. */
	| "text"
	/** A number in the field's unit, compared exactly. */
	| "number"
	/** `YYYY-MM` or `YYYY-MM-DD`. */
	| "date";

export interface FieldDefinition {
	readonly type: FieldType;
	readonly unit: string | null;
	readonly en: string;
	readonly zh: string;
}

const field = (type: FieldType, en: string, zh: string, unit: string | null = null): FieldDefinition => ({
	type,
	unit,
	en,
	zh,
});

export const FIELDS = {
	vin: field("code", "Vehicle identification number", "车辆识别代号"),
	codeVin: field("code", "VIN in the code", "条码或二维码中的车辆识别代号"),
	brand: field("text", "Brand", "品牌"),
	vehicleModel: field("code", "Vehicle model", "整车型号"),
	vehicleName: field("text", "Vehicle name", "车辆名称"),
	manufacturer: field("text", "Manufacturer", "生产厂名"),
	country: field("text", "Country of manufacture", "制造国"),
	manufactureDate: field("date", "Date of manufacture", "制造年月"),
	engineModel: field("code", "Engine model", "发动机型号"),
	engineNumber: field("code", "Engine number", "发动机号"),
	enginePower: field("number", "Engine power", "发动机最大净功率", "kW"),
	displacement: field("number", "Displacement", "排量", "mL"),
	grossMass: field("number", "Maximum laden mass", "最大设计总质量", "kg"),
	combinationMass: field("number", "Maximum mass of the combination", "最大设计汽车列车总质量", "kg"),
	kerbMass: field("number", "Kerb mass", "整备质量", "kg"),
	frontAxleMass: field("number", "Front axle mass", "前轴最大允许轴荷", "kg"),
	rearAxleMass: field("number", "Rear axle mass", "后轴最大允许轴荷", "kg"),
	seats: field("number", "Seats", "乘坐人数"),
	typeApproval: field("code", "Type-approval number", "型式批准号"),
	vehicleType: field("text", "Type of vehicle", "车辆类型"),
	colour: field("text", "Body colour", "车身颜色"),
	fuel: field("text", "Fuel", "燃料种类"),
	emissionStandard: field("code", "Emission standard", "排放标准"),
	certificateNumber: field("code", "Certificate number", "合格证编号"),
	issueDate: field("date", "Date of issue", "发证日期"),
	gearPart: field("code", "Gear part number", "齿轮零件号"),
	toothCount: field("number", "Tooth count", "齿数"),
} as const satisfies Record<string, FieldDefinition>;

export type FieldName = keyof typeof FIELDS;

export function isFieldName(name: string): name is FieldName {
	return Object.hasOwn(FIELDS, name);
}
