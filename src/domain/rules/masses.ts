import type { FieldName } from "../fields.js";
import { type Rule, remark, sum, violation } from "./rule.js";

const DEFINITIONS = "GB/T 3730.2 and ISO 1176, definitions of vehicle masses";
const AXLE_RATINGS = "Regulation (EU) 2021/535, Annexes II and XIII; 49 CFR 567.4(g)(3)-(4)";
/** kg an occupant counts: 25000 = 12500 + 12370 + 2 × 65 on the certificate of Aliyun's API reference. */
const OCCUPANT = 65;
const OCCUPANTS = "65 kg an occupant, as in China's vehicle announcements; GB/T 21085 items 26-28, 32 and 33";
/** kg on one axle, on a group of two, of three. */
const AXLE_LIMITS = [11_500, 20_000, 24_000];
/** International avoirdupois pound, kg (NIST Handbook 44, Appendix C). */
const POUND = 0.45359237;
/** Labels round pounds to fives and kilograms to ones: half of each, in kg. */
const ROUNDING = 2.5 * POUND + 0.5;

const notAbove = (
	name: string,
	lesser: FieldName,
	greater: FieldName,
	en: string,
	zh: string,
	source: string,
) =>
	violation(name, {
		en,
		zh,
		source,
		fields: [greater, lesser],
		holds: (v) => v.number(lesser) <= v.number(greater),
	});

const poundsAgree = (name: string, kilograms: FieldName, pounds: FieldName, en: string, zh: string): Rule =>
	violation(name, {
		en: `${en} in pounds and in kilograms is one mass`,
		zh: `${zh}的磅值与千克值一致`,
		source: "49 CFR 567.4(g)(3)-(4); 1 lb = 0.45359237 kg (NIST Handbook 44), rounded to 5 lb and 1 kg",
		fields: [kilograms, pounds],
		holds: (v) => Math.abs(v.number(pounds) * POUND - v.number(kilograms)) <= ROUNDING,
	});

export const MASS_RULES: readonly Rule[] = [
	notAbove(
		...(["grossNotBelowKerb", "kerbMass", "grossMass"] as const),
		"The kerb mass does not exceed the maximum laden mass",
		"整备质量不超过总质量",
		DEFINITIONS,
	),
	notAbove(
		...(["payloadBelowGross", "payload", "grossMass"] as const),
		"The payload does not exceed the maximum laden mass",
		"额定载质量不超过总质量",
		DEFINITIONS,
	),
	notAbove(
		...(["grossNotAboveCombination", "grossMass", "combinationMass"] as const),
		"The maximum laden mass does not exceed that of the combination",
		"总质量不超过汽车列车总质量",
		"Regulation (EU) 2021/535 Annex II part A, items (d) and (e)",
	),
	notAbove(
		...(["frontAxleNotAboveGross", "frontAxleMass", "grossMass"] as const),
		"The front axle bears no more than the whole vehicle",
		"前轴轴荷不超过总质量",
		DEFINITIONS,
	),
	notAbove(
		...(["rearAxleNotAboveGross", "rearAxleMass", "grossMass"] as const),
		"The rear axle bears no more than the whole vehicle",
		"后轴轴荷不超过总质量",
		DEFINITIONS,
	),
	violation("grossIsKerbPayloadOccupants", {
		en: "Maximum laden mass = kerb mass + payload + 65 kg for each person in the cab, within 1 %",
		zh: "总质量 = 整备质量 + 额定载质量 + 驾驶室准乘人数 × 65 kg，允差 1 %",
		source: OCCUPANTS,
		fields: ["grossMass", "kerbMass", "payload", "cabSeats"],
		holds: (v) => {
			const parts = v.number("kerbMass") + v.number("payload") + OCCUPANT * v.number("cabSeats");
			return Math.abs(v.number("grossMass") - parts) <= 0.01 * v.number("grossMass");
		},
	}),
	violation("grossCarriesOccupants", {
		en: "The maximum laden mass leaves 65 kg for every seat above the kerb mass",
		zh: "总质量与整备质量之差不小于乘坐人数 × 65 kg",
		source: OCCUPANTS,
		fields: ["grossMass", "kerbMass", "seats"],
		holds: (v) => v.number("grossMass") - v.number("kerbMass") >= OCCUPANT * v.number("seats"),
	}),
	violation("axleLoadsCarryGross", {
		en: "The axle loads together carry the maximum laden mass",
		zh: "各轴轴荷之和不小于总质量",
		source: "GB/T 21085 items 23 and 26; the fifth wheel of a towing vehicle bears a semi-trailer's rest",
		fields: ["axleLoads", "grossMass", "vehicleModel"],
		holds: (v) =>
			// Class 9 of GB 9417 are semi-trailers, whose front rests on the towing vehicle.
			/^[A-Z]{2,3}9/.test(v.text("vehicleModel"))
				? null
				: sum(v.numbers("axleLoads")) >= v.number("grossMass"),
	}),
	violation("axleLoadsNotFarAboveGross", {
		en: "The axle loads together are less than 1.5 times the maximum laden mass",
		zh: "各轴轴荷之和小于总质量的 1.5 倍",
		source: "practice of type approval: loads are those of the laden vehicle",
		fields: ["axleLoads", "grossMass"],
		holds: (v) => sum(v.numbers("axleLoads")) < 1.5 * v.number("grossMass"),
	}),
	violation("axleRatingsCarryGross", {
		en: "The permissible masses of both axles together reach the maximum laden mass",
		zh: "前后轴最大允许轴荷之和不小于总质量",
		source: AXLE_RATINGS,
		fields: ["frontAxleMass", "rearAxleMass", "grossMass"],
		unless: ["thirdAxleMass"],
		holds: (v) => v.number("frontAxleMass") + v.number("rearAxleMass") >= v.number("grossMass"),
	}),
	violation("threeAxleRatingsCarryGross", {
		en: "The permissible masses of all three axles together reach the maximum laden mass",
		zh: "三轴最大允许轴荷之和不小于总质量",
		source: AXLE_RATINGS,
		fields: ["frontAxleMass", "rearAxleMass", "thirdAxleMass", "grossMass"],
		holds: (v) =>
			v.number("frontAxleMass") + v.number("rearAxleMass") + v.number("thirdAxleMass") >=
			v.number("grossMass"),
	}),
	poundsAgree("grossPoundsAgree", "grossMass", "grossMassPounds", "The gross rating", "总质量"),
	poundsAgree("frontPoundsAgree", "frontAxleMass", "frontAxlePounds", "The front axle rating", "前轴轴荷"),
	poundsAgree("rearPoundsAgree", "rearAxleMass", "rearAxlePounds", "The rear axle rating", "后轴轴荷"),
	remark("payloadUtilisationFits", {
		en: "The utilisation coefficient is payload, with or without occupants, over kerb mass",
		zh: "载质量利用系数 = 载质量（含或不含乘员）÷ 整备质量",
		source: "GB/T 21085 item 29; 1.00 printed for 12370 kg + 130 kg over 12500 kg in a published certificate",
		fields: ["payloadUtilisation", "payload", "kerbMass", "grossMass"],
		holds: (v) => {
			const kerb = v.number("kerbMass");
			const [low, high] = [v.number("payload") / kerb, (v.number("grossMass") - kerb) / kerb];
			const stated = v.number("payloadUtilisation");
			return stated >= low - 0.01 && stated <= high + 0.01;
		},
	}),
	violation("saddleWithinPayload", {
		en: "The mass on the fifth wheel fits between kerb mass and maximum laden mass",
		zh: "半挂车鞍座最大允许总质量不超过总质量与整备质量之差",
		source: DEFINITIONS,
		fields: ["saddleMass", "grossMass", "kerbMass"],
		holds: (v) => v.number("saddleMass") <= v.number("grossMass") - v.number("kerbMass"),
	}),
	violation("combinationWithinTowed", {
		en: "The combination weighs no more than the laden vehicle and what it may tow",
		zh: "汽车列车总质量不超过总质量与准牵引总质量之和",
		source: DEFINITIONS,
		fields: ["combinationMass", "grossMass", "towedMass"],
		holds: (v) => v.number("combinationMass") <= v.number("grossMass") + v.number("towedMass"),
	}),
	remark("axleLoadsLegal", {
		en: "One axle bears 11.5 t at most, two in a group 20 t, three 24 t",
		zh: "单轴不超过 11.5 t，二轴组不超过 20 t，三轴组不超过 24 t",
		source: "GB 1589-2016, table 2; Directive 96/53/EC, Annex I, 3",
		fields: ["axleLoads"],
		holds: (v) =>
			v.numbers("axleLoads").every(({ value, axles }) => value <= (AXLE_LIMITS[axles - 1] ?? 24_000)),
	}),
];
