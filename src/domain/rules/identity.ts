import { isVin, modelYearCandidates, regionOf } from "../vin.js";
import { type Rule, remark, violation } from "./rule.js";

/** Elsewhere position 10 is the maker's (ISO 3779:2009, 4.4). */
const YEAR_CODE_MARKETS = ["CN", "US", "CA"] as const;

const PARAMETER = /^[A-Z]{2,3}(\d)(\d{2})\d/;

/** Class digit and main parameter of a model code: `LXQ6470A5` is class 6, parameter 47. */
function modelCode(code: string): { readonly kind: number; readonly parameter: number } | null {
	const [, kind, parameter] = PARAMETER.exec(code) ?? [];
	return kind === undefined ? null : { kind: Number(kind), parameter: Number(parameter) };
}

const MODEL_CODES = "GB 9417-1988: maker, class, main parameter, serial number; still in use by announcement";

/** First letters or digits of VINs by country (ISO 3780, assigned by SAE International). */
const COUNTRIES: readonly (readonly [name: RegExp, first: RegExp])[] = [
	[/中国|CHINA/iu, /^[HL]/],
	[/美国|\bUSA?\b|UNITED STATES/iu, /^[1457]/],
	[/加拿大|CANADA/iu, /^2/],
	[/墨西哥|MEXICO/iu, /^3/],
	[/日本|JAPAN/iu, /^J/],
	[/韩国|KOREA/iu, /^K/],
	[/德国|GERMANY|DEUTSCHLAND/iu, /^(?:W|S[N-T])/],
	[/英国|UNITED KINGDOM|ENGLAND/iu, /^(?:S[A-M]|D[L-R])/],
	[/法国|FRANCE/iu, /^V[F-R]/],
];

const year = (date: string): number => Number(date.slice(0, 4));

/** Names of vehicles by the class digit of their model code (GB 9417-1988, table 1). */
const CLASS_NAMES: Readonly<Record<number, RegExp>> = {
	1: /货|底盘/u,
	3: /自卸|底盘/u,
	4: /牵引/u,
	5: /车/u,
	6: /客|乘用/u,
	7: /轿|乘用/u,
	9: /挂车/u,
};

export const IDENTITY_RULES: readonly Rule[] = [
	violation("vinYearFitsManufacture", {
		en: "The year code in position 10 of the VIN is the year of manufacture or the one next to it",
		zh: "车辆识别代号第 10 位年份与制造年份相差不超过一年",
		source:
			"49 CFR 565.15(d)(1) and table VII; GB 16735-2019: model year or year of manufacture, 30-year cycle",
		fields: ["manufactureDate", "vin"],
		markets: YEAR_CODE_MARKETS,
		holds: (v) => {
			const made = year(v.date("manufactureDate"));
			return modelYearCandidates(v.text("vin"), made + 1).some((code) => Math.abs(code - made) <= 1);
		},
	}),
	violation("vinSerialNumeric", {
		en: "The last four characters of the VIN are digits",
		zh: "车辆识别代号末四位为数字",
		source: "ISO 3779:2009, 4.4; 49 CFR 565.15(d)(3)",
		fields: ["vin"],
		holds: (v) => (isVin(v.text("vin")) ? /\d{4}$/.test(v.text("vin")) : null),
	}),
	violation("vinCountryFits", {
		en: "The first characters of the VIN are those of the stated country of manufacture",
		zh: "车辆识别代号首位与制造国相符",
		source: "ISO 3780:2009, world manufacturer identifiers assigned by country",
		fields: ["country", "vin"],
		holds: (v) => {
			const known = COUNTRIES.find(([name]) => name.test(v.text("country")));
			return known === undefined ? null : known[1].test(v.text("vin"));
		},
	}),
	remark("certifiedVinIsChinese", {
		en: "A vehicle with a Chinese certificate bears a VIN of the Asian region",
		zh: "持国产合格证车辆的识别代号属亚洲地区",
		source: "ISO 3780:2009; GB/T 21085 is for vehicles made in China",
		fields: ["vin", "certificateNumber"],
		holds: (v) => regionOf(v.text("vin")) === "asia" || v.text("vin").startsWith("H"),
	}),
	violation("issuedAfterManufacture", {
		en: "The certificate was issued no earlier than the vehicle was made",
		zh: "发证日期不早于车辆制造日期",
		source: "GB/T 21085: issued after the finished vehicle was inspected",
		fields: ["issueDate", "manufactureDate"],
		holds: (v) => {
			const [issued, made] = [v.date("issueDate"), v.date("manufactureDate")];
			const precision = Math.min(issued.length, made.length);
			return issued.slice(0, precision) >= made.slice(0, precision);
		},
	}),
	remark("issuedWithinYear", {
		en: "The certificate was issued within a year of manufacture",
		zh: "发证日期距制造日期不超过一年",
		source: "practice: the certificate leaves the plant with the vehicle",
		fields: ["issueDate", "manufactureDate"],
		holds: (v) => {
			const made = v.date("manufactureDate");
			return v.date("issueDate") <= `${year(made) + 1}${made.slice(4)}-31`;
		},
	}),
	remark("certificateNumberForm", {
		en: "The certificate number is 14 or 15 letters and digits, the issuer's letters first",
		zh: "合格证编号为 14 或 15 位字母数字，以企业代码字母开头",
		source: "published certificates: WAN048173322134, YG170ZLM1234567",
		fields: ["certificateNumber"],
		holds: (v) => /^[A-Z]{2}[A-Z0-9]{12,13}$/.test(v.text("certificateNumber")),
	}),
	violation("certificatesDiffer", {
		en: "Vehicle and chassis have certificates of their own",
		zh: "整车合格证编号与底盘合格证编号不同",
		source: "GB/T 21085 items 1 and 9",
		fields: ["chassisCertificateNumber", "certificateNumber"],
		holds: (v) => v.text("chassisCertificateNumber") !== v.text("certificateNumber"),
	}),
	remark("engineNumberIsNoVin", {
		en: "Engine number and VIN are not the same",
		zh: "发动机号与车辆识别代号不同",
		source: "GB 7258: engine model and number are the engine's own",
		fields: ["engineNumber", "vin"],
		holds: (v) => v.text("engineNumber") !== v.text("vin"),
	}),
	remark("typeApprovalForm", {
		en: "The type-approval number is country, act, base approval and extension",
		zh: "型式批准号由国家代码、法规、基础批准号及扩展号组成",
		source: "Regulation (EU) 2020/683, Annex IV: e1*2018/858*00123*04",
		fields: ["typeApproval"],
		holds: (v) =>
			/^E(?:[1-9]|[1-4]\d|5\d)\*(?:KS)?(?:2018\/858|2007\/46|20\d\d\/\d+|\d\d\/\d+)\*\d{3,5}(?:\*\d{1,3})?$/.test(
				v.text("typeApproval"),
			),
	}),
	remark("modelCodeForm", {
		en: "The model code begins with the maker's letters, class, main parameter and serial digit",
		zh: "车辆型号由企业名称代号、类别代号、主参数代号及产品序号组成",
		source: MODEL_CODES,
		fields: ["vehicleModel", "certificateNumber"],
		holds: (v) => modelCode(v.text("vehicleModel")) !== null,
	}),
	remark("modelStatesGross", {
		en: "The model code of a goods vehicle states its maximum laden mass in tonnes",
		zh: "货车类车辆型号主参数为总质量（t）",
		source: MODEL_CODES,
		fields: ["vehicleModel", "grossMass"],
		holds: (v) => {
			const code = modelCode(v.text("vehicleModel"));
			if (code === null || ![1, 2, 3, 5].includes(code.kind)) return null;
			return Math.abs(code.parameter - v.number("grossMass") / 1000) <= 1;
		},
	}),
	remark("modelStatesLength", {
		en: "The model code of a bus or station wagon states its length, in decimetres below 10 m",
		zh: "客车类车辆型号主参数为车长（不足 10 m 以 0.1 m 计）",
		source: MODEL_CODES,
		fields: ["vehicleModel", "overallLength"],
		holds: (v) => {
			const code = modelCode(v.text("vehicleModel"));
			if (code?.kind !== 6) return null;
			const length = v.number("overallLength");
			return Math.abs(code.parameter - length / (length < 10_000 ? 100 : 1000)) <= 1;
		},
	}),
	remark("modelStatesDisplacement", {
		en: "The model code of a saloon states its displacement in tenths of a litre",
		zh: "轿车型号主参数为发动机排量（0.1 L）",
		source: MODEL_CODES,
		fields: ["vehicleModel", "displacement"],
		holds: (v) => {
			const code = modelCode(v.text("vehicleModel"));
			return code?.kind === 7 ? Math.abs(code.parameter - v.number("displacement") / 100) <= 1 : null;
		},
	}),
	remark("modelFitsName", {
		en: "The vehicle's name is one of its model code's class",
		zh: "车辆名称与型号类别代号相符",
		source: MODEL_CODES,
		fields: ["vehicleName", "vehicleModel"],
		holds: (v) => {
			const names = CLASS_NAMES[modelCode(v.text("vehicleModel"))?.kind ?? -1];
			return names === undefined ? null : names.test(v.text("vehicleName"));
		},
	}),
];
