import { textOutlines } from "./lettering.js";
import { type Artwork, PLATE_INKS, type PlateFinish } from "./plate.js";

/** Items of a Chinese vehicle plate (GB/T 18411). */
export interface GbPlateContents {
	readonly manufacturer: string;
	readonly brand: string;
	readonly vehicleModel: string;
	readonly vin: string;
	readonly engineModel: string;
	/** kW. */
	readonly enginePower: number;
	/** mL. */
	readonly displacement: number;
	/** kg. */
	readonly grossMass: number;
	readonly seats: number;
	/** `YYYY-MM`. */
	readonly manufactureDate: string;
}

const WIDTH = 1280;
const HEIGHT = 720;
const LEFT = 70;
const MIDDLE = WIDTH / 2 + 6;
const LABEL = 36;
const VALUE = 42;

/** Plate with the items of GB/T 18411 in two columns, the identification number on a line of its own. */
export function gbPlate(contents: GbPlateContents, finish: PlateFinish): Artwork {
	const { ground, ink } = PLATE_INKS[finish];
	const label = (text: string, x: number, y: number) =>
		textOutlines(text, x, y, { face: "song", size: LABEL, fill: ink });
	const value = (text: string, x: number, y: number) =>
		textOutlines(text, x, y, { face: "songBold", size: VALUE, fill: ink });
	const rule = (y: number) =>
		`<path d="M${LEFT - 14} ${y}H${WIDTH - LEFT + 14}" stroke="${ink}" stroke-width="2"/>`;
	const [year = "", month = ""] = contents.manufactureDate.split("-");
	const rows: readonly (readonly [string, string, number, string, string, number])[] = [
		["品牌", contents.brand, 160, "整车型号", contents.vehicleModel, 180],
		["发动机型号", contents.engineModel, 210, "发动机最大净功率", `${contents.enginePower} kW`, 345],
		["排量", `${contents.displacement} mL`, 160, "最大设计总质量", `${contents.grossMass} kg`, 345],
		["乘坐人数", String(contents.seats), 210, "制造年月", `${year}年${month}月`, 210],
	];
	const tops = [190, 382, 474, 566];
	const parts = rows.map(([leftLabel, leftValue, leftIndent, rightLabel, rightValue, rightIndent], row) => {
		const y = tops[row] ?? 0;
		return [
			label(leftLabel, LEFT, y),
			value(leftValue, LEFT + leftIndent, y + 2),
			label(rightLabel, MIDDLE, y),
			value(rightValue, MIDDLE + rightIndent, y + 2),
			rule(y + 26),
		].join("");
	});
	const content = [
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="${ground}"/>`,
		`<rect x="22" y="22" width="${WIDTH - 44}" height="${HEIGHT - 44}" rx="14" fill="none" stroke="${ink}" stroke-width="3"/>`,
		textOutlines(contents.manufacturer, WIDTH / 2, 98, {
			face: "songBold",
			size: 54,
			anchor: "middle",
			spacing: 8,
			fill: ink,
		}),
		rule(128),
		...parts,
		label("车辆识别代号", LEFT, 288),
		textOutlines(contents.vin, LEFT + 262, 294, { face: "songBold", size: 56, spacing: 6, fill: ink }),
		rule(316),
		label("制造国", LEFT, 652),
		value("中国", LEFT + 160, 654),
	].join("");
	return { width: WIDTH, height: HEIGHT, content, cornerRadius: 24 };
}
