/**
 * Entries of a certificate of conformity 机动车整车出厂合格证 (GB/T 21085), by the names of `src/domain/fields`.
 * What does not apply to a vehicle is left out and printed as a dash.
 */
export interface CertificateContents {
	readonly certificateNumber: string;
	/** `YYYY-MM-DD`. */
	readonly issueDate: string;
	readonly manufacturer: string;
	readonly brand: string;
	readonly vehicleName: string;
	readonly vehicleModel: string;
	readonly vin: string;
	readonly colour: string;
	readonly chassisModel?: string;
	readonly chassisId?: string;
	readonly chassisCertificateNumber?: string;
	readonly engineModel: string;
	readonly engineNumber: string;
	readonly fuel: string;
	/** mL. */
	readonly displacement: number;
	/** kW. */
	readonly enginePower: number;
	readonly emissionStandard: string;
	/** L/100km. */
	readonly fuelConsumption?: number;
	/** Lengths in mm. */
	readonly overallLength: number;
	readonly overallWidth: number;
	readonly overallHeight: number;
	readonly cargoLength?: number;
	readonly cargoWidth?: number;
	readonly cargoHeight?: number;
	readonly springLeaves?: string;
	readonly tyreCount: number;
	readonly tyreSize: string;
	/** Lists as in `src/domain/number-list`. */
	readonly frontTrack: string;
	readonly rearTrack: string;
	readonly wheelbase: string;
	readonly axleLoads: string;
	readonly axleCount: number;
	readonly steering: string;
	/** Masses in kg. */
	readonly grossMass: number;
	readonly kerbMass: number;
	readonly payload?: number;
	readonly payloadUtilisation?: number;
	readonly towedMass?: number;
	readonly saddleMass?: number;
	readonly cabSeats?: number;
	readonly seats?: number;
	/** km/h. */
	readonly maxSpeed: number;
	/** `YYYY-MM-DD`. */
	readonly manufactureDate: string;
	readonly enterpriseStandard?: string;
}

/** How a form writes what can be written in several ways. */
export interface Notation {
	/** What stands where an item does not apply. */
	readonly blank: string;
	readonly sizes: (length: number, width: number, height: number) => string;
	readonly date: (year: string, month: string, day: string) => string;
	/** Words for a group of axles, by their number. */
	readonly group: (axles: string) => string;
	/** Number as printed, as in full width. */
	readonly number: (value: number) => string;
}

/** One of the form's 35 items: caption, its unit, and what is printed. */
export interface PrintedItem {
	readonly number: number;
	readonly caption: string;
	readonly unit: string | null;
	readonly value: string;
}

/** The form's items in the order of the standard. */
export function printedItems(c: CertificateContents, notation: Notation): readonly PrintedItem[] {
	const { blank, sizes, number } = notation;
	const figure = (value: number | undefined) => (value === undefined ? blank : number(value));
	const dated = (date: string) => {
		const [year = "", month = "", day = ""] = date.split("-");
		return notation.date(year, month, day);
	};
	const pair = (a: string | undefined, b: string | undefined) =>
		a === undefined && b === undefined ? blank : `${a ?? blank}/${b ?? blank}`;
	const cargo =
		c.cargoLength === undefined || c.cargoWidth === undefined || c.cargoHeight === undefined
			? blank
			: sizes(c.cargoLength, c.cargoWidth, c.cargoHeight);
	const loads = c.axleLoads.replace(/\((\d)\)/g, (_, axles: string) => notation.group(axles));
	const all: readonly (readonly [caption: string, unit: string | null, value: string])[] = [
		["合格证编号", null, c.certificateNumber],
		["发证日期", null, dated(c.issueDate)],
		["车辆制造企业名称", null, c.manufacturer],
		["车辆品牌/车辆名称", null, `${c.brand}/${c.vehicleName}`],
		["车辆型号", null, c.vehicleModel],
		["车辆识别代号/车架号", null, c.vin],
		["车身颜色", null, c.colour],
		["底盘型号/底盘ID", null, pair(c.chassisModel, c.chassisId)],
		["底盘合格证编号", null, c.chassisCertificateNumber ?? blank],
		["发动机型号", null, c.engineModel],
		["发动机号", null, c.engineNumber],
		["燃料种类", null, c.fuel],
		["排量和功率", "ml/kW", `${number(c.displacement)}/${number(c.enginePower)}`],
		["排放标准", null, c.emissionStandard],
		["油耗", "L/100km", figure(c.fuelConsumption)],
		["外廓尺寸", "mm", sizes(c.overallLength, c.overallWidth, c.overallHeight)],
		["货厢内部尺寸", "mm", cargo],
		["钢板弹簧片数", "片", c.springLeaves ?? blank],
		["轮胎数", null, number(c.tyreCount)],
		["轮胎规格", null, c.tyreSize],
		["轮距(前/后)", "mm", `${c.frontTrack}/${c.rearTrack}`],
		["轴距", "mm", c.wheelbase],
		["轴荷", "kg", loads],
		["轴数", null, number(c.axleCount)],
		["转向形式", null, c.steering],
		["总质量", "kg", number(c.grossMass)],
		["整备质量", "kg", number(c.kerbMass)],
		["额定载质量", "kg", figure(c.payload)],
		["载质量利用系数", null, c.payloadUtilisation?.toFixed(2) ?? blank],
		["准牵引总质量", "kg", figure(c.towedMass)],
		["半挂车鞍座最大允许总质量", "kg", figure(c.saddleMass)],
		["驾驶室准乘人数", "人", figure(c.cabSeats)],
		["额定载客", "人", figure(c.seats)],
		["最高设计车速", "km/h", number(c.maxSpeed)],
		["车辆制造日期", null, dated(c.manufactureDate)],
	];
	return all.map(([caption, unit, value], index) => ({ number: index + 1, caption, unit, value }));
}
