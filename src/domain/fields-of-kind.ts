import type { WitnessKind } from "../contracts/reading.js";
import { FIELDS, type FieldName, isFieldName } from "./fields.js";

/** Items a certificate prints (GB/T 21085) and no plate or label does. */
const ON_CERTIFICATES: readonly FieldName[] = [
	...(["certificateNumber", "issueDate", "chassisId", "chassisCertificateNumber"] as const),
	...(["enterpriseStandard", "certificateSeal", "companySeal", "fuelConsumption"] as const),
	...(["payloadUtilisation", "axleLoads", "overallLength", "overallWidth", "overallHeight"] as const),
	...(["cargoLength", "cargoWidth", "cargoHeight", "wheelbase", "frontTrack", "rearTrack"] as const),
	...(["axleCount", "springLeaves", "tyreCount", "steering", "cabSeats", "maxSpeed"] as const),
];
/** Items of statutory plates and labels (GB/T 18411, Regulation (EU) 2021/535, 49 CFR 567) on no certificate. */
const ON_PLATES: readonly FieldName[] = [
	...(["country", "vehicleType", "typeApproval", "combinationMass", "rimSize"] as const),
	...(["motorPeakPower", "batteryVoltage", "batteryCapacity"] as const),
	...(["frontAxleMass", "rearAxleMass", "thirdAxleMass"] as const),
	...(["grossMassPounds", "frontAxlePounds", "rearAxlePounds"] as const),
];
/** Items of labels that name more than a plate does. */
const ON_LABELS: readonly FieldName[] = ["fuel", "emissionStandard"];

const every = Object.keys(FIELDS).filter(isFieldName);
const without = (...left: readonly (readonly FieldName[])[]): readonly FieldName[] =>
	every.filter((field) => !left.flat().includes(field));

const OF_KIND: Readonly<Record<WitnessKind, readonly FieldName[]>> = {
	stamp: ["vin", "codeVin"],
	nameplate: without(ON_CERTIFICATES, ON_LABELS, ["gearPart", "toothCount"]),
	certificate: without(ON_PLATES, ["gearPart", "toothCount"]),
	label: without(ON_CERTIFICATES, ["toothCount"]),
	gear: ["gearPart", "toothCount"],
};

/** Fields a witness of this kind can show, in the order of the registry: what a plan may have compared. */
export const fieldsOfKind = (kind: WitnessKind): readonly FieldName[] => OF_KIND[kind];
