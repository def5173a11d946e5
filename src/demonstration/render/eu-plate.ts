import { textOutlines } from "./lettering.js";
import { type Artwork, PLATE_INKS, type PlateFinish } from "./plate.js";

/** Items of a statutory plate (Regulation (EU) 2021/535, Annex II). */
export interface EuPlateContents {
	readonly manufacturer: string;
	readonly typeApproval: string;
	readonly vin: string;
	/** Masses in kg. */
	readonly grossMass: number;
	readonly combinationMass: number;
	readonly frontAxleMass: number;
	readonly rearAxleMass: number;
	/** Maker's own line: type, variant, paint and trim codes. */
	readonly makersLine: string;
}

const WIDTH = 1140;
const HEIGHT = 760;

/** Statutory plate: maker, type approval, identification number, masses of vehicle, combination and axles. */
export function euPlate(contents: EuPlateContents, finish: PlateFinish): Artwork {
	const { ground, ink } = PLATE_INKS[finish];
	const line = (text: string, y: number, size: number, spacing: number) =>
		textOutlines(text, WIDTH / 2, y, { face: "plateBold", size, anchor: "middle", spacing, fill: ink });
	const mass = (text: string, y: number) =>
		textOutlines(text, WIDTH / 2 + 130, y, {
			face: "plateBold",
			size: 58,
			anchor: "end",
			spacing: 3,
			fill: ink,
		});
	const content = [
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="${ground}"/>`,
		`<rect x="18" y="18" width="${WIDTH - 36}" height="${HEIGHT - 36}" rx="20" fill="none" stroke="${ink}" stroke-width="3"/>`,
		line(contents.manufacturer, 100, 58, 3),
		line(contents.typeApproval, 186, 58, 4),
		line(contents.vin, 284, 78, 7),
		mass(`${contents.grossMass} kg`, 388),
		mass(`${contents.combinationMass} kg`, 466),
		mass(`1-  ${contents.frontAxleMass} kg`, 544),
		mass(`2-  ${contents.rearAxleMass} kg`, 622),
		`<path d="M60 652H${WIDTH - 60}" stroke="${ink}" stroke-width="3" stroke-dasharray="26 12"/>`,
		textOutlines(contents.makersLine, 80, 710, { face: "plate", size: 40, spacing: 2, fill: ink }),
	].join("");
	return { width: WIDTH, height: HEIGHT, content, cornerRadius: 34 };
}
