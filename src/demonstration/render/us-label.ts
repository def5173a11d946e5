import bwipjs from "bwip-js/node";
import { textOutlines, textWidth } from "./lettering.js";
import { type Artwork, PLATE_INKS } from "./plate.js";

/** Items of a certification label (49 CFR 567.4(g)). */
export interface UsLabelContents {
	readonly manufacturer: string;
	/** `YYYY-MM`. */
	readonly manufactureDate: string;
	/** Ratings in kg; the label shows pounds beside them. */
	readonly grossMass: number;
	readonly frontAxleMass: number;
	readonly rearAxleMass: number;
	readonly vin: string;
	readonly vehicleType: string;
	/** Maker's own line: paint, trim and axle codes. */
	readonly makersLine: string;
}

const WIDTH = 1240;
const HEIGHT = 720;
const INK = PLATE_INKS.white_film.ink;

/** International avoirdupois pound, kg (NIST Handbook 44, Appendix C). */
const KILOGRAMS_PER_POUND = 0.45359237;

/** Kilograms as whole pounds, as the label prints them. */
export function pounds(kilograms: number): number {
	return Math.round(kilograms / KILOGRAMS_PER_POUND);
}

/** Code 39 bars as SVG path; the number is printed below by the label itself. */
function code39(text: string, x: number, y: number, width: number, height: number): string {
	const drawn = bwipjs.toSVG({ bcid: "code39", text, height: 10, scaleX: 2 });
	const [, viewWidth = "1", viewHeight = "1"] = /viewBox="0 0 (\d+) (\d+)"/.exec(drawn) ?? [];
	const bars = drawn.replace(/^[^>]*>/, "").replace(/<\/svg>\s*$/, "");
	return `<g transform="translate(${x} ${y}) scale(${width / Number(viewWidth)} ${height / Number(viewHeight)})">${bars}</g>`;
}

/** White film with the certification statement, ratings and a bar code of the number. */
export function usLabel(contents: UsLabelContents): Artwork {
	const text = (words: string, x: number, y: number, size = 40, bold = true) =>
		textOutlines(words, x, y, { face: bold ? "plateBold" : "plate", size, spacing: 1.5, fill: INK });
	const rating = (name: string, kilograms: number, x: number, y: number) => {
		const style = { face: "plateBold", size: 42, spacing: 2.5, fill: INK } as const;
		const metric = `${name}: ${kilograms} KG`;
		const imperial = x + textWidth(metric, style) + 40;
		return textOutlines(metric, x, y, style) + text(`(${pounds(kilograms)} LB)`, imperial, y, 34, false);
	};
	const [year = "", month = ""] = contents.manufactureDate.split("-");
	const content = [
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="${PLATE_INKS.white_film.ground}"/>`,
		`<rect x="14" y="14" width="${WIDTH - 28}" height="${HEIGHT - 28}" rx="10" fill="none" stroke="${INK}" stroke-width="2"/>`,
		text(`MFD BY ${contents.manufacturer}`, 48, 78, 46),
		text(`DATE: ${month}/${year.slice(2)}`, 48, 142, 42),
		rating("GVWR", contents.grossMass, 560, 142),
		rating("GAWR FRT", contents.frontAxleMass, 48, 204),
		rating("RR", contents.rearAxleMass, 720, 204),
		text("THIS VEHICLE CONFORMS TO ALL APPLICABLE U.S. FEDERAL MOTOR", 48, 266, 34, false),
		text("VEHICLE SAFETY, BUMPER AND THEFT PREVENTION STANDARDS IN", 48, 310, 34, false),
		text("EFFECT ON THE DATE OF MANUFACTURE SHOWN ABOVE.", 48, 354, 34, false),
		text(`VIN: ${contents.vin}`, 48, 432, 54),
		text(`TYPE: ${contents.vehicleType}`, 830, 432, 40),
		code39(contents.vin, 60, 468, WIDTH - 120, 130),
		`<path d="M48 630H${WIDTH - 48}" stroke="${INK}" stroke-width="2"/>`,
		text(contents.makersLine, 48, 682, 34, false),
	].join("");
	return { width: WIDTH, height: HEIGHT, content, cornerRadius: 12 };
}
