import sharp, { type Sharp } from "sharp";
import type { CaptureQuery } from "../../contracts/api.js";
import type { CaptureMediaType } from "../../contracts/capture.js";
import { VinspectError } from "../../domain/errors.js";
import type { WebDeps } from "../deps.js";

/** The most pixels a capture may have; intake refuses more, so more here means damage. */
const MOST_PIXELS = 100_000_000;
const DEFAULT_QUALITY = 82;

interface Region {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/** `x,y,w,h` cut off at the picture's edges. Errors: `request_invalid` where nothing is left of it. */
export function regionOf(box: string, width: number, height: number): Region {
	const [x = 0, y = 0, w = 0, h = 0] = box.split(",").map(Number);
	const left = Math.max(0, Math.floor(x));
	const top = Math.max(0, Math.floor(y));
	const right = Math.min(width, Math.ceil(x + w));
	const bottom = Math.min(height, Math.ceil(y + h));
	if (right <= left || bottom <= top) {
		throw new VinspectError(
			"request_invalid",
			`The box ${box} lies outside the upright picture of ${width} × ${height} pixels.`,
			[{ path: "query.box", message: "no pixel of the picture is in it" }],
		);
	}
	return { left, top, width: right - left, height: bottom - top };
}

async function uprightPicture(
	deps: WebDeps,
	bytes: Buffer,
	mediaType: CaptureMediaType,
): Promise<{ picture: Sharp; width: number; height: number }> {
	if (mediaType === "image/bmp") {
		const { rgb, width, height } = await deps.decodePicture(bytes);
		return { picture: sharp(rgb, { raw: { width, height, channels: 3 } }), width, height };
	}
	const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: "error" }).autoOrient();
	const { autoOrient } = await picture.metadata();
	return { picture, ...autoOrient };
}

/**
 * A JPEG of a stored capture, upright, cut to the box and made smaller where asked; never enlarged.
 * Errors: `picture_undecodable`, `request_invalid`.
 */
export async function renderDerivative(
	deps: WebDeps,
	bytes: Buffer,
	mediaType: CaptureMediaType,
	query: CaptureQuery,
): Promise<Buffer> {
	try {
		let { picture, width, height } = await uprightPicture(deps, bytes, mediaType);
		if (query.box !== undefined) picture = picture.extract(regionOf(query.box, width, height));
		if (query.width !== undefined) picture = picture.resize({ width: query.width, withoutEnlargement: true });
		return await picture
			.flatten({ background: "#fff" })
			.toColourspace("srgb")
			.jpeg({ quality: query.quality ?? DEFAULT_QUALITY })
			.toBuffer();
	} catch (error) {
		if (error instanceof VinspectError) throw error;
		throw new VinspectError("picture_undecodable", "The stored capture can't be decoded any more.", [], {
			cause: error,
		});
	}
}
