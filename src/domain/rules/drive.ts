import { type Rule, remark, violation, within } from "./rule.js";

const PRACTICE = "practice of type approval: bounds no road vehicle in production leaves";
const EMISSIONS = "titles of GB 18352, GB 17691, GB 14762 and GB 14622 and their editions";

/** Runs on electricity alone. */
const isElectric = (fuel: string): boolean => /^(?:电|纯电动?|ELECTRIC(?:ITY)?|BEV)$/iu.test(fuel);

/** Fuels as certificates name them; combinations are written with a stroke. */
const FUELS =
	/^(?:汽油|柴油|电|纯电动?|电?混合动力|甲醇|乙醇(?:汽油)?|天然气|压缩天然气|液化天然气|CNG|LNG|LPG|液化石油气|NG|M100|E10|氢|氢气|双燃料|两用燃料|燃料电池|其他)$/iu;

/** Year of the edition: `GB18352.6-2016国VI` was published in 2016. */
const editionOf = (standard: string): number | null => {
	const [, year] = /GB\/?T?\d+(?:\.\d)?-(20\d\d)/.exec(standard) ?? [];
	return year === undefined ? null : Number(year);
};

export const DRIVE_RULES: readonly Rule[] = [
	within("enginePowerPlausible", "enginePower", [3, 1000], PRACTICE),
	within("displacementPlausible", "displacement", [40, 20_000], PRACTICE),
	within("fuelConsumptionPlausible", "fuelConsumption", [1, 80], PRACTICE),
	within("maxSpeedPlausible", "maxSpeed", [10, 400], PRACTICE),
	remark("powerFitsDisplacement", {
		en: "The engine gives between 8 and 200 kW a litre",
		zh: "升功率在 8–200 kW/L 之内",
		source: PRACTICE,
		fields: ["enginePower", "displacement"],
		holds: (v) => {
			const perLitre = v.number("enginePower") / (v.number("displacement") / 1000);
			return v.number("displacement") === 0 ? null : perLitre >= 8 && perLitre <= 200;
		},
	}),
	violation("electricHasNoDisplacement", {
		en: "A vehicle that runs on electricity alone has no displacement",
		zh: "纯电动车辆无排量",
		source: "GB/T 19596, definition of the battery electric vehicle",
		fields: ["displacement", "fuel"],
		holds: (v) => (isElectric(v.text("fuel")) ? v.number("displacement") === 0 : null),
	}),
	violation("electricBurnsNothing", {
		en: "A vehicle that runs on electricity alone consumes no litres of fuel",
		zh: "纯电动车辆无燃油消耗量",
		source: "GB/T 19596, definition of the battery electric vehicle",
		fields: ["fuelConsumption", "fuel"],
		holds: (v) => (isElectric(v.text("fuel")) ? v.number("fuelConsumption") === 0 : null),
	}),
	remark("fuelKnown", {
		en: "The fuel is one that certificates name",
		zh: "燃料种类为规定名称",
		source: "GA 24.9, codes of vehicle fuels",
		fields: ["fuel", "certificateNumber"],
		holds: (v) =>
			v
				.text("fuel")
				.split(/[/、,]/)
				.every((name) => FUELS.test(name)),
	}),
	remark("engineModelStatesDisplacement", {
		en: "An engine model such as 4G15 names cylinders and displacement: 1.5 L",
		zh: "发动机型号（如 4G15）所示排量与标称排量相符",
		source: "makers' practice; GB/T 725-2008 puts the cylinders before the bore instead",
		fields: ["engineModel", "displacement"],
		holds: (v) => {
			const [, tenths] = /\dG(\d\d)/.exec(v.text("engineModel")) ?? [];
			return tenths === undefined ? null : Math.abs(Number(tenths) - v.number("displacement") / 100) <= 1;
		},
	}),
	remark("emissionStandardKnown", {
		en: "The emission standard is one of China's",
		zh: "排放标准为国家机动车排放标准",
		source: EMISSIONS,
		fields: ["emissionStandard", "certificateNumber"],
		holds: (v) =>
			/GB(?:18352\.[1-6]|17691|14762|14622|18176|20890|19756)-20\d\d|^国(?:[IⅠ-Ⅵ]+|I?V|VI|[一二三四五六])B?$/.test(
				v.text("emissionStandard"),
			),
	}),
	remark("emissionStageInForce", {
		en: "Vehicles certified since July 2021 meet stage VI",
		zh: "2021 年 7 月起发证的车辆执行国六标准",
		source:
			"GB 18352.6-2016 (July 2020) and GB 17691-2018 (July 2021), dates from which sale is bound to them",
		fields: ["emissionStandard", "issueDate"],
		holds: (v) => {
			const edition = editionOf(v.text("emissionStandard"));
			if (edition === null || v.date("issueDate") < "2021-07") return null;
			return /GB(?:18352|17691)/.test(v.text("emissionStandard")) ? edition >= 2016 : null;
		},
	}),
	remark("emissionStandardFitsMass", {
		en: "GB 18352 is for light vehicles (up to 4.5 t, extensions included), GB 17691 for heavier than 1.3 t",
		zh: "GB 18352 适用于轻型车，GB 17691 适用于重型车",
		source: "scopes of GB 18352.6-2016 (3.5 t and extension) and GB 17691-2018",
		fields: ["emissionStandard", "grossMass"],
		holds: (v) => {
			const standard = v.text("emissionStandard");
			if (standard.includes("GB18352")) return v.number("grossMass") <= 4500;
			return standard.includes("GB17691") ? v.number("grossMass") > 1300 : null;
		},
	}),
	remark("steeringKnown", {
		en: "The vehicle is steered by a wheel or by handlebars",
		zh: "转向形式为方向盘或方向把",
		source: "GB/T 21085 item 25",
		fields: ["steering"],
		holds: (v) => /^(?:左|右)?(?:方向盘|方向把|转向盘)/u.test(v.text("steering")),
	}),
];
