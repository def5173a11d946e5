import { VIN_ALPHABET } from "../domain/vin.js";
import type { CertificateContents } from "./render/certificate-contents.js";
import { CERTIFICATE_FORMS, type CertificateForm } from "./render/certificate-forms.js";
import type { PictureOrder, Subject } from "./render/picture.js";
import { createRandom, type Random } from "./render/random.js";

/**
 * Documents of invented vehicles, to count how many of their fields are read: every print of the certificate,
 * every form of plate and label, under cameras worse than the plant's.
 */

const LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ";
const ALNUM = `${LETTERS}0123456789`;

export function pick<T>(random: Random, from: readonly T[]): T {
	const chosen = from[random.whole(0, from.length - 1)];
	if (chosen === undefined) throw new RangeError("nothing to pick from");
	return chosen;
}

const drawn = (random: Random, alphabet: string, length: number): string =>
	Array.from({ length }, () => pick(random, [...alphabet])).join("");
const digits = (random: Random, length: number): string => drawn(random, "0123456789", length);
const stepped = (random: Random, low: number, high: number, step: number): number =>
	low + step * random.whole(0, Math.floor((high - low) / step));

export function vinOf(random: Random, maker: string): string {
	return `${maker}${drawn(random, VIN_ALPHABET, 6)}T${drawn(random, ALNUM.replace("O", ""), 1)}${digits(random, 6)}`;
}

const MAKERS = [
	{ manufacturer: "江陵澜星汽车有限公司", brand: "澜星牌", code: "LXQ", vin: "LXA" },
	{ manufacturer: "华东星驰汽车制造股份有限公司", brand: "星驰牌", code: "XC", vin: "LSX" },
	{ manufacturer: "北原重型卡车集团有限公司", brand: "北原牌", code: "BYZ", vin: "LBY" },
	{ manufacturer: "安宁客车工业有限责任公司", brand: "安宁", code: "AN", vin: "LAN" },
] as const;
const COLOURS = ["珍珠白", "水晶黑", "海洋蓝", "熔岩橙", "银灰", "中国红", "墨绿/白"] as const;

function certificateOf(random: Random): CertificateContents {
	const maker = pick(random, MAKERS);
	const [month, day] = [random.whole(1, 11), random.whole(1, 28)];
	const two = (value: number) => String(value).padStart(2, "0");
	const { manufacturer, brand } = maker;
	return {
		manufacturer,
		brand,
		certificateNumber: `${drawn(random, LETTERS, 2)}${drawn(random, ALNUM, 2)}${digits(random, 11)}`,
		issueDate: `2026-${two(month + 1)}-${two(day)}`,
		manufactureDate: `2026-${two(month)}-${two(day)}`,
		vin: vinOf(random, maker.vin),
		colour: pick(random, COLOURS),
		engineNumber: `${drawn(random, ALNUM, 3)}${digits(random, random.whole(5, 7))}`,
		steering: "方向盘",
		enterpriseStandard: `Q/${maker.code}${digits(random, 3)}-20${random.whole(18, 26)}`,
		...(random.next() < 0.5 ? carEntries(random, maker.code) : truckEntries(random, maker.code)),
	};
}

function carEntries(random: Random, code: string) {
	const overallLength = stepped(random, 4205, 4995, 5);
	const displacement = pick(random, [1198, 1373, 1498, 1499, 1598, 1984, 1998, 2488]);
	const kerbMass = stepped(random, 1205, 2150, 5);
	const grossMass = kerbMass + stepped(random, 375, 520, 5);
	const front = stepped(random, Math.round(grossMass * 0.48), Math.round(grossMass * 0.55), 1);
	const track = stepped(random, 1500, 1620, 1);
	return {
		vehicleName: pick(random, ["多用途乘用车", "轿车", "插电式混合动力多用途乘用车"]),
		vehicleModel: `${code}6${Math.round(overallLength / 100)}${digits(random, 1)}${drawn(random, ALNUM, 3)}`,
		engineModel: `${drawn(random, LETTERS, 2)}${random.whole(3, 4)}G${Math.round(displacement / 100)}${drawn(random, "ABCDT", 1)}`,
		fuel: pick(random, ["汽油", "汽油/电混合动力", "柴油"]),
		displacement,
		enginePower: pick(random, [75, 88, 110, 124, 135.5, 145, 162, 185]),
		emissionStandard: pick(random, ["GB18352.6-2016国VI", "GB18352.6-2016"]),
		fuelConsumption: stepped(random, 45, 99, 1) / 10,
		overallLength,
		overallWidth: stepped(random, 1700, 1960, 5),
		overallHeight: stepped(random, 1450, 1790, 5),
		tyreCount: 4,
		tyreSize: pick(random, ["205/55R16", "215/60R17", "225/60R18", "235/45R19 95V", "225/50R18,235/45R19"]),
		frontTrack: String(track),
		rearTrack: String(track + random.whole(-5, 12)),
		wheelbase: String(stepped(random, 2550, 2990, 5)),
		axleLoads: `${front}/${grossMass - front}`,
		axleCount: 2,
		grossMass,
		kerbMass,
		seats: pick(random, [4, 5, 5, 5, 7]),
		maxSpeed: stepped(random, 160, 235, 5),
	};
}

function truckEntries(random: Random, code: string) {
	const tandem = random.next() < 0.6;
	const grossMass = tandem ? 25_000 : pick(random, [4495, 11_995, 15_500]);
	const kerbMass = stepped(random, Math.round(grossMass * 0.4), Math.round(grossMass * 0.5), 5);
	const cabSeats = random.whole(2, 3);
	const payload = grossMass - kerbMass - 65 * cabSeats;
	const front = stepped(random, Math.round(grossMass * 0.25), Math.round(grossMass * 0.33), 5);
	const overallLength = stepped(random, 6995, 8995, 5);
	const track = stepped(random, 1800, 2040, 5);
	return {
		vehicleName: pick(random, ["载货汽车", "自卸汽车", "仓栅式运输车"]),
		vehicleModel: `${code}1${String(Math.round(grossMass / 1000)).padStart(2, "0")}${digits(random, 1)}${drawn(random, ALNUM, 5)}`,
		chassisModel: `${code}1${digits(random, 3)}${drawn(random, ALNUM, 4)}`,
		chassisId: digits(random, 7),
		chassisCertificateNumber: `${drawn(random, LETTERS, 3)}${digits(random, 12)}`,
		engineModel: `${drawn(random, LETTERS, 2)}${random.whole(4, 12)}H${stepped(random, 180, 560, 10)}E6${random.whole(0, 1)}`,
		fuel: "柴油",
		displacement: pick(random, [2970, 4580, 6870, 9500, 9726, 12_419]),
		enginePower: pick(random, [96, 132, 206, 257, 294, 341, 412]),
		emissionStandard: pick(random, ["GB17691-2018国VI", "GB17691-2018"]),
		overallLength,
		overallWidth: pick(random, [2280, 2490, 2500, 2550]),
		overallHeight: stepped(random, 2450, 3990, 5),
		cargoLength: stepped(random, 4200, 6600, 50),
		cargoWidth: pick(random, [2050, 2100, 2200]),
		cargoHeight: stepped(random, 400, 1500, 50),
		springLeaves: pick(random, ["9/10+8", "11/12", "3/4+3", "8/9+6"]),
		tyreCount: tandem ? 10 : 6,
		tyreSize: pick(random, ["12.00R20 16PR", "11.00R20", "295/80R22.5 18PR", "7.00R16LT"]),
		frontTrack: String(track),
		rearTrack: tandem ? "1850/1850" : String(track - 120),
		wheelbase: tandem
			? `${stepped(random, 3825, 4625, 25)}+${pick(random, [1350, 1400])}`
			: String(stepped(random, 3300, 5000, 50)),
		axleLoads: tandem ? `${front}/${grossMass - front}(2)` : `${front}/${grossMass - front}`,
		axleCount: tandem ? 3 : 2,
		grossMass,
		kerbMass,
		payload,
		payloadUtilisation: Math.round((100 * payload) / kerbMass) / 100,
		cabSeats,
		maxSpeed: pick(random, [80, 89, 95, 103, 110]),
		...(tandem && random.next() < 0.4
			? { towedMass: stepped(random, 8000, 16_000, 100), saddleMass: stepped(random, 4000, 9000, 10) }
			: {}),
	};
}

function gbPlateOf(random: Random): Subject {
	const { vin, brand, manufacturer, vehicleModel, engineModel, ...car } = certificateOf(random);
	const { enginePower, displacement, grossMass, seats = 2 } = car;
	return {
		form: "gb_plate",
		contents: {
			...{ vin, brand, manufacturer, vehicleModel, engineModel },
			...{ enginePower, displacement, grossMass, seats },
			manufactureDate: car.manufactureDate.slice(0, 7),
		},
		finish: pick(random, ["aluminium", "black_anodised"] as const),
		paint: "#3a4b5e",
	};
}

function euPlateOf(random: Random): Subject {
	const grossMass = stepped(random, 1500, 3500, 5);
	const frontAxleMass = Math.round(grossMass * random.between(0.5, 0.6));
	return {
		form: "eu_plate",
		contents: {
			manufacturer: pick(random, [
				"NORDHAVEN FAHRZEUGWERKE GMBH",
				"ALPIN AUTOMOBILE AG",
				"COSTA MOTORS S.A.",
			]),
			typeApproval: `e${random.whole(1, 29)}*2018/858*${digits(random, 5)}*${digits(random, 2)}`,
			vin: vinOf(random, pick(random, ["W8N", "VA5", "ZCM"])),
			grossMass,
			combinationMass: grossMass + stepped(random, 1200, 3500, 10),
			frontAxleMass,
			rearAxleMass: Math.round(grossMass * random.between(0.5, 0.58)),
			makersLine: `TYP ${drawn(random, ALNUM, 2)}   ${drawn(random, ALNUM, 4)}`,
		},
		finish: pick(random, ["aluminium", "black_anodised"] as const),
		paint: "#5a2f2a",
	};
}

function usLabelOf(random: Random): Subject {
	const grossMass = stepped(random, 1700, 4500, 1);
	return {
		form: "us_label",
		contents: {
			manufacturer: pick(random, ["PRAIRIE CREST MOTORS, INC.", "LAKESHORE AUTO MFG CO."]),
			manufactureDate: `2026-${String(random.whole(1, 12)).padStart(2, "0")}`,
			grossMass,
			frontAxleMass: Math.round(grossMass * random.between(0.5, 0.58)),
			rearAxleMass: Math.round(grossMass * random.between(0.52, 0.6)),
			vin: vinOf(random, pick(random, ["5Y8", "1P7"])),
			vehicleType: pick(random, ["TRUCK", "PASSENGER CAR", "MPV"]),
			makersLine: `EXT PNT: ${drawn(random, ALNUM, 2)}   INT TR: K4   TIRE: LT265/70R17`,
		},
		paint: "#20252b",
	};
}

/** Cameras: a little out of focus, noisier, darker, harder pressed than the plant's. */
const cameraOf = (random: Random): NonNullable<PictureOrder["camera"]> => ({
	defocus: random.between(0, 0.9),
	noise: random.between(0.004, 0.014),
	exposure: random.between(0.78, 1.08),
	quality: random.whole(72, 92),
});

/**
 * Orders for `count` pictures of documents: six in ten are certificates, in one of the given prints each, the others plates
 * and labels in turn. The same seed gives the same orders.
 */
export function sampleDocuments(
	count: number,
	seed: string,
	prints: readonly CertificateForm[] = CERTIFICATE_FORMS,
): readonly PictureOrder[] {
	return Array.from({ length: count }, (_, index) => {
		const random = createRandom(`${seed}/${index}`);
		const subject = subjectOf(index, random, prints);
		return { seed: `${seed}/${index}`, subject, fault: null, camera: cameraOf(random) };
	});
}

function subjectOf(index: number, random: Random, prints: readonly CertificateForm[]): Subject {
	switch (index % 10) {
		case 1:
			return gbPlateOf(random);
		case 4:
		case 9:
			return euPlateOf(random);
		case 6:
			return usLabelOf(random);
		default:
			return { form: "certificate", contents: certificateOf(random), print: pick(random, prints) };
	}
}
