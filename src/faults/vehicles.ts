import sharp from "sharp";
import type { InspectionPlanInput } from "../contracts/plan.js";
import type { VehicleRecordInput } from "../contracts/record.js";
import { createRandom } from "../demonstration/render/random.js";

export const STATION = "gear-cell";
export const WITNESS = "gear";
const TEETH = 16;
const SIDE = 640;
/** Pixels a side of what is sent: the smallest in which the gear is still read surely. */
const SENT_SIDE = 200;

/** What the station's camera shows of a vehicle. */
export type Shows = "gear" | "empty_fixture";

export interface LineVehicle {
	readonly productionNumber: string;
	readonly inspectionId: string;
	readonly shows: Shows;
	/** Whether the record asks for what the gear has; an empty fixture never has it. */
	readonly agrees: boolean;
}

/** Names of so many witnesses of one vehicle. */
export const witnessesOf = (count: number): string[] =>
	Array.from({ length: count }, (_, i) => `${WITNESS}-${i + 1}`);

/** Witnesses, each read by the product's own gear reader: the cheapest whole path there is. */
export function planOf(
	model: string,
	undoSeconds: number,
	witnesses: readonly string[] = [WITNESS],
): InspectionPlanInput {
	return {
		model,
		label: { en: "Fault trial", zh: "故障试验" },
		market: "OTHER",
		checkDigit: "off",
		witnesses: witnesses.map((id) => ({
			id,
			kind: "gear",
			label: { en: "Gear", zh: "齿轮" },
			station: STATION,
			fields: ["toothCount"],
		})),
		captureDeadlineMinutes: 24 * 60,
		decisionDeadlineMinutes: 24 * 60,
		undoSeconds,
	};
}

/**
 * The day's production: every so many vehicles one shows a gear that the readers read, the others an empty
 * fixture, which the quality gate refuses and a person decides on. A third of the gears are not what was ordered.
 */
export function productionOf(count: number, plant: string, readShare: number, seed: string): LineVehicle[] {
	const random = createRandom(`${seed}/production`);
	return Array.from({ length: count }, (_, i) => {
		const productionNumber = `F-${String(i + 1).padStart(6, "0")}`;
		const shows: Shows = random.next() < readShare ? "gear" : "empty_fixture";
		return {
			productionNumber,
			inspectionId: `${plant}-${productionNumber}-1`,
			shows,
			agrees: shows === "gear" && random.next() >= 1 / 3,
		};
	});
}

/** What the station sends of one witness. */
export function captureForm(picture: Buffer, witness: string): FormData {
	const parts = new FormData();
	parts.set("witness", witness);
	parts.set("station", STATION);
	parts.set("file", new Blob([Buffer.from(picture)], { type: "image/jpeg" }), "gear.jpg");
	return parts;
}

/** What the orders say: of every third gear, one tooth more than it has. */
export function recordsOf(vehicles: readonly LineVehicle[], model: string): VehicleRecordInput[] {
	return vehicles.map(({ productionNumber, shows, agrees }) => ({
		productionNumber,
		vin: `LXF${productionNumber.replace(/\D/g, "").padStart(14, "0")}`,
		model,
		market: "OTHER",
		attributes: { toothCount: shows === "gear" && !agrees ? TEETH + 1 : TEETH },
	}));
}

/** Trapezoid teeth with the proportions of ISO 53. */
function gearDrawing(): string {
	const [radius, centre] = [240, SIDE / 2];
	const root = radius - 2.25 * ((2 * radius) / (TEETH + 2));
	const pitch = (2 * Math.PI) / TEETH;
	const corner = (angle: number, at: number) =>
		`${(centre + at * Math.cos(angle + 0.13)).toFixed(2)},${(centre + at * Math.sin(angle + 0.13)).toFixed(2)}`;
	const outline = Array.from({ length: TEETH }, (_, i) => {
		const middle = i * pitch;
		const [foot, tip] = [0.32 * pitch, 0.14 * pitch];
		return [
			corner(middle - foot, root),
			corner(middle - tip, radius),
			corner(middle + tip, radius),
			corner(middle + foot, root),
		].join(" ");
	}).join(" ");
	return (
		`<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">` +
		`<rect width="${SIDE}" height="${SIDE}" fill="#d8dadc"/><polygon points="${outline}" fill="#3b3f44"/>` +
		`<circle cx="${centre}" cy="${centre}" r="${root * 0.75}" fill="none" stroke="#777b80" stroke-width="4"/>` +
		`<circle cx="${centre}" cy="${centre}" r="${radius * 0.2}" fill="#888"/></svg>`
	);
}

/** A JPEG with a comment segment (ITU-T T.81, B.2.4.5) behind its first marker: other bytes, the same pixels. */
function named(jpeg: Buffer, name: string): Buffer {
	const text = Buffer.from(name, "latin1");
	const segment = Buffer.alloc(4);
	segment.writeUInt16BE(0xfffe, 0);
	segment.writeUInt16BE(text.length + 2, 2);
	return Buffer.concat([jpeg.subarray(0, 2), segment, text, jpeg.subarray(2)]);
}

/** A camera whose pictures are each their own bytes. */
export async function openCamera(): Promise<(shows: Shows, name: string) => Buffer> {
	const gear = await sharp(Buffer.from(gearDrawing())).resize(SENT_SIDE).jpeg({ quality: 88 }).toBuffer();
	const fixture = { width: 320, height: 240, channels: 3, background: "#777777" } as const;
	const empty = await sharp({ create: fixture }).jpeg().toBuffer();
	return (shows, name) => named(shows === "gear" ? gear : empty, name);
}
