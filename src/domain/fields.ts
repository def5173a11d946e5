/**
 * The fields a witness or a vehicle record can carry: one name each, used in records, plans, readings,
 * findings, pages and reports alike. Certificate fields are the 43 printed items of GB/T 21085-2020 (listed
 * one by one in Huawei Cloud's OCR API reference, ocr_03_0164); plate items follow GB/T 18411, Regulation
 * (EU) 2021/535 Annex II and 49 CFR 567.4.
 */
export type FieldType =
	/** Letters and digits, compared character by character, upper-case half-width. */
	| "code"
	/** Words, compared after removing white space and folding width. */
	| "text"
	/** A number in the field's unit, compared exactly. */
	| "number"
	/** Numbers in the field's unit and in the order of the axles: see `number-list`. */
	| "numbers"
	/** `YYYY-MM` or `YYYY-MM-DD`. */
	| "date"
	/** Something that is there or not, as a seal; 1 where it was seen. */
	| "mark";

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

const number = (unit: string | null, en: string, zh: string): FieldDefinition =>
	field("number", en, zh, unit);
const numbers = (unit: string, en: string, zh: string): FieldDefinition => field("numbers", en, zh, unit);

export const FIELDS = {
	vin: field("code", "Vehicle identification number", "车辆识别代号"),
	codeVin: field("code", "VIN in the code", "条码或二维码中的车辆识别代号"),
	brand: field("text", "Brand", "品牌"),
	vehicleModel: field("code", "Vehicle model", "整车型号"),
	vehicleName: field("text", "Vehicle name", "车辆名称"),
	manufacturer: field("text", "Manufacturer", "生产厂名"),
	country: field("text", "Country of manufacture", "制造国"),
	manufactureDate: field("date", "Date of manufacture", "制造年月"),
	vehicleType: field("text", "Type of vehicle", "车辆类型"),
	typeApproval: field("code", "Type-approval number", "型式批准号"),
	colour: field("text", "Body colour", "车身颜色"),

	certificateNumber: field("code", "Certificate number", "合格证编号"),
	issueDate: field("date", "Date of issue", "发证日期"),
	chassisModel: field("code", "Chassis model", "底盘型号"),
	chassisId: field("code", "Chassis ID", "底盘ID"),
	chassisCertificateNumber: field("code", "Chassis certificate number", "底盘合格证编号"),
	enterpriseStandard: field("code", "Enterprise standard", "企业标准"),
	certificateSeal: field("mark", "Certificate seal", "合格证专用章"),
	companySeal: field("mark", "Company seal", "企业公章"),

	engineModel: field("code", "Engine model", "发动机型号"),
	engineNumber: field("code", "Engine number", "发动机号"),
	enginePower: number("kW", "Engine power", "发动机最大净功率"),
	displacement: number("mL", "Displacement", "排量"),
	fuel: field("text", "Fuel", "燃料种类"),
	emissionStandard: field("code", "Emission standard", "排放标准"),
	fuelConsumption: number("L/100km", "Fuel consumption", "油耗"),
	motorModel: field("code", "Drive motor model", "驱动电机型号"),
	motorPeakPower: number("kW", "Peak power of the drive motor", "驱动电机峰值功率"),
	batteryVoltage: number("V", "Rated voltage of the traction battery", "动力电池系统额定电压"),
	batteryCapacity: number("Ah", "Rated capacity of the traction battery", "动力电池系统额定容量"),

	grossMass: number("kg", "Maximum laden mass", "最大设计总质量"),
	combinationMass: number("kg", "Maximum mass of the combination", "最大设计汽车列车总质量"),
	kerbMass: number("kg", "Kerb mass", "整备质量"),
	payload: number("kg", "Rated payload", "额定载质量"),
	payloadUtilisation: number(null, "Payload utilisation coefficient", "载质量利用系数"),
	towedMass: number("kg", "Permissible towed mass", "准牵引总质量"),
	saddleMass: number("kg", "Maximum mass on the fifth wheel", "半挂车鞍座最大允许总质量"),
	axleLoads: numbers("kg", "Axle loads", "轴荷"),
	frontAxleMass: number("kg", "Front axle mass", "前轴最大允许轴荷"),
	rearAxleMass: number("kg", "Rear axle mass", "后轴最大允许轴荷"),
	thirdAxleMass: number("kg", "Third axle mass", "第三轴最大允许轴荷"),
	grossMassPounds: number("lb", "Gross vehicle weight rating in pounds", "最大设计总质量（磅）"),
	frontAxlePounds: number("lb", "Front axle weight rating in pounds", "前轴额定轴荷（磅）"),
	rearAxlePounds: number("lb", "Rear axle weight rating in pounds", "后轴额定轴荷（磅）"),

	overallLength: number("mm", "Overall length", "外廓尺寸长"),
	overallWidth: number("mm", "Overall width", "外廓尺寸宽"),
	overallHeight: number("mm", "Overall height", "外廓尺寸高"),
	cargoLength: number("mm", "Inner length of the load bed", "货厢内部尺寸长"),
	cargoWidth: number("mm", "Inner width of the load bed", "货厢内部尺寸宽"),
	cargoHeight: number("mm", "Inner height of the load bed", "货厢内部尺寸高"),
	wheelbase: numbers("mm", "Wheelbase", "轴距"),
	frontTrack: numbers("mm", "Front track", "前轮距"),
	rearTrack: numbers("mm", "Rear track", "后轮距"),
	axleCount: number(null, "Number of axles", "轴数"),
	springLeaves: field("code", "Leaves of the springs", "钢板弹簧片数"),
	tyreCount: number(null, "Number of tyres", "轮胎数"),
	tyreSize: field("code", "Tyre size", "轮胎规格"),
	rimSize: field("code", "Rim size", "轮辋规格"),
	steering: field("text", "Steering", "转向形式"),

	seats: number(null, "Seats", "乘坐人数"),
	cabSeats: number(null, "Persons in the cab", "驾驶室准乘人数"),
	maxSpeed: number("km/h", "Maximum design speed", "最高设计车速"),

	gearPart: field("code", "Gear part number", "齿轮零件号"),
	toothCount: number(null, "Tooth count", "齿数"),
} as const satisfies Record<string, FieldDefinition>;

export type FieldName = keyof typeof FIELDS;

export function isFieldName(name: string): name is FieldName {
	return Object.hasOwn(FIELDS, name);
}
