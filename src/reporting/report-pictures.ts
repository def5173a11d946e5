import sharp, { type Sharp } from "sharp";
import type { Box, Sha256 } from "../contracts/primitives.js";
import type { WitnessView } from "./report-view.js";

/** A crop of a capture for the page, with the boxes in fractions of its width and height. */
export interface ReportPicture {
	readonly jpeg: Uint8Array;
	/** Height by width. */
	readonly aspect: number;
	readonly boxes: readonly {
		readonly number: number;
		readonly tone: string;
		readonly x: number;
		readonly y: number;
		readonly w: number;
		readonly h: number;
	}[];
}

const LIMIT_BYTES = 200_000;
/** Pixels: at 74 mm on the page this is finer than 250 dpi. */
const LONGEST_SIDE = 760;
const QUALITIES = [80, 65, 50, 35];
/** Around the boxes, in fractions of their extent, so that a person sees where on the vehicle they are. */
const MARGIN = 0.12;
/** Width by height; a single line gets some of its surroundings, a column keeps its neighbours. */
const WIDEST = 3.2;
const NARROWEST = 1;

interface Extent {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

function within(start: number, length: number, limit: number): { start: number; length: number } {
	const fitted = Math.min(Math.ceil(length), limit);
	return { start: Math.round(Math.min(Math.max(0, start), limit - fitted)), length: fitted };
}

/** The part of the picture to show: all boxes with a margin, at a shape that fits the page. */
export function cropAround(boxes: readonly Box[], width: number, height: number): Extent {
	if (boxes.length === 0) return { left: 0, top: 0, width, height };
	const left = Math.min(...boxes.map(([x]) => x));
	const top = Math.min(...boxes.map(([, y]) => y));
	const right = Math.max(...boxes.map(([x, , w]) => x + w));
	const bottom = Math.max(...boxes.map(([, y, , h]) => y + h));
	const margin = MARGIN * Math.max(right - left, bottom - top);
	const wanted = { w: right - left + 2 * margin, h: bottom - top + 2 * margin };
	const w = Math.max(wanted.w, wanted.h * NARROWEST);
	const h = Math.max(wanted.h, w / WIDEST);
	const across = within((left + right - w) / 2, w, width);
	const down = within((top + bottom - h) / 2, h, height);
	return { left: across.start, top: down.start, width: across.length, height: down.length };
}

async function toJpeg(upright: Sharp): Promise<Buffer> {
	for (const quality of QUALITIES) {
		const jpeg = await upright.clone().jpeg({ quality, chromaSubsampling: "4:4:4" }).toBuffer();
		if (jpeg.length <= LIMIT_BYTES) return jpeg;
	}
	return upright
		.clone()
		.resize({ width: LONGEST_SIDE / 2 })
		.jpeg({ quality: 35 })
		.toBuffer();
}

/**
 * Crops a witness's capture to what was read, small enough for a report. Null where there is no capture or
 * it no longer decodes: the report then says so instead of failing. Errors: those of `picture`.
 */
export async function cropWitness(
	witness: WitnessView,
	picture: (capture: Sha256) => Promise<Uint8Array>,
): Promise<ReportPicture | null> {
	const { capture, findings } = witness;
	if (!capture) return null;
	const original = await picture(capture.sha256);
	const boxed = findings.flatMap(({ number, outcome, boxes }) =>
		boxes.map((box) => ({ number, outcome, box })),
	);
	const extent = cropAround(
		boxed.map(({ box }) => box),
		capture.width,
		capture.height,
	);
	try {
		const upright = await sharp(original)
			.rotate()
			.toColourspace("srgb")
			.flatten({ background: "#fff" })
			.toBuffer();
		const jpeg = await toJpeg(
			sharp(upright)
				.extract(extent)
				.resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: "inside", withoutEnlargement: true }),
		);
		return {
			jpeg,
			aspect: extent.height / extent.width,
			boxes: boxed.map(({ number, outcome, box: [x, y, w, h] }) => ({
				number,
				tone: outcome.tone,
				x: (x - extent.left) / extent.width,
				y: (y - extent.top) / extent.height,
				w: w / extent.width,
				h: h / extent.height,
			})),
		};
	} catch {
		return null;
	}
}
