import type { VehicleRecordInput } from "../contracts/record.js";
import { LANXING_PLAN } from "./plans.js";
import { type Discrepancy, type PlantVehicle, plantVehicle } from "./plant-vehicle.js";
import type { CertificateContents } from "./render/certificate-contents.js";
import type { GbPlateContents } from "./render/gb-plate.js";
import type { SubjectOf } from "./render/picture.js";

const VARIANTS = {
	"1.5T": {
		engineModel: "LX4G15T",
		enginePower: 124,
		displacement: 1498,
		grossMass: 1985,
		kerbMass: 1540,
		axleLoads: "1045/940",
		gearPart: "LX-2137A",
		toothCount: 32,
	},
	"2.0T": {
		engineModel: "LX4G20T",
		enginePower: 162,
		displacement: 1997,
		grossMass: 2065,
		kerbMass: 1625,
		axleLoads: "1090/975",
		gearPart: "LX-2139A",
		toothCount: 36,
	},
} as const;

const PAINTS = { 珍珠白: "#d3d5d4", 水晶黑: "#33363a", 海洋蓝: "#2c4f7c" } as const;

export interface LanxingVehicle {
	readonly productionNumber: string;
	readonly vin: string;
	readonly colour: keyof typeof PAINTS;
	readonly variant: keyof typeof VARIANTS;
	readonly engineNumber: string;
}

type LanxingShown = {
	readonly stamp: SubjectOf<"stamp">;
	readonly nameplate: SubjectOf<"gb_plate">;
	readonly certificate: SubjectOf<"certificate">;
	readonly gear: SubjectOf<"gear">;
};

const COMMON = {
	brand: "澜星牌",
	vehicleName: "多用途乘用车",
	vehicleModel: "LXQ6470A5",
	manufacturer: "江陵澜星汽车有限公司",
	seats: 5,
	fuel: "汽油",
} as const;

/** What the plate does not show and the certificate does. */
const ON_CERTIFICATE = {
	emissionStandard: "GB18352.6-2016",
	fuelConsumption: 6.9,
	overallLength: 4655,
	overallWidth: 1865,
	overallHeight: 1680,
	tyreCount: 4,
	tyreSize: "225/60R18",
	frontTrack: "1585",
	rearTrack: "1590",
	wheelbase: "2710",
	axleCount: 2,
	steering: "方向盘",
	maxSpeed: 190,
	enterpriseStandard: "Q/LXQ101-2026",
} as const;

/** Car for the Chinese market: scribed number on the painted body, product plate, certificate of conformity, gear. */
export function lanxing(
	vehicle: LanxingVehicle,
	discrepancy: Discrepancy<LanxingShown> | null = null,
): PlantVehicle {
	const { productionNumber, vin, colour, engineNumber } = vehicle;
	const { gearPart, toothCount, ...variant } = VARIANTS[vehicle.variant];
	const { kerbMass, axleLoads, ...onPlate } = variant;
	const paint = PAINTS[colour];
	const certificateNumber = `WLX01260310${engineNumber.slice(-4)}`;
	const manufactured = { month: "2026-03", day: "2026-03-16" } as const;
	const plate: GbPlateContents = { ...COMMON, ...onPlate, vin, manufactureDate: manufactured.month };
	const certificate: CertificateContents = {
		...COMMON,
		...variant,
		certificateNumber,
		issueDate: "2026-03-18",
		vin,
		colour,
		engineNumber,
		...ON_CERTIFICATE,
		axleLoads,
		manufactureDate: manufactured.day,
	};
	const record: VehicleRecordInput = {
		productionNumber,
		vin,
		model: LANXING_PLAN.model,
		market: LANXING_PLAN.market,
		attributes: {
			...COMMON,
			...variant,
			engineNumber,
			colour,
			certificateNumber,
			manufactureDate: manufactured.month,
			gearPart,
			toothCount,
		},
	};
	const good: LanxingShown = {
		stamp: { form: "stamp", vin, process: "scribed", surface: "painted", paint },
		nameplate: { form: "gb_plate", contents: plate, finish: "aluminium", paint },
		certificate: { form: "certificate", contents: certificate },
		gear: { form: "gear", toothCount, partNumber: gearPart },
	};
	return plantVehicle(LANXING_PLAN, record, good, discrepancy);
}
