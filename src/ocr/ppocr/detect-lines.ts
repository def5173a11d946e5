import type { Quad } from "../../contracts/primitives.js";
import { mapQuad, minAreaRectangle, quadOfRectangle } from "../../domain/geometry.js";
import type { DetectionContract } from "../../vision/model-contract.js";
import { resizePicture, tensorOf } from "../../vision/network-input.js";
import type { Network } from "../../vision/onnx-session.js";
import type { Picture } from "../../vision/picture.js";
import { connectedRegions } from "./regions.js";

/** Where a line of text lies, in pixels of the picture; the first corner is the one nearest its top left. */
export interface LineRegion {
	readonly quad: Quad;
	/** Mean text probability, 0..1. */
	readonly score: number;
}

/** Regions thinner than this on the network's map are specks. */
const MIN_SIDE = 3;

function inputSize(
	{ width, height }: Picture,
	{ shortSide, longSide, sideMultiple }: DetectionContract["input"],
	mostEnlarged: number,
) {
	const scale = Math.min(
		shortSide / Math.min(width, height),
		longSide / Math.max(width, height),
		mostEnlarged,
	);
	const side = (length: number) => Math.max(1, Math.round((length * scale) / sideMultiple)) * sideMultiple;
	return { width: side(width), height: side(height) };
}

/**
 * Finds lines of text by differentiable binarisation (Liao et al. 2020): probability map → connected regions →
 * smallest rectangle → grown back by area × unclip / perimeter, because the network is trained on shrunk text.
 * A small picture is enlarged to the network's size, at most `mostEnlarged` times.
 */
export async function detectLines(
	picture: Picture,
	network: Network,
	{ input, thresholds }: DetectionContract,
	mostEnlarged = Number.POSITIVE_INFINITY,
): Promise<LineRegion[]> {
	const { width, height } = inputSize(picture, input, mostEnlarged);
	const { data, shape } = tensorOf([await resizePicture(picture, width, height)], input, width);
	const output = await network.run(data, shape);
	const scaleX = picture.width / width;
	const scaleY = picture.height / height;
	const lines: LineRegion[] = [];
	for (const region of connectedRegions(output.data, width, height, thresholds.pixel)) {
		if (region.score < thresholds.region) continue;
		const rectangle = minAreaRectangle(region.outline);
		// The outline runs through pixel centres; the text reaches half a pixel further on every side.
		const w = rectangle.width + 1;
		const h = rectangle.height + 1;
		if (Math.min(w, h) < MIN_SIDE) continue;
		const growth = (w * h * thresholds.unclip) / (2 * (w + h));
		const quad = quadOfRectangle({
			centre: [rectangle.centre[0] + 0.5, rectangle.centre[1] + 0.5],
			angle: rectangle.angle,
			width: w + 2 * growth,
			height: h + 2 * growth,
		});
		lines.push({ quad: mapQuad(quad, ([x, y]) => [x * scaleX, y * scaleY]), score: region.score });
	}
	return lines;
}
