import type { VehicleRecordInput } from "../contracts/record.js";
import { NORDHAVEN_PLAN } from "./plans.js";
import { type Discrepancy, type PlantVehicle, plantVehicle } from "./plant-vehicle.js";
import type { SubjectOf } from "./render/picture.js";

const VARIANTS = {
	"1.6": {
		masses: { grossMass: 1980, combinationMass: 3380, frontAxleMass: 1040, rearAxleMass: 1010 },
		gear: { gearPart: "N4-7028", toothCount: 28 },
		code: "A1",
	},
	"2.0": {
		masses: { grossMass: 2130, combinationMass: 3730, frontAxleMass: 1120, rearAxleMass: 1080 },
		gear: { gearPart: "N4-7034", toothCount: 34 },
		code: "A2",
	},
} as const;

const PAINTS = {
	Fjordblau: { tone: "#33557f", code: "LB5N" },
	Polarsilber: { tone: "#b4b8bb", code: "LA7W" },
	Signalrot: { tone: "#96241f", code: "LP3G" },
} as const;

export interface NordhavenVehicle {
	readonly productionNumber: string;
	readonly vin: string;
	readonly colour: keyof typeof PAINTS;
	readonly variant: keyof typeof VARIANTS;
}

type NordhavenShown = {
	readonly stamp: SubjectOf<"stamp">;
	readonly nameplate: SubjectOf<"eu_plate">;
	readonly gear: SubjectOf<"gear">;
};

const COMMON = {
	manufacturer: "NORDHAVEN FAHRZEUGWERKE GMBH",
	typeApproval: "e1*2018/858*01234*02",
} as const;

/** What a good vehicle shows. */
export function nordhavenShown({ vin, colour, variant }: NordhavenVehicle): NordhavenShown {
	const { masses, gear, code } = VARIANTS[variant];
	const paint = PAINTS[colour];
	return {
		stamp: { form: "stamp", vin, process: "dot_peened", surface: "primer", paint: paint.tone },
		nameplate: {
			form: "eu_plate",
			contents: { ...COMMON, ...masses, vin, makersLine: `TYP N4   ${code}   ${paint.code}` },
			finish: "black_anodised",
			paint: paint.tone,
		},
		gear: { form: "gear", toothCount: gear.toothCount, partNumber: gear.gearPart },
	};
}

/** Car for Europe: dot-peened number on primed metal, statutory plate, gear. */
export function nordhaven(
	vehicle: NordhavenVehicle,
	discrepancy: Discrepancy<NordhavenShown> | null = null,
): PlantVehicle {
	const { masses, gear } = VARIANTS[vehicle.variant];
	const record: VehicleRecordInput = {
		productionNumber: vehicle.productionNumber,
		vin: vehicle.vin,
		model: NORDHAVEN_PLAN.model,
		market: NORDHAVEN_PLAN.market,
		attributes: { ...COMMON, ...masses, ...gear, colour: vehicle.colour, manufactureDate: "2026-03" },
	};
	return plantVehicle(NORDHAVEN_PLAN, record, nordhavenShown(vehicle), discrepancy);
}
