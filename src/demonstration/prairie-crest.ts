import type { VehicleRecordInput } from "../contracts/record.js";
import { PRAIRIE_CREST_PLAN } from "./plans.js";
import { type Discrepancy, type PlantVehicle, plantVehicle } from "./plant-vehicle.js";
import type { SubjectOf } from "./render/picture.js";

/** By the ratio of the rear axle. */
const VARIANTS = {
	"3.73": {
		masses: { grossMass: 3175, frontAxleMass: 1588, rearAxleMass: 1769 },
		gear: { gearPart: "R7-3730", toothCount: 37 },
	},
	"4.10": {
		masses: { grossMass: 3357, frontAxleMass: 1655, rearAxleMass: 1882 },
		gear: { gearPart: "R7-4100", toothCount: 41 },
	},
} as const;

const PAINTS = {
	"Glacier White": { tone: "#d6d8d6", code: "G7" },
	"Canyon Red": { tone: "#86291f", code: "R4" },
	Graphite: { tone: "#55595e", code: "K2" },
} as const;

export interface PrairieCrestVehicle {
	readonly productionNumber: string;
	readonly vin: string;
	readonly colour: keyof typeof PAINTS;
	readonly variant: keyof typeof VARIANTS;
}

type PrairieCrestShown = {
	readonly stamp: SubjectOf<"stamp">;
	readonly label: SubjectOf<"us_label">;
	readonly gear: SubjectOf<"gear">;
};

const COMMON = { manufacturer: "PRAIRIE CREST MOTORS, INC.", vehicleType: "TRUCK" } as const;
const MANUFACTURED = "2026-03";

/** Truck for North America: number rolled into the frame rail, certification label, gear. */
export function prairieCrest(
	vehicle: PrairieCrestVehicle,
	discrepancy: Discrepancy<PrairieCrestShown> | null = null,
): PlantVehicle {
	const { productionNumber, vin, colour, variant } = vehicle;
	const { masses, gear } = VARIANTS[variant];
	const paint = PAINTS[colour];
	const record: VehicleRecordInput = {
		productionNumber,
		vin,
		model: PRAIRIE_CREST_PLAN.model,
		market: PRAIRIE_CREST_PLAN.market,
		attributes: { ...COMMON, ...masses, ...gear, colour, manufactureDate: MANUFACTURED },
	};
	const good: PrairieCrestShown = {
		stamp: { form: "stamp", vin, process: "rolled", surface: "brushed", paint: paint.tone },
		label: {
			form: "us_label",
			contents: {
				...COMMON,
				...masses,
				vin,
				manufactureDate: MANUFACTURED,
				makersLine: `EXT PNT: ${paint.code}   INT TR: K4   AXLE: ${variant}   TIRE: LT265/70R17`,
			},
			paint: paint.tone,
		},
		gear: { form: "gear", toothCount: gear.toothCount, partNumber: gear.gearPart },
	};
	return plantVehicle(PRAIRIE_CREST_PLAN, record, good, discrepancy);
}
