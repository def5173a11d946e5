import { lanxing } from "./lanxing.js";
import { type NordhavenVehicle, nordhaven, nordhavenShown } from "./nordhaven.js";
import type { PlantVehicle } from "./plant-vehicle.js";
import { prairieCrest } from "./prairie-crest.js";

const NEIGHBOUR: NordhavenVehicle = {
	productionNumber: "NH26-0524",
	vin: "W8NZZZN4ZTB030524",
	colour: "Polarsilber",
	variant: "2.0",
};

/**
 * The day's production, in the order in which it enters the line. All numbers are invented; check digits
 * hold where the market demands them, but for the one planted error.
 */
export const VEHICLES: readonly PlantVehicle[] = [
	lanxing({
		productionNumber: "LX26-0417",
		vin: "LXA2J5B37TC004217",
		colour: "珍珠白",
		variant: "1.5T",
		engineNumber: "T26C004217",
	}),
	prairieCrest({
		productionNumber: "PC26-8342",
		vin: "5Y8KR4B34TP118342",
		colour: "Glacier White",
		variant: "3.73",
	}),
	nordhaven({
		productionNumber: "NH26-0518",
		vin: "W8NZZZN4ZTB030518",
		colour: "Fjordblau",
		variant: "2.0",
	}),
	lanxing(
		{
			productionNumber: "LX26-0424",
			vin: "LXA2J5B34TC004224",
			colour: "水晶黑",
			variant: "2.0T",
			engineNumber: "T26C004224",
		},
		{
			what: { en: "One character of the stamp is wrong: 7 for 2", zh: "打刻代号一位字符错误:应为2,刻成7" },
			expected: [{ witness: "stamp", field: "vin", outcome: "mismatch" }],
			shown: (good) => ({ ...good, stamp: { ...good.stamp, vin: "LXA2J5B34TC004274" } }),
		},
	),
	lanxing({
		productionNumber: "LX26-0431",
		vin: "LXA2J5B31TC004231",
		colour: "海洋蓝",
		variant: "1.5T",
		engineNumber: "T26C004231",
	}),
	nordhaven(
		{
			productionNumber: "NH26-0521",
			vin: "W8NZZZN4ZTB030521",
			colour: "Polarsilber",
			variant: "2.0",
		},
		{
			what: { en: "Carries the plate of the next vehicle", zh: "误装相邻车辆的铭牌" },
			expected: [{ witness: "nameplate", field: "vin", outcome: "mismatch" }],
			shown: (good) => ({ ...good, nameplate: nordhavenShown(NEIGHBOUR).nameplate }),
		},
	),
	prairieCrest(
		{
			productionNumber: "PC26-8353",
			vin: "5Y8KR4B39TP118353",
			colour: "Canyon Red",
			variant: "4.10",
		},
		{
			what: { en: "The body skipped the marker: no stamp", zh: "漏打刻:车架上无车辆识别代号" },
			expected: [{ witness: "stamp", field: "capture", outcome: "missing" }],
			shown: (good) => ({ ...good, stamp: { ...good.stamp, vin: null } }),
		},
	),
	lanxing(
		{
			productionNumber: "LX26-0438",
			vin: "LXA2J5B34TC004238",
			colour: "珍珠白",
			variant: "2.0T",
			engineNumber: "T26C004238",
		},
		{
			what: { en: "The certificate names another colour", zh: "合格证车身颜色与订单不符" },
			expected: [{ witness: "certificate", field: "colour", outcome: "mismatch" }],
			shown: ({ certificate, ...others }) => ({
				...others,
				certificate: { ...certificate, contents: { ...certificate.contents, colour: "水晶黑" } },
			}),
		},
	),
	nordhaven(NEIGHBOUR),
	prairieCrest({
		productionNumber: "PC26-8364",
		vin: "5Y8KR4B33TP118364",
		colour: "Graphite",
		variant: "3.73",
	}),
	lanxing(
		{
			productionNumber: "LX26-0445",
			vin: "LXA2J5B31TC004245",
			colour: "海洋蓝",
			variant: "1.5T",
			engineNumber: "T26C004245",
		},
		{
			what: { en: "The certificate names another engine", zh: "合格证发动机号与装车不符" },
			expected: [{ witness: "certificate", field: "engineNumber", outcome: "mismatch" }],
			shown: ({ certificate, ...others }) => ({
				...others,
				certificate: {
					...certificate,
					contents: { ...certificate.contents, engineNumber: "T26C004254" },
				},
			}),
		},
	),
	nordhaven(
		{
			productionNumber: "NH26-0527",
			vin: "W8NZZZN4ZTB030527",
			colour: "Signalrot",
			variant: "2.0",
		},
		{
			what: { en: "The camera was out of focus at the stamp", zh: "打刻工位相机失焦" },
			expected: [{ witness: "stamp", field: "capture", outcome: "unreadable" }],
			faults: { stamp: "blurred" },
		},
	),
	prairieCrest(
		{
			productionNumber: "PC26-8375",
			vin: "5Y8KR4B38TP118375",
			colour: "Glacier White",
			variant: "4.10",
		},
		{
			what: { en: "The gear of the other axle ratio: 37 teeth for 41", zh: "装错齿轮:应为41齿,实装37齿" },
			expected: [
				{ witness: "gear", field: "toothCount", outcome: "mismatch" },
				{ witness: "gear", field: "gearPart", outcome: "mismatch" },
			],
			shown: (good) => ({ ...good, gear: { ...good.gear, toothCount: 37, partNumber: "R7-3730" } }),
		},
	),
	lanxing({
		productionNumber: "LX26-0452",
		vin: "LXA2J5B39TC004252",
		colour: "水晶黑",
		variant: "1.5T",
		engineNumber: "T26C004252",
	}),
	prairieCrest(
		{
			productionNumber: "PC26-8386",
			// The digit that belongs at position 9 is 2.
			vin: "5Y8KR4B37TP118386",
			colour: "Graphite",
			variant: "3.73",
		},
		{
			what: {
				en: "Order and vehicle agree on a number whose check digit is wrong",
				zh: "订单与实车代号一致,但校验位错误",
			},
			expected: [{ witness: "vehicle", field: "vin", outcome: "mismatch" }],
		},
	),
	nordhaven(
		{
			productionNumber: "NH26-0530",
			vin: "W8NZZZN4ZTB030530",
			colour: "Polarsilber",
			variant: "1.6",
		},
		{
			what: { en: "The gear is the right one, with a tooth broken", zh: "齿轮型号正确，但有一齿断裂" },
			expected: [{ witness: "gear", field: "condition", outcome: "mismatch" }],
			shown: (good) => ({ ...good, gear: { ...good.gear, brokenTeeth: [19] } }),
		},
	),
	lanxing(
		{
			productionNumber: "LX26-0459",
			vin: "LXA2J5B31TC004259",
			colour: "珍珠白",
			variant: "2.0T",
			engineNumber: "T26C004259",
		},
		{
			what: {
				en: "Plate and certificate name different engine models; the order names none",
				zh: "铭牌与合格证发动机型号不一致,订单未注明",
			},
			expected: [{ witness: "vehicle", field: "engineModel", outcome: "conflict" }],
			shown: ({ certificate, ...others }) => ({
				...others,
				certificate: { ...certificate, contents: { ...certificate.contents, engineModel: "LX4G15T" } },
			}),
			record: ({ attributes: { engineModel: _, ...attributes }, ...record }) => ({ ...record, attributes }),
		},
	),
	prairieCrest({
		productionNumber: "PC26-8397",
		vin: "5Y8KR4B37TP118397",
		colour: "Canyon Red",
		variant: "3.73",
	}),
	nordhaven(
		{
			productionNumber: "NH26-0533",
			vin: "W8NZZZN4ZTB030533",
			colour: "Fjordblau",
			variant: "2.0",
		},
		{
			what: { en: "The lamp did not fire at the plate", zh: "铭牌工位补光灯未点亮" },
			expected: [{ witness: "nameplate", field: "capture", outcome: "unreadable" }],
			faults: { nameplate: "underexposed" },
		},
	),
	lanxing({
		productionNumber: "LX26-0466",
		vin: "LXA2J5B39TC004266",
		colour: "海洋蓝",
		variant: "2.0T",
		engineNumber: "T26C004266",
	}),
	prairieCrest(
		{
			productionNumber: "PC26-8408",
			vin: "5Y8KR4B38TP118408",
			colour: "Glacier White",
			variant: "4.10",
		},
		{
			what: {
				en: "The label states the month before",
				zh: "标签制造年月早一个月",
			},
			expected: [{ witness: "label", field: "manufactureDate", outcome: "mismatch" }],
			shown: ({ label, ...others }) => ({
				...others,
				label: { ...label, contents: { ...label.contents, manufactureDate: "2026-02" } },
			}),
		},
	),
	lanxing({
		productionNumber: "LX26-0473",
		vin: "LXA2J5B36TC004273",
		colour: "水晶黑",
		variant: "1.5T",
		engineNumber: "T26C004273",
	}),
	nordhaven({
		productionNumber: "NH26-0536",
		vin: "W8NZZZN4ZTB030536",
		colour: "Signalrot",
		variant: "1.6",
	}),
	lanxing({
		productionNumber: "LX26-0480",
		vin: "LXA2J5B33TC004280",
		colour: "珍珠白",
		variant: "1.5T",
		engineNumber: "T26C004280",
	}),
	prairieCrest({
		productionNumber: "PC26-8419",
		vin: "5Y8KR4B32TP118419",
		colour: "Graphite",
		variant: "3.73",
	}),
	nordhaven({
		productionNumber: "NH26-0539",
		vin: "W8NZZZN4ZTB030539",
		colour: "Polarsilber",
		variant: "2.0",
	}),
];
