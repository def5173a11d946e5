import type { FieldName } from "../fields.js";
import { axlesOf, type Rule, remark, sum, violation, within } from "./rule.js";

const OUTLINE = "GB/T 3730.3 and ISO 612, definitions of vehicle dimensions";
const LIMITS = "GB 1589-2016, outer dimensions; Directive 96/53/EC, Annex I, 1";

const inside = (name: string, inner: FieldName, outer: FieldName, en: string, zh: string): Rule =>
	violation(name, {
		en,
		zh,
		source: OUTLINE,
		fields: [inner, outer],
		holds: (v) => v.number(inner) < v.number(outer),
	});

const trackInside = (name: string, track: FieldName, en: string, zh: string): Rule =>
	violation(name, {
		en,
		zh,
		source: OUTLINE,
		fields: [track, "overallWidth"],
		holds: (v) => v.numbers(track).every(({ value }) => value < v.number("overallWidth")),
	});

export const DIMENSION_RULES: readonly Rule[] = [
	violation("wheelbaseBelowLength", {
		en: "The wheelbase is shorter than the vehicle",
		zh: "轴距之和小于车长",
		source: OUTLINE,
		fields: ["wheelbase", "overallLength"],
		holds: (v) => sum(v.numbers("wheelbase")) < v.number("overallLength"),
	}),
	trackInside(
		...(["frontTrackBelowWidth", "frontTrack"] as const),
		"The front track is narrower than the vehicle",
		"前轮距小于车宽",
	),
	trackInside(
		...(["rearTrackBelowWidth", "rearTrack"] as const),
		"The rear track is narrower than the vehicle",
		"后轮距小于车宽",
	),
	inside(
		...(["widthBelowLength", "overallWidth", "overallLength"] as const),
		"The vehicle is longer than wide",
		"车宽小于车长",
	),
	inside(
		...(["cargoLengthBelowLength", "cargoLength", "overallLength"] as const),
		"The load bed is shorter than the vehicle",
		"货厢内长小于车长",
	),
	inside(
		...(["cargoWidthBelowWidth", "cargoWidth", "overallWidth"] as const),
		"The load bed is narrower than the vehicle",
		"货厢内宽小于车宽",
	),
	inside(
		...(["cargoHeightBelowHeight", "cargoHeight", "overallHeight"] as const),
		"The load bed is lower than the vehicle",
		"货厢内高小于车高",
	),
	within("lengthLegal", "overallLength", [1000, 18_000], LIMITS),
	within("widthLegal", "overallWidth", [500, 2600], LIMITS),
	within("heightLegal", "overallHeight", [500, 4000], LIMITS),
	violation("axlesFitWheelbase", {
		en: "There is one axle more than there are distances between axles",
		zh: "轴数 = 轴距项数 + 1",
		source: "GB/T 21085 items 22 and 24: 4125+1350 for three axles",
		fields: ["axleCount", "wheelbase", "vehicleModel"],
		// A semi-trailer's first distance is that from the king pin.
		holds: (v) =>
			/^[A-Z]{2,3}9/.test(v.text("vehicleModel"))
				? null
				: v.number("axleCount") === v.numbers("wheelbase").length + 1,
	}),
	violation("axlesFitLoads", {
		en: "There are as many axle loads as axles, a group counting each of its axles",
		zh: "轴荷项数（轴组按轴数计）与轴数一致",
		source: "GB/T 21085 items 23 and 24: 7000/18000(二轴组) for three axles",
		fields: ["axleCount", "axleLoads"],
		holds: (v) => v.number("axleCount") === axlesOf(v.numbers("axleLoads")),
	}),
	remark("axlesFitTracks", {
		en: "There is a track for each axle",
		zh: "轮距项数与轴数一致",
		source: "GB/T 21085 items 21 and 24: 2022, 1850/1850 for three axles",
		fields: ["axleCount", "frontTrack", "rearTrack"],
		holds: (v) => v.number("axleCount") === v.numbers("frontTrack").length + v.numbers("rearTrack").length,
	}),
	violation("tyresFitAxles", {
		en: "Every axle has two or four tyres",
		zh: "每轴装用 2 或 4 条轮胎",
		source: "GB/T 21085 items 19 and 24, spare wheels not counted; motorcycles are not meant",
		fields: ["tyreCount", "axleCount"],
		holds: (v) => {
			const [tyres, axles] = [v.number("tyreCount"), v.number("axleCount")];
			return tyres % 2 === 0 && tyres >= 2 * axles && tyres <= 4 * axles;
		},
	}),
	remark("tyreSizeForm", {
		en: "The tyre size has the form of a tyre size",
		zh: "轮胎规格书写符合规范",
		source: "GB/T 2977, GB/T 2978 and ISO 4000-1: 225/60R18, LT265/70R17, 12.00R20",
		fields: ["tyreSize"],
		holds: (v) =>
			/^(?:P|LT|ST|T)?\d{1,3}(?:\.\d{1,2})?(?:\/\d{2,3})?Z?[RDB-]\d{2}(?:\.5)?/.test(v.text("tyreSize")),
	}),
];
